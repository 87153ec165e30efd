"""Policies of queues on RabbitMQ: timeouts, delivery limits and dead letters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from celeriac.contract import consumer_timeout
from celeriac.contract.timeouts import RABBITMQ_DEFAULT
from celeriac_policies.celery.timeouts import LONGEST_TASK
from celeriac_policies.resource import Resource, Stack, each
from celeriac_policies.rule import (
    Changes,
    Settings,
    Severity,
    Violation,
    resource_rule,
    stack_rule,
)
from celeriac_policies.values import plain

OURS: Final = "celeriac:rabbitmq:Policy"
PLAIN: Final = "rabbitmq:index/policy:Policy"
BROKER: Final = "celeriac:index:RabbitMQBroker"

_TIMEOUT_DOCS: Final = "https://www.rabbitmq.com/docs/consumers#acknowledgement-timeout"
_DEAD_LETTERS: Final = "https://www.rabbitmq.com/docs/quorum-queues#dead-lettering"


def definition(policy: Resource, key: str) -> Any:
    """A key of a policy's definition, as RabbitMQ spells it; None where it is not set."""
    if policy.type == PLAIN:
        return policy.props.map("policy").map("definition").get(key)
    first, *others = key.split("-")
    own = policy.props.get(first + "".join(word.capitalize() for word in others))
    return policy.props.map("definition").get(key) if own is None else own


def _seconds(policy: Resource) -> float | None:
    """The consumer timeout, which a plain program may write as text."""
    milliseconds = definition(policy, "consumer-timeout")
    return None if milliseconds is None else int(milliseconds) / 1000


@resource_rule(
    name="rabbitmq-consumer-timeout",
    description="A policy's consumer timeout is above the longest task.",
    severity=Severity.HIGH,
    reads=(OURS, PLAIN),
    steps="Raise consumer-timeout (milliseconds), or leave it out where half an hour is enough.",
    url=_TIMEOUT_DOCS,
    parameters=(LONGEST_TASK,),
)
def above_the_longest_task(resource: Resource, given: Settings) -> Iterator[str]:
    """Below RabbitMQ's own half an hour there is nothing to gain."""
    seconds = _seconds(resource)
    needed = consumer_timeout(
        longest_task=given["longestTask"], longest_delay=0, prefetch=1, delayed_delivery=True
    )
    if seconds is not None and seconds < needed:
        yield (
            f"consumer-timeout is {seconds:.0f} seconds, after which RabbitMQ closes the channel "
            f"of a worker that has not acknowledged its task, and the task runs again: write "
            f"{needed * 1000} milliseconds or more"
        )


@stack_rule(
    name="celery-rabbitmq-consumer-timeout",
    description="RabbitMQ's consumer timeout is above the longest task and ETA of the app.",
    severity=Severity.HIGH,
    reads=(BROKER, OURS),
    steps="Set consumer-timeout in every policy of the app's queues to the sentence's number.",
    url=_TIMEOUT_DOCS,
)
def above_the_apps_longest(stack: Stack, given: Settings) -> Iterator[Violation]:
    """Every policy: a queue has exactly one."""

    def check(policy: Resource) -> Iterator[Violation]:
        broker = stack.ancestor(policy, BROKER)
        if broker is None:
            return
        needed = consumer_timeout(
            longest_task=broker.props.get("longestTask", 0),
            longest_delay=broker.props.get("longestDelay", 0),
            prefetch=broker.props.get("prefetch", 1),
            delayed_delivery=broker.props.get("delayedDelivery", "off") != "off",
        )
        seconds = _seconds(policy)
        if (RABBITMQ_DEFAULT if seconds is None else seconds) < needed:
            said = f"{seconds:.0f} seconds" if seconds is not None else "not set (30 minutes)"
            yield Violation(
                f"consumer-timeout is {said}, and the app {broker.name} needs {needed} seconds: "
                f"RabbitMQ would close the channel of a worker that is still at a task; write "
                f"{needed * 1000} milliseconds",
                policy,
            )

    return each(stack.of(OURS), check)


@resource_rule(
    name="rabbitmq-dead-letters",
    description="What is over its delivery limit goes to a dead-letter exchange.",
    severity=Severity.HIGH,
    reads=(OURS, PLAIN),
    steps="Set dead-letter-exchange beside delivery-limit, with a queue bound to that exchange.",
    url="https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling",
)
def has_dead_letters(resource: Resource, given: Settings) -> Iterator[str]:
    """RabbitMQ 4 has a limit of 20 by itself, and drops what is over it."""
    limit = definition(resource, "delivery-limit")
    if limit is not None and int(limit) >= 0 and not definition(resource, "dead-letter-exchange"):
        yield (
            f"a task that came back {limit} times is dropped in silence: name a "
            f"dead-letter-exchange beside delivery-limit"
        )


def _mended(resource: Resource, given: Settings) -> Changes:
    """Full queues reject, as the strategy wants it."""
    if not list(rejects_when_full.check(resource, given)):
        return {}
    if resource.type == OURS:
        return {"overflow": "reject-publish"}
    policy = plain(resource.props.map("policy"))
    whole = {**policy["definition"], "overflow": "reject-publish"}
    return {"policy": {**policy, "definition": whole}}


@resource_rule(
    name="rabbitmq-at-least-once",
    description="Dead letters that arrive at least once need a queue that rejects when it is full.",
    severity=Severity.HIGH,
    reads=(OURS, PLAIN),
    steps="Set overflow to reject-publish beside dead-letter-strategy at-least-once.",
    url=_DEAD_LETTERS,
    mend=_mended,
)
def rejects_when_full(resource: Resource, given: Settings) -> Iterator[str]:
    """With the other overflow RabbitMQ falls back to at-most-once, without a word."""
    if definition(resource, "dead-letter-strategy") != "at-least-once":
        return
    overflow = definition(resource, "overflow") or "drop-head"
    if overflow != "reject-publish":
        yield (
            f"dead-letter-strategy is at-least-once and overflow is {overflow}, with which "
            f"RabbitMQ forwards dead letters at most once: write overflow reject-publish"
        )
