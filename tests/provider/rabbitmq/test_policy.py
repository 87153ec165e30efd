"""Policies and operator policies on a real server."""

from __future__ import annotations

import time
from typing import Any

import pytest

from celeriac_provider.engine.resource import Resource
from celeriac_provider.rabbitmq.policy import OperatorPolicy, Policy
from tests.lifecycle import Failed
from tests.provider.rabbitmq.conftest import Rabbit

COMMON: dict[str, Any] = {
    "pattern": "^b$",
    "applyTo": "quorum_queues",
    "priority": 7,
    "deliveryLimit": 5,
    "overflow": "reject-publish",
    "maxLength": 0,
    "maxLengthBytes": 10**10,
    "messageTtl": 2**33,
    "expires": 1,
    "targetGroupSize": 3,
    "definition": {"max-in-memory-length": 4},
}
PROPERTIES: dict[type[Resource], dict[str, Any]] = {
    OperatorPolicy: COMMON,
    Policy: COMMON
    | {
        "deadLetterExchange": "",
        "deadLetterRoutingKey": "dead",
        "deadLetterStrategy": "at-most-once",
        "consumerTimeout": 7_200_000,
        "queueLeaderLocator": "balanced",
        "alternateExchange": "amq.topic",
        "maxAge": "7D",
        "definition": {"stream-max-segment-size-bytes": 1000},
    },
}
KINDS = {Policy: "policies", OperatorPolicy: "operator-policies"}
CASES = [(resource, key) for resource, properties in PROPERTIES.items() for key in properties]


def minimal(rabbit: Rabbit) -> dict[str, Any]:
    """The least that is a policy."""
    return {"vhost": rabbit.vhost(), "name": "p/ü", "pattern": "^a$", "definition": {}}


@pytest.mark.parametrize(("resource", "key"), CASES)
def test_every_property(rabbit: Rabbit, resource: type[Resource], key: str) -> None:
    """Each is set in place, is on the server, is seen when it drifts, and goes again."""
    life = rabbit.life(resource)
    given = minimal(rabbit) | {"maxLengthBytes": 5}
    policy = life.create(given)
    value = PROPERTIES[resource][key]
    policy = life.update(policy, given | {key: value})
    path = (KINDS[resource], given["vhost"], given["name"])
    written = rabbit.get(*path)
    body = {"pattern": "^a$", "definition": {"max-length-bytes": 5}}
    rabbit.call("PUT", *path, body=body)
    kind = "UPDATE" if key in ("pattern", "applyTo", "priority", "definition") else "ADD"
    expected = {key: "UPDATE" if key == "maxLengthBytes" else kind}
    assert life.drift(policy, given | {key: value}) == expected
    found = life.refresh(policy)
    assert found is not None
    policy = life.update(found, given | {key: value})
    assert rabbit.get(*path) == written
    policy = life.update(policy, given)
    assert rabbit.get(*path) == written | {"definition": {"max-length-bytes": 5}} | {
        "pattern": "^a$",
        "apply-to": "all",
        "priority": 0,
    }


@pytest.mark.parametrize("resource", PROPERTIES)
def test_a_key_that_nobody_asked_for_is_drift(rabbit: Rabbit, resource: type[Resource]) -> None:
    """A limit added by hand shows in the definition, and the next `up` takes it away."""
    life, given = rabbit.life(resource), minimal(rabbit) | {"maxLength": 5}
    policy = life.create(given)
    path = (KINDS[resource], given["vhost"], given["name"])
    body = {"pattern": "^a$", "definition": {"max-length": 5, "message-ttl": 1}}
    rabbit.call("PUT", *path, body=body)
    assert life.drift(policy, given) == {"definition": "UPDATE"}
    found = life.refresh(policy)
    assert found is not None
    life.update(found, given)
    assert rabbit.get(*path)["definition"] == {"max-length": 5}


@pytest.mark.parametrize("resource", PROPERTIES)
def test_import_delete_gone(rabbit: Rabbit, resource: type[Resource]) -> None:
    """An import has typed properties and the rest in the definition; delete twice is fine."""
    life, given = rabbit.life(resource), minimal(rabbit)
    path = (KINDS[resource], given["vhost"], given["name"])
    definition = {"max-length": 5, "max-in-memory-length": 4}
    rabbit.call("PUT", *path, body={"pattern": "x", "definition": definition})
    policy = life.import_("/".join([given["vhost"].replace("/", "%2F"), "p%2Fü"]))
    assert policy is not None
    wanted = given | {"pattern": "x", "maxLength": 5, "definition": {"max-in-memory-length": 4}}
    assert life.diff(policy, wanted) == {}
    assert life.diff(policy, wanted | {"name": "q"}) == {"name": "UPDATE_REPLACE"}
    with pytest.raises(Failed, match="was not made by this stack"):
        life.create(wanted)
    life.delete(policy)
    life.delete(policy)
    assert rabbit.get(*path) is None
    rabbit.call("DELETE", "vhosts", given["vhost"])
    assert not life.exists(policy)
    life.delete(policy)


def test_a_queue_gets_it(rabbit: Rabbit) -> None:
    """The server applies the policy to the queue that its pattern names."""
    vhost = rabbit.vhost()
    with rabbit.channel(vhost) as channel:
        channel.queue_declare("a", durable=True, auto_delete=False)
    rabbit.life(Policy).create({"vhost": vhost, "name": "p", "pattern": "^a$", "maxLength": 3})
    deadline = time.monotonic() + 10
    while rabbit.now("queues", vhost)[0].get("policy") != "p":
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_servers_refusal_is_a_sentence(rabbit: Rabbit) -> None:
    """What only the server knows to be wrong is told in its words, on one line."""
    given = minimal(rabbit) | {"definition": {"bogus": "x"}}
    with pytest.raises(Failed) as failed:
        rabbit.life(Policy).create(given)
    expected = "RabbitMQ refused it: [{bogus,x}] are not recognised policy settings"
    assert failed.value.sentence == expected
