"""Delayed delivery."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from kombu.connection import Connection
from kombu.transport import native_delayed_delivery

from celeriac_provider.rabbitmq.delayed_delivery import DelayedDelivery
from tests.provider.conformance.case import Drift
from tests.provider.conformance.rabbitmq.within import Within


class DelayedDeliveryCase(Within):
    """Delayed delivery."""

    resource = DelayedDelivery
    guard = r"1 message waits in the delayed delivery .*_20'"
    any_id = "the vhost's name is the id, and a name is any text"
    wrong_ids = ()
    no_change: ClassVar[Mapping[str, str]] = {"missing": "it is never given: it shows what is lost"}

    def prepare(self, *, by_hand: bool = False) -> None:
        """An app's queue with its exchange as well."""
        super().prepare(by_hand=by_hand)
        self.world.put("exchanges", self.vhost, "a", body={"type": "topic", "durable": True})
        self.world.put("queues", self.vhost, "a", body={"durable": True})

    def given(self) -> dict[str, Any]:
        """For one queue."""
        return {"vhost": self.vhost, "queueType": "classic", "bindings": {"a": "a"}}

    def changes(self) -> dict[str, Any]:
        """All."""
        return {"vhost": "v2", "queueType": "quorum", "bindings": {"a": "x.y"}}

    def drifts(self) -> dict[str, Drift]:
        """Something deleted, or all declared by a worker with the other setting."""

        def other_type() -> None:
            for level in range(28):
                self.world.delete("queues", self.vhost, f"celery_delayed_{level}")
            self._declare("quorum")

        gone = ("bindings", self.vhost, "e", "a", "q", "a", "%23.a")
        return {
            "queueType": Drift(other_type, kind="UPDATE_REPLACE"),
            "bindings": Drift(lambda: self.world.delete(*gone)),
            "missing": Drift(lambda: self.world.delete("queues", self.vhost, "celery_delayed_3")),
        }

    def _declare(self, kind: str) -> None:
        found = self.world.server
        with Connection(
            hostname=found["host"],
            port=found["amqp_port"],
            userid=found["username"],
            password=found["password"],
            virtual_host=self.vhost,
        ) as connection:
            native_delayed_delivery.declare_native_delayed_delivery_exchanges_and_queues(
                connection, kind
            )

    def server(self) -> Any:
        """All levels, their bindings, and those of the app's queue."""
        queues = {
            q["name"]: q["arguments"]
            for q in self.world.get("queues", self.vhost) or []
            if q["name"].startswith("celery_delayed")
        }
        bindings = sorted(
            (b["source"], b["destination"], b["routing_key"])
            for b in self.world.get("bindings", self.vhost) or []
            if b["source"]
        )
        return (queues, bindings) if queues else None

    def by_hand(self) -> None:
        """As a worker does."""
        self._declare("classic")
        for path in (("celery_delayed_delivery", "e"), ("a", "q")):
            where = ("bindings", self.vhost, "e", *path, "a")
            self.world.call("POST", *where, body={"routing_key": "#.a"}).raise_for_status()

    def vanish(self) -> None:
        """All of it."""
        for level in range(28):
            self.world.delete("queues", self.vhost, f"celery_delayed_{level}")
            self.world.delete("exchanges", self.vhost, f"celery_delayed_{level}")
        self.world.delete("exchanges", self.vhost, "celery_delayed_delivery")

    def beside(self) -> Callable[[], Any]:
        """A queue that a worker bound for itself."""
        self.world.put("exchanges", self.vhost, "w", body={"type": "topic", "durable": True})
        path = ("bindings", self.vhost, "e", "celery_delayed_delivery", "e", "w")
        self.world.call("POST", *path, body={"routing_key": "#.w"}).raise_for_status()
        return lambda: [b["routing_key"] for b in self.world.get(*path) or []]

    def fill(self) -> None:
        """A countdown of twelve days."""
        key = native_delayed_delivery.calculate_routing_key(2**20, "a")
        self.world.publish(self.vhost, "celery_delayed_27", key)

    @property
    def missing_id(self) -> str:
        """A vhost that is not there."""
        return f"{self.vhost}x"
