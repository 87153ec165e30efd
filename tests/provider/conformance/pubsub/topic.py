"""Topics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celeriac_provider.pubsub import Topic
from tests.provider.conformance.case import Case, Drift
from tests.provider.conformance.pubsub.world import PubSubWorld
from tests.provider.pubsub.fake import MARK


class TopicCase(Case):
    """Topics."""

    resource = Topic
    wrong_ids = ("orders", "a/b/c")
    guard = r"1 subscription hangs on the topic '.*' \(.*\) and would get no more messages"

    def __init__(self, world: PubSubWorld) -> None:
        super().__init__(world)
        self.fake, self.name = world.fake, world.name

    def prepare(self, *, by_hand: bool = False) -> None:
        """Nothing is needed."""

    def given(self) -> dict[str, Any]:
        """A name, and a label to lose."""
        return {"project": self.fake.project, "name": self.name, "labels": {"team": "orders"}}

    def full(self) -> dict[str, Any]:
        """With a limit of its own."""
        return self.given() | {"retention": 3600}

    def changes(self) -> dict[str, Any]:
        """All."""
        return {
            "project": "another-project",
            "name": f"{self.name}-2",
            "retention": 7200,
            "labels": {"team": "mails"},
        }

    def drifts(self) -> dict[str, Drift]:
        """By UpdateTopic."""
        kept = {"message_retention_duration": {"seconds": 777}}
        mark = {MARK: self.mark() or ""} if self.server() else {}
        return {
            "retention": Drift(self.fake.change_topic(self.name, **kept)),
            "labels": Drift(self.fake.change_topic(self.name, labels=mark)),
        }

    def server(self) -> Any:
        """Labels and retention."""
        found = self.fake.topic(self.name)
        if found is None:
            return None
        return dict(found.labels), found.message_retention_duration

    def by_hand(self) -> None:
        """CreateTopic."""
        self.fake.make_topic(self.name, labels={"team": "orders"})

    def vanish(self) -> None:
        """DeleteTopic."""
        self.fake.delete_topic(self.name)

    def mark(self) -> str | None:
        """Among the labels."""
        found = self.fake.topic(self.name)
        return found.labels.get(MARK) if found else None

    def set_mark(self, mark: str | None) -> None:
        """Another label, or none."""
        labels = dict(self.fake.topic(self.name).labels)
        labels.pop(MARK, None)
        self.fake.change_topic(self.name, labels=labels | ({MARK: mark} if mark else {}))()

    def beside(self) -> Callable[[], Any]:
        """A subscription on it."""
        self.fill()
        return lambda: self.fake.subscription(f"{self.name}-other")

    def fill(self) -> None:
        """A subscription of somebody else."""
        self.fake.make_subscription(f"{self.name}-other", self.name)

    @property
    def missing_id(self) -> str:
        """A name that no topic has."""
        return f"{self.fake.project}/{self.name}-none"
