"""What AMQP declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from urllib.parse import quote

from celeriac_provider.rabbitmq.binding import Binding
from celeriac_provider.rabbitmq.exchange import Exchange
from celeriac_provider.rabbitmq.queue import Queue
from tests.provider.conformance.case import Drift
from tests.provider.conformance.rabbitmq.within import Within


class Declared(Within):
    """What AMQP declares: to change it is to make it anew."""

    kind: ClassVar[str]
    start: ClassVar[Mapping[str, Any]]
    """The least inputs; in the API's spelling, the same body."""
    others: ClassVar[Mapping[str, Any]]
    """Another value of each property."""

    def at(self, *names: str) -> tuple[str, ...]:
        """By name."""
        return (self.kind, self.vhost, *(names or ("x/ü",)))

    def given(self) -> dict[str, Any]:
        """A name."""
        return {"vhost": self.vhost, "name": "x/ü", **self.start}

    def changes(self) -> dict[str, Any]:
        """All, without making it."""
        return {"vhost": "v2", "name": "n2", **self.others}

    def body(self, **changes: Any) -> dict[str, Any]:
        """What declares it, but for these."""
        return {"durable": True, "auto_delete": False, "arguments": {}} | changes

    def declared_otherwise(self, **changes: Any) -> Drift:
        """Deleted and declared anew."""

        def act() -> None:
            self.vanish()
            self.world.put(*self.at(), body=self.body(**changes))

        return Drift(act, kind="UPDATE_REPLACE")

    def server(self) -> Any:
        """As it was declared."""
        path = "".join(f"/{quote(part, safe='')}" for part in self.at())
        answer = self.world.http.get(path, params={"disable_stats": "true"})
        keys = ("type", "durable", "auto_delete", "internal", "arguments")
        found = answer.json()
        return {k: found.get(k) for k in keys} if answer.is_success else None

    def by_hand(self) -> None:
        """PUT."""
        self.world.put(*self.at(), body=self.body())


class ExchangeCase(Declared):
    """Exchanges."""

    resource, kind = Exchange, "exchanges"
    unguarded = "an exchange holds no message"
    start: ClassVar[Mapping[str, Any]] = {"type": "topic"}
    others: ClassVar[Mapping[str, Any]] = {
        "type": "fanout",
        "durable": False,
        "autoDelete": True,
        "internal": True,
        "arguments": {"alternate-exchange": "amq.topic"},
    }

    def body(self, **changes: Any) -> dict[str, Any]:
        """A topic exchange."""
        return super().body(type="topic", internal=False) | changes

    def drifts(self) -> dict[str, Drift]:
        """Declared anew."""
        return {
            "type": self.declared_otherwise(type="direct"),
            "durable": self.declared_otherwise(durable=False),
            "autoDelete": self.declared_otherwise(auto_delete=True),
            "internal": self.declared_otherwise(internal=True),
            "arguments": self.declared_otherwise(arguments={"x": 1}),
        }

    def beside(self) -> Callable[[], Any]:
        """A binding of somebody else's."""
        path = ("bindings", self.vhost, "e", "x/ü", "e", "amq.fanout")
        self.world.call("POST", *path, body={"routing_key": "k"}).raise_for_status()
        return lambda: [binding["routing_key"] for binding in self.world.get(*path)]


class QueueCase(Declared):
    """Queues."""

    resource, kind = Queue, "queues"
    guard = r"at least 1 message waits in the queue 'x/ü'"
    start: ClassVar[Mapping[str, Any]] = {"type": "classic"}
    others: ClassVar[Mapping[str, Any]] = {
        "type": "quorum",
        "durable": False,
        "autoDelete": True,
        "arguments": {"x-max-priority": 5},
    }

    def body(self, **changes: Any) -> dict[str, Any]:
        """A classic queue."""
        arguments = {"x-queue-type": "classic"} | changes.pop("arguments", {})
        return super().body(arguments=arguments) | changes

    def drifts(self) -> dict[str, Drift]:
        """Declared anew."""
        return {
            "type": self.declared_otherwise(arguments={"x-queue-type": "quorum"}),
            "durable": self.declared_otherwise(durable=False),
            "autoDelete": self.declared_otherwise(auto_delete=True),
            "arguments": self.declared_otherwise(arguments={"x-max-priority": 3}),
        }

    def beside(self) -> Callable[[], Any]:
        """A binding of somebody else's."""
        path = ("bindings", self.vhost, "e", "amq.topic", "q", "x/ü")
        self.world.call("POST", *path, body={"routing_key": "k"}).raise_for_status()
        return lambda: [binding["routing_key"] for binding in self.world.get(*path)]

    def fill(self) -> None:
        """A message."""
        self.world.publish(self.vhost, "", "x/ü")


class BindingCase(Within):
    """Bindings."""

    resource = Binding
    unguarded = "a binding holds no message"

    def given(self) -> dict[str, Any]:
        """Between two standard exchanges."""
        return {
            "vhost": self.vhost,
            "source": "amq.topic",
            "destination": "amq.fanout",
            "destinationType": "exchange",
            "routingKey": "a.#",
        }

    def changes(self) -> dict[str, Any]:
        """Each makes another binding."""
        return {
            "vhost": "v2",
            "source": "amq.direct",
            "destination": "amq.headers",
            "destinationType": "queue",
            "routingKey": "b",
            "arguments": {"x-match": "any"},
        }

    def drifts(self) -> dict[str, Drift]:
        """All of it is its identity."""
        return {}

    def at(self, *names: str) -> tuple[str, ...]:
        """Between the two."""
        return ("bindings", self.vhost, "e", "amq.topic", "e", "amq.fanout", *names)

    def server(self) -> Any:
        """The one with the routing key."""
        rows = self.world.get(*self.at()) or []
        return next((row for row in rows if row["routing_key"] == "a.#"), None)

    def by_hand(self) -> None:
        """POST."""
        self.world.call("POST", *self.at(), body={"routing_key": "a.#"}).raise_for_status()

    def vanish(self) -> None:
        """DELETE."""
        self.world.delete(*self.at("a.%23"))

    def beside(self) -> Callable[[], Any]:
        """Another routing key between the same two."""
        self.world.call("POST", *self.at(), body={"routing_key": "b"}).raise_for_status()
        rows = lambda: self.world.get(*self.at()) or []  # noqa: E731
        return lambda: [row for row in rows() if row["routing_key"] == "b"]

    @property
    def missing_id(self) -> str:
        """Of another key."""
        return f"{quote(self.vhost, safe='')}/amq.topic/exchange/amq.fanout/none"
