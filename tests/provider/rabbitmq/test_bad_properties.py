"""Every bad property gets its sentence in check: nothing is sent to any server."""

from __future__ import annotations

from typing import Any

import pytest

from celeriac_provider.engine.resource import Resource
from celeriac_provider.rabbitmq.binding import Binding
from celeriac_provider.rabbitmq.delayed_delivery import DelayedDelivery
from celeriac_provider.rabbitmq.exchange import Exchange
from celeriac_provider.rabbitmq.permissions import Permissions, TopicPermissions
from celeriac_provider.rabbitmq.policy import OperatorPolicy, Policy
from celeriac_provider.rabbitmq.queue import Queue
from celeriac_provider.rabbitmq.user import User
from celeriac_provider.rabbitmq.vhost import Vhost
from tests.lifecycle import CheckFailed, Lifecycle

MARK = "celeriac-0123456789abcdef-0123456789abcdef"
LONG = "ü" * 128

GOOD: dict[type[Resource], dict[str, Any]] = {
    Vhost: {"name": "v"},
    User: {"name": "u"},
    Permissions: {"vhost": "v", "user": "u"},
    TopicPermissions: {"vhost": "v", "user": "u", "exchange": "e"},
    Exchange: {"vhost": "v", "name": "e", "type": "topic"},
    Queue: {"vhost": "v", "name": "q"},
    Binding: {"vhost": "v", "source": "e", "destination": "q"},
    Policy: {"vhost": "v", "name": "p", "pattern": "a", "maxLength": 1},
    OperatorPolicy: {"vhost": "v", "name": "p", "pattern": "a", "maxLength": 1},
    DelayedDelivery: {"vhost": "v"},
}

