"""Subscriptions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from celeriac_provider.pubsub import Subscription
from tests.provider.conformance.case import Case, Drift
from tests.provider.conformance.pubsub.world import PubSubWorld
from tests.provider.pubsub.fake import MARK

FILTER = 'attributes.routing_key="mails"'


class SubscriptionCase(Case):
    """Subscriptions: one with a dead-letter topic, which has every property."""

    resource = Subscription
    wrong_ids = ("orders", "a/b/c")
    guard = r"at least 1 message waits in the subscription"
    no_drift: ClassVar[Mapping[str, str]] = {
        "filter": "Pub/Sub cannot change it",
        "topic": "Pub/Sub cannot change it; what a deleted topic leaves is in test_resources.py",
    }

    def __init__(self, world: PubSubWorld) -> None:
        super().__init__(world)
        self.fake, self.name = world.fake, world.name

    def prepare(self, *, by_hand: bool = False) -> None:
        """Topics: two to hang on, two for dead letters."""
        for topic in ("topic", "topic2", "dead", "dead2"):
            self.fake.make_topic(f"{self.name}-{topic}")

    def given(self) -> dict[str, Any]:
        """A name and a topic, a label to lose, and where dead letters go."""
        return {
            "project": self.fake.project,
            "name": self.name,
            "topic": f"{self.name}-topic",
            "labels": {"team": "orders"},
            "deadLetterTopic": f"{self.name}-dead",
            "maxDeliveryAttempts": 5,
        }

    def full(self) -> dict[str, Any]:
        """All at once."""
        return self.given() | {"retention": 86_400, "expiration": 86_400, "exactlyOnce": True}

    def changes(self) -> dict[str, Any]:
        """All."""
        return {
            "project": "another-project",
            "name": f"{self.name}-2",
            "topic": f"{self.name}-topic2",
            "filter": FILTER,
            "ackDeadline": 60,
            "retention": 1000,
            "expiration": 700_000,
            "deadLetterTopic": f"{self.name}-dead2",
            "maxDeliveryAttempts": 7,
            "exactlyOnce": True,
            "labels": {"team": "mails"},
        }

    def drifts(self) -> dict[str, Drift]:
        """By UpdateSubscription."""
        mark = {MARK: self.mark() or ""} if self.server() else {}
        dead = {"dead_letter_topic": self.fake.path("topics", f"{self.name}-dead2")}
        here = {"dead_letter_topic": self.fake.path("topics", f"{self.name}-dead")}
        return {
            "ackDeadline": Drift(self.set(ack_deadline_seconds=77)),
            "retention": Drift(self.set(message_retention_duration={"seconds": 777})),
            "expiration": Drift(self.set(expiration_policy={"ttl": {"seconds": 777_000}})),
            "deadLetterTopic": Drift(
                self.set(dead_letter_policy=dead | {"max_delivery_attempts": 5})
            ),
            "maxDeliveryAttempts": Drift(
                self.set(dead_letter_policy=here | {"max_delivery_attempts": 77})
            ),
            "exactlyOnce": Drift(self.set(enable_exactly_once_delivery=True)),
            "labels": Drift(self.set(labels=mark)),
        }

    def set(self, **changes: Any) -> Callable[[], object]:
        """Changes it later."""
        return self.fake.change_subscription(self.name, **changes)

    def server(self) -> Any:
        """All of it."""
        return self.fake.subscription(self.name)

    def by_hand(self) -> None:
        """CreateSubscription."""
        dead = {"dead_letter_topic": self.fake.path("topics", f"{self.name}-dead")}
        self.fake.make_subscription(
            self.name,
            f"{self.name}-topic",
            labels={"team": "orders"},
            dead_letter_policy=dead | {"max_delivery_attempts": 5},
        )

    def vanish(self) -> None:
        """DeleteSubscription."""
        self.fake.delete_subscription(self.name)

    def mark(self) -> str | None:
        """Among the labels."""
        found = self.fake.subscription(self.name)
        return found.labels.get(MARK) if found else None

    def set_mark(self, mark: str | None) -> None:
        """Another label, or none."""
        labels = {key: text for key, text in self.server().labels.items() if key != MARK}
        self.set(labels=labels | ({MARK: mark} if mark else {}))()

    def beside(self) -> Callable[[], Any]:
        """Another subscription of the topic, and the topic."""
        topic = f"{self.name}-topic"
        self.fake.make_subscription(f"{self.name}-other", topic)
        self.fake.change_topic(topic, labels={"team": "theirs"})()
        other = f"{self.name}-other"
        return lambda: (self.fake.subscription(other), self.fake.topic(topic))

    def fill(self) -> None:
        """A message."""
        self.fake.send(f"{self.name}-topic")

    @property
    def missing_id(self) -> str:
        """A name that no subscription has."""
        return f"{self.fake.project}/{self.name}-none"
