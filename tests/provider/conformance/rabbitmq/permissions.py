"""Permissions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from celeriac_provider.engine.resource import Resource
from celeriac_provider.rabbitmq.permissions import Permissions, TopicPermissions
from tests.provider.conformance.case import Drift
from tests.provider.conformance.rabbitmq.within import Within


class PermissionsCase(Within):
    """Permissions."""

    resource: ClassVar[type[Resource]] = Permissions
    unguarded = "a right can be given again"
    keys: ClassVar[tuple[str, ...]] = ("configure", "write", "read")

    def at(self, *names: str) -> tuple[str, ...]:
        """A user's."""
        return ("permissions", self.vhost, *(names or (self.user,)))

    def given(self) -> dict[str, Any]:
        """No right."""
        return {"vhost": self.vhost, "user": self.user}

    def changes(self) -> dict[str, Any]:
        """Patterns."""
        return dict.fromkeys(self.keys, "^(a|b)$") | {"vhost": "v2", "user": "u2"}

    def body(self) -> dict[str, Any]:
        """No right."""
        return dict.fromkeys(self.keys, "^$")

    def drifts(self) -> dict[str, Drift]:
        """A right given, and taken."""
        return {
            key: Drift(lambda key=key: self.write(self.body() | {key: ".*"}))  # type: ignore[misc]
            for key in self.keys
        }

    def write(self, body: Mapping[str, Any]) -> None:
        """PUT."""
        self.world.put(*self.at(), body=body)

    def server(self) -> Any:
        """The row."""
        return self.world.get(*self.at())

    def by_hand(self) -> None:
        """The same row."""
        self.write(self.body())

    def beside(self) -> Callable[[], Any]:
        """Another user's row."""
        other = self.world.name("users")
        self.world.put("users", other, body={"password": "p", "tags": ""})
        body = dict.fromkeys(("configure", "write", "read"), "x")
        self.world.put("permissions", self.vhost, other, body=body)
        return lambda: self.world.get("permissions", self.vhost, other)


class TopicPermissionsCase(PermissionsCase):
    """Topic permissions."""

    resource = TopicPermissions
    keys = ("write", "read")

    def at(self, *names: str) -> tuple[str, ...]:
        """A user's on one exchange."""
        return ("topic-permissions", self.vhost, *(names or (self.user,)))

    def given(self) -> dict[str, Any]:
        """No right on a standard exchange."""
        return super().given() | {"exchange": "amq.topic"}

    def changes(self) -> dict[str, Any]:
        """Patterns."""
        return super().changes() | {"exchange": "e2"}

    def body(self) -> dict[str, Any]:
        """No right."""
        return super().body() | {"exchange": "amq.topic"}

    def server(self) -> Any:
        """The row."""
        rows = self.world.get(*self.at()) or []
        return next((row for row in rows if row["exchange"] == "amq.topic"), None)

    def vanish(self) -> None:
        """DELETE of this exchange's row."""
        self.world.delete(*self.at(self.user, "amq.topic"))

    def beside(self) -> Callable[[], Any]:
        """The same user's row for another exchange."""
        body = {"exchange": "amq.rabbitmq.trace", "write": "x", "read": "y"}
        self.world.put(*self.at(), body=body)
        return lambda: [
            row for row in self.world.get(*self.at()) or [] if row["exchange"] != "amq.topic"
        ]
