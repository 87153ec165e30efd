"""A RabbitMQ, beside the provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from celeriac_provider.engine.marks import Mark
from celeriac_provider.engine.resource import Resource
from tests.lifecycle import Lifecycle
from tests.provider.conformance import deaths
from tests.provider.conformance.case import Case
from tests.provider.rabbitmq.conftest import Rabbit


class RabbitWorld(Rabbit):
    """A RabbitMQ, and a vhost and a user of this test's own."""

    def watched(self, life: Lifecycle) -> Any:
        """Requests."""
        return deaths.of_rabbitmq(life)

    def provide(self, resource: type[Resource], **given: Any) -> None:
        """A prerequisite that the same stack made."""
        self.life(resource).create(given, name="container", settled=False)

    def put(self, *path: str, body: Mapping[str, Any]) -> None:
        """PUT, and it must work."""
        self.call("PUT", *path, body=dict(body)).raise_for_status()

    def delete(self, *path: str) -> None:
        """DELETE, and it must work."""
        self.call("DELETE", *path).raise_for_status()

    def tags(self, kind: str, name: str) -> list[str]:
        """All tags, the mark among them."""
        found = self.get(kind, name)
        return list(found["tags"]) if found else []

    def mark_of(self, kind: str, name: str) -> str | None:
        """The mark among the tags."""
        return next((tag for tag in self.tags(kind, name) if Mark.find(tag)), None)


class RabbitCase(Case):
    """A resource type of RabbitMQ's."""

    def __init__(self, world: RabbitWorld) -> None:
        super().__init__(world)
        self.rabbit = world
