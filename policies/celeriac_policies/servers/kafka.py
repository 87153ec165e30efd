"""Topics of Kafka, which are the queues: none lies on one broker alone, or is emptied unrun."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from celeriac_policies.resource import Resource
from celeriac_policies.rule import Parameter, ResourceRule, Settings, Severity, resource_rule

_TOPIC: Final = "celeriac:kafka:Topic"
_DOCS: Final = "https://kafka.apache.org/documentation/"
_SAFE: Final = 3
"""Brokers that keep a partition: one may be down, and one more fail."""


def _is_of_proof(resource: Resource) -> bool:
    """What is in the proof's topic waits for nobody."""
    return str(resource.props.get("name", resource.name)).endswith(".celeriac-proof")


@resource_rule(
    name="kafka-topic-replicated",
    description="A queue on Kafka lies on several brokers.",
    severity=Severity.MEDIUM,
    reads=(_TOPIC,),
    steps="Leave replication out where the cluster's default.replication.factor is 3, or write 3.",
    url=f"{_DOCS}#replication",
)
def replicated(resource: Resource, given: Settings) -> Iterator[str]:
    """Where it is left to the cluster, it is not known."""
    if resource.props.get("replication", None) == 1 and not _is_of_proof(resource):
        yield (
            "replication is 1: while its one broker is down no task is taken, and with its disk "
            f"all tasks are gone: write {_SAFE} on a cluster that has as many brokers"
        )


@resource_rule(
    name="kafka-topic-min-in-sync",
    description="A message is on two brokers when its sender hears so, and one may be down.",
    severity=Severity.MEDIUM,
    reads=(_TOPIC,),
    steps="Write minInSync 2 with a replication of 3.",
    url=f"{_DOCS}#brokerconfigs_min.insync.replicas",
)
def in_sync(resource: Resource, given: Settings) -> Iterator[str]:
    """Too few lose what was confirmed, too many stop at the first broker that is down."""
    replication = resource.props.get("replication", None)
    if replication is None or replication == 1 or _is_of_proof(resource):
        return
    least = resource.props.get("minInSync", 1)
    if least >= replication:
        yield (
            f"minInSync is {least} of {replication}: while one broker is down no task can be sent; "
            f"write {max(1, replication - 1)}, or a higher replication"
        )
    elif replication >= _SAFE and least == 1:
        yield (
            "minInSync is 1: a task that was confirmed is lost with the one broker that has it; "
            "write 2"
        )


@resource_rule(
    name="kafka-topic-retention",
    description="Kafka keeps a task until a worker has had the time to take it.",
    severity=Severity.HIGH,
    reads=(_TOPIC,),
    steps="Raise retention above the longest time that workers may be away.",
    url=f"{_DOCS}#topicconfigs_retention.ms",
    parameters=(
        Parameter(
            "leastRetention",
            "integer",
            86_400,
            "Seconds for which a queue keeps tasks at least. Default: a day.",
        ),
    ),
)
def kept(resource: Resource, given: Settings) -> Iterator[str]:
    """Kafka deletes by age and by size, whether a task has run or not."""
    if _is_of_proof(resource):
        return
    retention, least = resource.props.get("retention", 604_800), given["leastRetention"]
    if 0 <= retention < least:
        yield (
            f"retention is {retention} seconds, after which Kafka deletes a task that nobody has "
            f"taken: write {least} or more"
        )
    size = resource.props.get("retentionBytes", -1)
    if size >= 0:
        yield (
            f"retentionBytes is {size}, so under load Kafka deletes tasks that nobody has taken: "
            f"leave it out and watch the disks"
        )


RULES: Final[tuple[ResourceRule, ...]] = (replicated, in_sync, kept)
