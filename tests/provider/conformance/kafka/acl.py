"""Rights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celeriac_provider.kafka import Acl, ScramUser
from tests.provider.conformance.case import Case, Drift
from tests.provider.conformance.kafka.world import KafkaWorld


class AclCase(Case):
    """Rights of a user on a topic."""

    resource = Acl
    wrong_ids = ("x", "a/b/c/d/e/f")
    unguarded = "a right can be given again"

    def __init__(self, world: KafkaWorld) -> None:
        super().__init__(world)
        self.cluster, self.name = world.cluster, world.name

    def prepare(self, *, by_hand: bool = False) -> None:
        """A user."""
        if by_hand:
            self.cluster.make_user(self.name, "by hand")
        else:
            life = self.world.life(ScramUser)
            life.create({"name": self.name}, name="container", settled=False)

    def given(self) -> dict[str, Any]:
        """To read and write."""
        return {
            "user": self.name,
            "resource": "topic",
            "name": f"{self.name}-topic",
            "operations": ["Write", "Read"],
        }

    def changes(self) -> dict[str, Any]:
        """All."""
        return {
            "user": "other",
            "host": "127.0.0.1",
            "resource": "group",
            "pattern": "prefixed",
            "name": "other",
            "operations": ["Describe"],
        }

    def drifts(self) -> dict[str, Drift]:
        """A right more."""
        topic = f"{self.name}-topic"
        return {
            "operations": Drift(lambda: self.cluster.allow("TOPIC", topic, self.name, "DELETE"))
        }

    def server(self) -> Any:
        """The user's entries."""
        found = self.cluster.entries("TOPIC", f"{self.name}-topic")
        return {row for row in found if row[0] == f"User:{self.name}" and row[2] == "ALLOW"} or None

    def by_hand(self) -> None:
        """CreateAcls."""
        for operation in ("READ", "WRITE"):
            self.cluster.allow("TOPIC", f"{self.name}-topic", self.name, operation)

    def vanish(self) -> None:
        """DeleteAcls."""
        for operation in ("READ", "WRITE"):
            self.cluster.forbid("TOPIC", f"{self.name}-topic", self.name, operation)

    def mark(self) -> str | None:
        """The user's."""
        return self.cluster.mark("GROUP", f"celeriac.user.{self.name}")

    def set_mark(self, mark: str | None) -> None:
        """The user's."""
        self.cluster.set_mark("GROUP", f"celeriac.user.{self.name}", mark)

    def beside(self) -> Callable[[], Any]:
        """Another user's rights on the same topic."""
        topic, other = f"{self.name}-topic", f"{self.name}-other"
        self.cluster.allow("TOPIC", topic, other, "READ")
        row = (f"User:{other}", "READ", "ALLOW", "*")
        return lambda: row in self.cluster.entries("TOPIC", topic)

    @property
    def missing_id(self) -> str:
        """Of a user without any."""
        return f"{self.name}-none/%2A/topic/literal/x"
