"""Google's fake of Pub/Sub in bad weather."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from celeriac_provider.pubsub import Subscription, Topic
from tests.provider.pubsub.fake import Fake
from tests.provider.weather.worlds import Case, World


class PubSubWorld(World):
    """The fake: gRPC, which is HTTP/2 in clear."""

    system = "Pub/Sub"
    timeout = 4

    def __init__(self, entry: Mapping[str, Any]) -> None:
        super().__init__({**entry, "username": "", "password": "canary"})
        self.fake = Fake(entry)

    @property
    def target(self) -> tuple[str, int]:
        """Its one port."""
        return "127.0.0.1", int(self.entry["port"])

    def endpoint(self, port: int) -> str:
        """In clear."""
        return f"pubsub+emulator://127.0.0.1:{port}"

    def configuration(self, **changes: Any) -> dict[str, Any]:
        """Nobody logs in."""
        found = super().configuration(**changes)
        return {key: value for key, value in found.items() if key not in ("username", "password")}

    def topic(self, name: str) -> dict[str, Any]:
        """A subscription's least inputs, with its topic made."""
        project = self.fake.project
        if self.fake.topic(f"{name}-topic") is None:
            self.fake.make_topic(f"{name}-topic")
        return {"project": project, "name": name, "topic": f"{name}-topic"}

    def clean(self) -> None:
        """Topics and subscriptions."""
        self.fake.clean(self.word)


PUBSUB = (
    Case(
        Topic,
        lambda world, name: {"project": world.fake.project, "name": name},
        {"retention": 3600},
    ),
    Case(Subscription, lambda world, name: world.topic(name), {"ackDeadline": 60}),
)