BAD: list[tuple[type[Resource], dict[str, Any], str, str]] = [
    (Vhost, {"name": ""}, "name", "name ('') must not be empty"),
    (Vhost, {"name": "."}, "name", "cannot be reached through the management API"),
    (Vhost, {"name": LONG}, "name", "has 256 bytes: 255 are the limit"),
    (Vhost, {"defaultQueueType": "mirrored"}, "defaultQueueType", "one of quorum, classic, stream"),
    (Vhost, {"tags": "eu"}, "tags", "tags ('eu') must be a list"),
    (Vhost, {"tags": ["a,b"]}, "tags", "holds 'a,b': a tag is some text without commas"),
    (Vhost, {"tags": [" a"]}, "tags", "without commas or surrounding spaces"),
    (Vhost, {"tags": [LONG]}, "tags", "holds a tag of 256 bytes"),
    (Vhost, {"tags": [MARK]}, "tags", "has the form of the provider's own mark"),
    (Vhost, {"maxConnections": -2}, "maxConnections", "must be 0 or more, or -1 for no limit"),
    (Vhost, {"maxQueues": "5"}, "maxQueues", "maxQueues ('5') must be a whole number"),
    (Vhost, {"maxQueue": 5}, "maxQueue", "is not a property of Vhost: did you mean maxQueues?"),
    (User, {"name": ""}, "name", "must not be empty"),
    (User, {"password": ""}, "password", "password must not be empty: leave it out"),
    (User, {"password": 5}, "password", "password must be a string"),
    (User, {"tags": ["ü"]}, "tags", "RabbitMQ keeps a user's tags in ASCII only"),
    (User, {"maxChannels": -5}, "maxChannels", "must be 0 or more, or -1 for no limit"),
    (User, {"password": "p", "passwordless": True}, "passwordless", "excludes a password"),
    (Permissions, {"configure": "("}, "configure", "missing ), unterminated subpattern at"),
    (Permissions, {"write": "*a"}, "write", "nothing to repeat at position 0"),
    (Permissions, {"read": "a)"}, "read", "read ('a)') is not a regular expression: unbalanced"),
    (Permissions, {"read": "[a"}, "read", "unterminated character set"),
    (Permissions, {"vhost": ""}, "vhost", "must not be empty"),
    (TopicPermissions, {"exchange": ""}, "exchange", "must not be empty"),
    (Exchange, {"name": "amq.mine"}, "name", "must not start with amq.: RabbitMQ keeps these"),
    (Exchange, {"type": ""}, "type", "must not be empty"),
    (Exchange, {"durable": "yes"}, "durable", "must be true or false"),
    (Exchange, {"arguments": {"": 1}}, "arguments", "holds an argument without a name"),
    (Queue, {"name": "amq.gen-1"}, "name", "must not start with amq."),
    (Queue, {"name": LONG}, "name", "has 256 bytes"),
    (Queue, {"type": "lazy"}, "type", "must be one of quorum, classic, stream"),
    (Queue, {"durable": False}, "durable", "cannot be false: a quorum queue is always durable"),
    (Queue, {"autoDelete": True}, "autoDelete", "a quorum queue never deletes itself"),
    (Queue, {"type": "stream", "durable": False}, "durable", "a stream queue is always durable"),
    (
        Queue,
        {"arguments": {"x-queue-type": "classic"}},
        "arguments",
        "holds x-queue-type: give it as the property type",
    ),
    (
        Queue,
        {"arguments": {"x-max-priority": 5}},
        "arguments",
        "cannot be with x-max-priority: a quorum queue has no such argument",
    ),
    (Binding, {"source": ""}, "source", "must not be empty"),
    (Binding, {"destinationType": "topic"}, "destinationType", "must be one of queue, exchange"),
    (Binding, {"routingKey": LONG}, "routingKey", "has 256 bytes"),
    (Binding, {"routingKey": "~", "arguments": {"a": 1}}, "routingKey", "must not hold ~ when"),
    (Policy, {"pattern": "("}, "pattern", "is not a regular expression: missing )"),
    (Policy, {"applyTo": "queue"}, "applyTo", "must be one of all, queues, exchanges"),
    (Policy, {"priority": 1.5}, "priority", "must be a whole number"),
    (Policy, {"deliveryLimit": -2}, "deliveryLimit", "must be 0 or more, or -1 for no limit"),
    (Policy, {"messageTtl": -1}, "messageTtl", "must be 0 or more milliseconds"),
    (Policy, {"expires": 0}, "expires", "must be more than 0 milliseconds"),
    (Policy, {"maxLength": -1}, "maxLength", "must be 0 or more"),
    (Policy, {"consumerTimeout": -1}, "consumerTimeout", "must be 0 or more"),
    (Policy, {"targetGroupSize": 0}, "targetGroupSize", "must be more than 0"),
    (Policy, {"overflow": "drop"}, "overflow", "one of drop-head, reject-publish"),
    (Policy, {"queueLeaderLocator": "random"}, "queueLeaderLocator", "one of client-local"),
    (Policy, {"maxAge": "7 days"}, "maxAge", "a number and one of Y, M, D, h, m, s, as in 7D"),
    (
        Policy,
        {"deadLetterStrategy": "at-least-once"},
        "deadLetterStrategy",
        "works with overflow reject-publish only",
    ),
    (
        Policy,
        {"definition": {"delivery-limit": 3}},
        "definition",
        "holds delivery-limit: give it as deliveryLimit",
    ),
    (Policy, {"applyTo": "exchanges"}, "applyTo", "on which max-length has no effect"),
    (
        Policy,
        {"applyTo": "classic_queues", "deliveryLimit": 3},
        "deliveryLimit",
        "has no effect on classic_queues: apply it to quorum_queues",
    ),
    (
        Policy,
        {"applyTo": "quorum_queues", "overflow": "reject-publish-dlx"},
        "overflow",
        "exists for classic queues only",
    ),
    (
        OperatorPolicy,
        {"consumerTimeout": 5},
        "consumerTimeout",
        "consumerTimeout is not a property of OperatorPolicy",
    ),
    (
        OperatorPolicy,
        {"definition": {"dead-letter-exchange": "x"}},
        "definition",
        "an operator policy cannot hold it, a Policy can",
    ),
    (DelayedDelivery, {"queueType": "stream"}, "queueType", "must be one of quorum, classic"),
    (DelayedDelivery, {"bindings": {"": "a"}}, "bindings", "holds '' with the routing key 'a'"),
    (DelayedDelivery, {"bindings": {"q": ""}}, "bindings", "must not be empty: Celery cannot"),
    (DelayedDelivery, {"bindings": {"q": LONG}}, "bindings", "which has 258 bytes"),
    (DelayedDelivery, {"bindings": ["q"]}, "bindings", "must be a map"),
    (DelayedDelivery, {"missing": ["x"]}, "missing", "is what a refresh finds: leave it out"),
]


@pytest.mark.parametrize(("resource", "bad", "key", "expected"), BAD)
def test_bad_property(
    resource: type[Resource], bad: dict[str, Any], key: str, expected: str
) -> None:
    """The sentence is under the property's key."""
    with pytest.raises(CheckFailed) as failed:
        Lifecycle(resource).check(GOOD[resource] | bad)
    assert list(failed.value.problems) == [key]
    assert expected in failed.value.problems[key]


@pytest.mark.parametrize("resource", GOOD)
def test_the_good_ones_are_good(resource: type[Resource]) -> None:
    """What the table starts from has no problem."""
    Lifecycle(resource).check(GOOD[resource])


def test_a_policy_that_says_nothing() -> None:
    """RabbitMQ refuses an empty definition."""
    with pytest.raises(CheckFailed) as failed:
        Lifecycle(Policy).check({"vhost": "v", "name": "p", "pattern": "a"})
    expected = "definition of the Policy 'p' says nothing: give at least one limit"
    assert failed.value.problems == {"definition": expected}


@pytest.mark.parametrize("pattern", ["^(a|b)$", "[[:alpha:]]+", "\\Q(\\E", "(?i)a", ""])
def test_patterns_that_only_rabbitmq_understands_pass(pattern: str) -> None:
    """Check refuses what is surely wrong; the rest is the server's to judge."""
    Lifecycle(Permissions).check({"vhost": "v", "user": "u", "read": pattern})
