"""Users."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celeriac_provider.kafka import ScramUser
from tests.provider.conformance.case import Case, Drift
from tests.provider.conformance.kafka.world import KafkaWorld


class ScramUserCase(Case):
    """Users."""

    resource = ScramUser
    any_id = "the name is the id, and a name is any text"
    missing_id = "no such user"
    unguarded = "a user holds no messages"

    def __init__(self, world: KafkaWorld) -> None:
        super().__init__(world)
        self.cluster, self.name = world.cluster, world.name

    def prepare(self, *, by_hand: bool = False) -> None:
        """Nothing is needed."""

    def given(self) -> dict[str, Any]:
        """A name."""
        return {"name": self.name}

    def full(self) -> dict[str, Any]:
        """Both ways to log in."""
        return self.given() | {"mechanisms": ["SCRAM-SHA-256", "SCRAM-SHA-512"]}

    def changes(self) -> dict[str, Any]:
        """All."""
        return {
            "name": f"{self.name}-2",
            "password": "another ü",
            "mechanisms": ["SCRAM-SHA-256", "SCRAM-SHA-512"],
            "iterations": 8192,
        }

    def drifts(self) -> dict[str, Drift]:
        """By writing it anew; with both ways, one of them has another password."""

        def other_way() -> None:
            self.cluster.make_user(self.name, "theirs", "SCRAM_SHA_256")

        return {
            "password": Drift(lambda: self.cluster.make_user(self.name, "theirs"), kind="ADD"),
            "mechanisms": Drift(other_way, also={"password": "ADD"}),
            "iterations": Drift(
                lambda: self.cluster.make_user(self.name, "theirs", iterations=9999),
                also={"password": "ADD"},
            ),
        }

    def server(self) -> Any:
        """Ways to log in, and its mark."""
        found = self.cluster.user(self.name)
        return found and (found, self.mark())

    def by_hand(self) -> None:
        """AlterUserScramCredentials."""
        self.cluster.make_user(self.name, "by hand")

    def vanish(self) -> None:
        """The same."""
        self.cluster.delete_user(self.name)

    def mark(self) -> str | None:
        """In an entry about a group that does not exist."""
        return self.cluster.mark("GROUP", f"celeriac.user.{self.name}")

    def set_mark(self, mark: str | None) -> None:
        """Another, or none."""
        self.cluster.set_mark("GROUP", f"celeriac.user.{self.name}", mark)

    def beside(self) -> Callable[[], Any]:
        """A right of it, and another user."""
        self.cluster.allow("TOPIC", self.name, self.name, "READ")
        self.cluster.make_user(f"{self.name}-other", "theirs")
        return lambda: [
            self.cluster.entries("TOPIC", self.name),
            self.cluster.opens(f"{self.name}-other", "theirs"),
        ]

    def works(self, password: str) -> bool:
        """By logging in."""
        return self.cluster.opens(self.name, password)
