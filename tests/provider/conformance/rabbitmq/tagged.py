"""What carries its mark among its own tags: vhosts and users."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from celeriac_provider.engine.marks import Mark
from celeriac_provider.rabbitmq import passwords
from celeriac_provider.rabbitmq.user import User
from celeriac_provider.rabbitmq.vhost import Vhost
from tests.provider.conformance.case import Drift
from tests.provider.conformance.rabbitmq.world import RabbitCase, RabbitWorld


class Tagged(RabbitCase):
    """One whose mark is among its own tags."""

    kind: ClassVar[str]
    kept: ClassVar[tuple[str, ...]]
    any_id = "the name is the id, and a name is any text"
    missing_id = "no/such ü"

    def __init__(self, world: RabbitWorld) -> None:
        super().__init__(world)
        self.name = world.name(self.kind)
        world._made.append((self.kind, f"{self.name}2"))

    def prepare(self, *, by_hand: bool = False) -> None:
        """It needs nothing."""

    def vanish(self) -> None:
        """DELETE."""
        self.world.delete(self.kind, self.name)

    def change(self, **values: Any) -> None:
        """PUT with what is there, but for these."""
        found = self.world.get(self.kind, self.name)
        body = {key: found[key] for key in self.kept if key in found} | values
        self.world.put(self.kind, self.name, body=body)

    def mark(self) -> str | None:
        """A tag."""
        return self.rabbit.mark_of(self.kind, self.name)

    def set_mark(self, mark: str | None) -> None:
        """Another tag, or none."""
        tags = [t for t in self.world.tags(self.kind, self.name) if not Mark.find(t)]
        self.change(tags=[*tags, mark] if mark else tags)

    def limit(self, name: str, value: int) -> Callable[[], None]:
        """Sets a limit by hand."""
        path = (self.kind.removesuffix("s") + "-limits", self.name, name)
        return lambda: self.world.put(*path, body={"value": value})


class VhostCase(Tagged):
    """Vhosts."""

    resource, kind = Vhost, "vhosts"
    kept = ("description", "tags", "default_queue_type")
    guard = r"at least 1 message waits in the vhost .*in 'q'"

    def given(self) -> dict[str, Any]:
        """A name, and a tag to lose."""
        return {"name": self.name, "tags": ["eu"]}

    def full(self) -> dict[str, Any]:
        """Both limits."""
        return self.given() | {"maxConnections": 9, "maxQueues": 9, "description": "€"}

    def changes(self) -> dict[str, Any]:
        """All."""
        return {
            "name": f"{self.name}2",
            "description": "orders, €",
            "defaultQueueType": "classic",
            "tags": ["eu", "team a"],
            "maxConnections": 5,
            "maxQueues": 0,
        }

    def drifts(self) -> dict[str, Drift]:
        """By PUT."""
        return {
            "description": Drift(lambda: self.change(description="x")),
            "defaultQueueType": Drift(lambda: self.change(default_queue_type="classic")),
            "tags": Drift(lambda: self.change(tags=[])),
            "maxConnections": Drift(self.limit("max-connections", 3)),
            "maxQueues": Drift(
                lambda: self.world.delete("vhost-limits", self.name, "max-queues"),
                given={"maxQueues": 7},
            ),
        }

    def server(self) -> Any:
        """The vhost and its limits."""
        found = self.world.get("vhosts", self.name)
        limits = self.world.get("vhost-limits", self.name)
        return found and {
            "tags": sorted(found["tags"]),
            "limits": limits[0]["value"] if limits else {},
            **{key: found.get(key) for key in ("description", "default_queue_type")},
        }

    def by_hand(self) -> None:
        """PUT."""
        body = {"tags": ["eu"], "default_queue_type": "quorum"}
        self.world.put("vhosts", self.name, body=body)

    def beside(self) -> Callable[[], Any]:
        """A queue and a policy of somebody else's in it."""
        body = {"pattern": "x", "definition": {"max-length": 1}}
        self.world.put("policies", self.name, "theirs", body=body)
        self.world.put("queues", self.name, "theirs", body={"durable": True})
        return lambda: [
            [each["name"] for each in self.world.get(kind, self.name)]
            for kind in ("policies", "queues")
        ]

    def fill(self) -> None:
        """A message of this moment in a quorum queue."""
        self.world.put("queues", self.name, "q", body={"durable": True})
        self.world.publish(self.name, "", "q")


class UserCase(Tagged):
    """Users."""

    resource, kind = User, "users"
    kept = ("tags", "password_hash", "hashing_algorithm")
    unguarded = "a user holds nothing"

    def given(self) -> dict[str, Any]:
        """A name, and a tag to lose."""
        return {"name": self.name, "tags": ["monitoring"]}

    def full(self) -> dict[str, Any]:
        """Both limits."""
        return self.given() | {"maxConnections": 9, "maxChannels": 9}

    def changes(self) -> dict[str, Any]:
        """All."""
        return {
            "name": f"{self.name}2",
            "password": "another ü",
            "passwordless": True,
            "tags": [],
            "maxConnections": 5,
            "maxChannels": 0,
        }

    def drifts(self) -> dict[str, Drift]:
        """By PUT."""
        other = passwords.hashed("theirs")
        return {
            "password": Drift(lambda: self.change(password_hash=other), kind="ADD"),
            "passwordless": Drift(lambda: self.change(password_hash=""), also={"password": "ADD"}),
            "tags": Drift(lambda: self.change(tags=[])),
            "maxConnections": Drift(self.limit("max-connections", 3)),
            "maxChannels": Drift(
                lambda: self.world.delete("user-limits", self.name, "max-channels"),
                given={"maxChannels": 7},
            ),
        }

    def server(self) -> Any:
        """The user without its salted hash."""
        found = self.world.get("users", self.name)
        return found and {
            "tags": sorted(found["tags"]),
            "limits": found.get("limits") or {},
            "has a password": bool(found["password_hash"]),
        }

    def by_hand(self) -> None:
        """PUT."""
        body = {"password": "by hand", "tags": "monitoring"}
        self.world.put("users", self.name, body=body)

    def beside(self) -> Callable[[], Any]:
        """A right that somebody else gave it."""
        vhost = self.world.vhost()
        body = {"configure": "x", "write": "y", "read": "z"}
        self.world.put("permissions", vhost, self.name, body=body)
        return lambda: self.world.get("permissions", vhost, self.name)

    def works(self, password: str) -> bool:
        """As the server checks it."""
        found = self.world.get("users", self.name)
        return passwords.matches(password, found["password_hash"], found["hashing_algorithm"])
