"""Topics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from celeriac_provider.kafka import Topic
from tests.provider.conformance.case import Case, Drift
from tests.provider.conformance.kafka.world import KafkaWorld
from tests.provider.kafka.cluster import until


class TopicCase(Case):
    """Topics."""

    resource = Topic
    any_id = "the name is the id, and any text may be one"
    missing_id = "no-such-topic"
    guard = r"1 message waits in the topic"
    only_named: ClassVar[Mapping[str, str]] = {
        "partitions": "none can be taken away; test_topic.py adds some"
    }
    no_drift: ClassVar[Mapping[str, str]] = {
        "partitions": "what somebody added cannot be taken away; test_topic.py says what is said",
        "replication": "the tests' cluster has one broker, which has the one replica",
    }

    def __init__(self, world: KafkaWorld) -> None:
        super().__init__(world)
        self.cluster, self.name = world.cluster, world.name

    def prepare(self, *, by_hand: bool = False) -> None:
        """Nothing is needed."""

    def given(self) -> dict[str, Any]:
        """A name."""
        return {"name": self.name}

    def full(self) -> dict[str, Any]:
        """With limits of its own."""
        return self.given() | {"partitions": 2, "retention": 3600}

    def changes(self) -> dict[str, Any]:
        """All."""
        return {
            "name": f"{self.name}-2",
            "partitions": 3,
            "replication": 2,
            "retention": 3600,
            "retentionBytes": 1_000_000,
            "maxMessageSize": 2_000_000,
            "minInSync": 2,
        }

    def drifts(self) -> dict[str, Drift]:
        """By configuring it."""
        return {
            "retention": Drift(self.set("retention.ms", "77000")),
            "retentionBytes": Drift(self.set("retention.bytes", "77000")),
            "maxMessageSize": Drift(self.set("max.message.bytes", "77000")),
            "minInSync": Drift(self.set("min.insync.replicas", "7")),
        }

    def set(self, key: str, value: str) -> Callable[[], object]:
        """Configures later."""
        return lambda: self.cluster.configure(self.name, key, value)

    def server(self) -> Any:
        """Partitions and configuration, and who may use it."""
        found = self.cluster.topic(self.name)
        return found and (found, self.cluster.entries("TOPIC", self.name))

    def by_hand(self) -> None:
        """CreateTopics."""
        self.cluster.make_topic(self.name, **{"retention.ms": "604800000"})

    def vanish(self) -> None:
        """DeleteTopics."""
        self.cluster.delete_topic(self.name)

    def mark(self) -> str | None:
        """Among the entries of its access control list."""
        return self.cluster.mark("TOPIC", self.name)

    def set_mark(self, mark: str | None) -> None:
        """Another entry, or none."""
        self.cluster.set_mark("TOPIC", self.name, mark)

    def beside(self) -> Callable[[], Any]:
        """A message, a configuration that is not managed, somebody's right."""
        self.fill()
        self.cluster.configure(self.name, "segment.ms", "77777")
        self.cluster.allow("TOPIC", self.name, self.name, "READ")
        row = (f"User:{self.name}", "READ", "ALLOW", "*")
        return lambda: [
            (self.cluster.topic(self.name) or {})["segment.ms"],
            row in self.cluster.entries("TOPIC", self.name),
        ]

    def fill(self) -> None:
        """A message."""
        until(lambda: self.cluster.topic(self.name) is not None)
        self.cluster.send(self.name)
