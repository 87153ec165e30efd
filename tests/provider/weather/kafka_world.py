"""Kafka in bad weather."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

from celeriac_provider.kafka import Acl, ScramUser, Topic
from tests.provider.kafka.cluster import Cluster
from tests.provider.weather.worlds import Case, World


class KafkaWorld(World):
    """A broker: clients go on to where it says that it is, and the proxy says that it is there."""

    system = "Kafka"
    timeout = 4

    def __init__(self, entry: Mapping[str, Any]) -> None:
        super().__init__(entry)
        self.cluster = Cluster(entry)

    @property
    def target(self) -> tuple[str, int]:
        """Without TLS."""
        return "127.0.0.1", int(self.entry["port"])

    def endpoint(self, port: int) -> str:
        """In clear."""
        return f"kafka://127.0.0.1:{port}"

    def answers(self, port: int, data: bytes) -> bytes:
        """The broker's address, in answers to Metadata and the like, is the proxy's."""
        host, own = self.target
        return data.replace(
            host.encode() + struct.pack(">i", own), host.encode() + struct.pack(">i", port)
        )

    def user(self, name: str) -> str:
        """A user that this stack made."""
        self.direct(ScramUser).create({"name": name}, name=f"user-{name}", settled=False)
        return name

    def clean(self) -> None:
        """Topics, users and entries."""
        self.cluster.clean(self.word)


KAFKA = (
    Case(Topic, lambda _, name: {"name": name}, {"retention": 3600}, at_once=8),
    # An attempt to log in takes the broker a tenth of a second, and us a client of its own.
    Case(ScramUser, lambda _, name: {"name": name}, {"iterations": 8192}, at_once=8, sample=4),
    Case(
        Acl,
        lambda world, name: {
            "user": world.user(name), "resource": "topic", "name": name, "operations": ["Read"]
        },
        {"operations": ["Read", "Write"]},
        at_once=8,
        sample=4,
    ),
)  # fmt: skip
