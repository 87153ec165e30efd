"""Google Cloud Pub/Sub: subscriptions that keep what Celery sends, and no emulator by mistake."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from celeriac_policies.resource import Resource
from celeriac_policies.rule import ResourceRule, Settings, Severity, resource_rule
from celeriac_policies.servers.hosts import is_loopback, parts

_PROVIDER: Final = "pulumi:providers:celeriac"
_SUBSCRIPTION: Final = "celeriac:pubsub:Subscription"
_DAY: Final = 86_400
_WEEK: Final = 7 * _DAY
_DEADLINE: Final = 30
"""Seconds of kombu's least deadline that leaves room for a call that comes late: it asks for more
time every quarter of it, and never more often than every 5 seconds."""
_PROOF: Final = "celeriac-proof"


def _is_proof(resource: Resource) -> bool:
    """Whether it is the proof's, whose messages nobody misses."""
    return str(resource.props.get("name", "")).endswith(_PROOF)


@resource_rule(
    name="pubsub-emulator",
    description="Apps use Google's Pub/Sub, and no emulator (loopback hosts are exempt).",
    severity=Severity.HIGH,
    reads=(_PROVIDER,),
    steps="Take `emulator` away from the server's entry.",
    url="https://cloud.google.com/pubsub/docs/emulator",
)
def no_emulator(resource: Resource, given: Settings) -> Iterator[str]:
    """An emulator is in clear, asks nobody who he is, and forgets all when it stops."""
    endpoint = parts(str(resource.props.get("endpoint", "")))
    if endpoint is None or endpoint.scheme != "pubsub+emulator":
        return
    if not is_loopback(endpoint.hostname or ""):
        yield (
            f"{endpoint.hostname} is an emulator of Pub/Sub: it talks in clear, takes tasks from "
            f"everybody and keeps none when it stops: take `emulator` away"
        )


@resource_rule(
    name="pubsub-ack-deadline",
    description="A subscription's ack deadline leaves workers time to ask for more.",
    severity=Severity.MEDIUM,
    reads=(_SUBSCRIPTION,),
    steps="Set ackDeadline to 30 seconds or more.",
    url="https://cloud.google.com/pubsub/docs/lease-management",
)
def ack_deadline(resource: Resource, given: Settings) -> Iterator[str]:
    """One late call, and a task runs twice."""
    deadline = resource.props.get("ackDeadline", 240)
    if deadline < _DEADLINE:
        yield (
            f"the ack deadline is {deadline:g} seconds: a worker that is busy for a moment asks "
            f"too late for more, and its tasks run again elsewhere: write {_DEADLINE} or more"
        )


@resource_rule(
    name="pubsub-retention",
    description="A subscription keeps messages, and lasts without a worker, for a day or more.",
    severity=Severity.MEDIUM,
    reads=(_SUBSCRIPTION,),
    steps="Set retention to a week, and expiration to the same or to 0 (never).",
    url="https://cloud.google.com/pubsub/docs/subscription-properties",
)
def retention(resource: Resource, given: Settings) -> Iterator[str]:
    """A weekend without workers loses no task."""
    if _is_proof(resource):
        return
    kept = resource.props.get("retention", _WEEK)
    if kept < _DAY:
        yield (
            f"a message is kept for {kept:g} seconds: a night without a worker loses it: write a "
            f"retention of {_DAY} (a day) or more"
        )
    lasts = resource.props.get("expiration", 0)
    if lasts and lasts <= _DAY:
        yield (
            f"Pub/Sub deletes the subscription after {lasts:g} seconds without a worker, with all "
            f"messages in it: write an expiration of a week, or 0 for never"
        )


@resource_rule(
    name="pubsub-dead-letters",
    description="What no worker can take goes to a dead-letter topic.",
    severity=Severity.LOW,
    reads=(_SUBSCRIPTION,),
    steps="Give the subscription a deadLetterTopic and maxDeliveryAttempts.",
    url="https://cloud.google.com/pubsub/docs/dead-letter-topics",
)
def dead_letters(resource: Resource, given: Settings) -> Iterator[str]:
    """Without one a message that kills workers comes again and again."""
    name = str(resource.props.get("name", ""))
    # What has no filter is no queue of Celery's, but may be where dead letters are kept.
    if _is_proof(resource) or not resource.props.get("filter", ""):
        return
    if not resource.props.get("deadLetterTopic", ""):
        yield (
            f"{name} has no dead-letter topic: a message that kills its worker is delivered until "
            f"it is too old: take `deadLetter: false` away, or set deadLetterTopic"
        )


RULES: Final[tuple[ResourceRule, ...]] = (
    no_emulator,
    ack_deadline,
    retention,
    dead_letters,
)
