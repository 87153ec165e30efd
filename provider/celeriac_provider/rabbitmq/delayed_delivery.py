"""Celery's native delayed delivery: its 28 levels as one resource."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, Self

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import Refused
from celeriac_provider.engine.properties import prop
from celeriac_provider.engine.resource import Key
from celeriac_provider.rabbitmq import delayed, messages, names
from celeriac_provider.rabbitmq.client import Api
from celeriac_provider.rabbitmq.in_vhost import InVhost


def _bindings(value: Mapping[str, str]) -> str | None:
    for queue, key in value.items():
        wrong = names.name(queue) or names.short(delayed.pattern(key)) or _empty(key)
        if wrong:
            return f"holds {queue!r} with the routing key {key!r}, which {wrong}"
    return None


def _empty(key: str) -> str | None:
    return None if key else "must not be empty: Celery cannot delay such a message"


def _none_given(value: list[str]) -> str | None:
    return "is what a refresh finds: leave it out" if value else None


class DelayedDelivery(InVhost):
    """The exchanges and queues through which Celery delays tasks in the broker, ready made.

    28 exchanges and queues, `celery_delayed_0` to `celery_delayed_27`, and the exchange
    `celery_delayed_delivery`, with exactly the arguments that a worker declares them with
    (kombu/transport/native_delayed_delivery.py), and two bindings for each of the app's queues. So
    a countdown arrives that was sent before any worker ever ran.
    """

    token = "rabbitmq:DelayedDelivery"  # noqa: S105 - a type token
    identity = ("vhost",)

    queue_type: Literal["quorum", "classic"] = prop(
        "The type of the 28 queues: the workers' setting broker_native_delayed_delivery_queue_type "
        "must be the same. Classic ones are cheaper and live on one node.",
        default="quorum",
        replaces=True,
    )
    bindings: dict[str, str] = prop(
        "The routing key of each of the app's queues, by queue. Each must have a topic exchange of "
        "its own name.",
        default={},
        check=_bindings,
    )
    missing: list[str] = prop(
        "What a refresh finds missing, or declared otherwise, among the levels: the next `up` "
        "mends it. Never given.",
        default=[],
        check=_none_given,
    )
    force_destroy: bool = prop(
        "Delete the levels although delayed messages wait in them.", default=False, local=True
    )

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """Three calls read all; bindings that a worker made for other queues are left alone."""
        api = Api.of(ctx)
        found = _found(api, key["vhost"])
        if not any(name in found["queues"] for name in delayed.LEVELS):
            return None
        kind = delayed.type_of(found)
        return cls(
            vhost=key["vhost"],
            queue_type=kind,
            bindings=delayed.bound(found, prior.bindings if prior else None),
            missing=delayed.lacking(found, delayed.levels(kind)),
        )

    def create(self, ctx: Context) -> Self:
        """One call declares all that is not there."""
        Api.of(ctx).define(self.vhost, self._objects())
        return self

    def update(self, old: Self, ctx: Context) -> Self:
        """Mend what is missing or other than declared, and bring the bindings to what is wanted."""
        api = Api.of(ctx)
        found = _found(api, self.vhost)
        self._remove_other(api, found)
        gone = {q: key for q, key in old.bindings.items() if self.bindings.get(q) != key}
        for queue, key in gone.items():
            for binding in delayed.for_queue(queue, key)["bindings"]:
                _unbind(api, self.vhost, binding)
        return self.create(ctx)

    def delete(self, ctx: Context) -> None:
        """Delete the levels; the bindings of the app's own queues go one by one."""
        api = Api.of(ctx)
        for queue, key in self.bindings.items():
            for binding in delayed.for_queue(queue, key)["bindings"]:
                _unbind(api, self.vhost, binding)
        for name in delayed.LEVELS:
            api.delete("queues", self.vhost, name)
        for name in (*delayed.LEVELS, delayed.DELIVERY):
            api.delete("exchanges", self.vhost, name)

    def guard(self, ctx: Context) -> str | None:
        """Delayed messages."""
        what = f"the delayed delivery of the vhost {self.vhost!r}"
        return messages.loss(Api.of(ctx), self.vhost, what, delayed.LEVELS)

    def _objects(self) -> delayed.Objects:
        parts = [delayed.levels(self.queue_type)]
        parts += [delayed.for_queue(queue, key) for queue, key in self.bindings.items()]
        return delayed.joined(parts)

    def _remove_other(self, api: Api, found: delayed.Found) -> None:
        """Delete what is declared otherwise, so that it can be declared as Celery does.

        Raises:
            Refused: messages wait in such a queue.
        """
        wanted = delayed.levels(self.queue_type)
        other = delayed.different(found, wanted)
        queues = [name for kind, name in other if kind == "queues"]
        what = f"the delayed delivery of the vhost {self.vhost!r}"
        loss = messages.loss(api, self.vhost, what, queues) if queues else None
        if loss is not None and not self.force_destroy:
            raise Refused(
                f"{loss}, because a queue was declared otherwise than for queueType "
                f"{self.queue_type}: let its messages run out, or set forceDestroy"
            )
        for kind, name in other:
            api.delete(kind, self.vhost, name)


def _found(api: Api, vhost: str) -> delayed.Found:
    """Everything declared in the vhost; nothing where there is no vhost."""
    # GET /definitions/VHOST has all of it, and fails on a vhost whose name is not ASCII.
    query = "disable_stats=true"
    return delayed.indexed(
        {
            kind: api.get(kind, vhost, query=query) or []
            for kind in ("queues", "exchanges", "bindings")
        }
    )


def _unbind(api: Api, vhost: str, binding: Mapping[str, Any]) -> None:
    letter = "q" if binding["destination_type"] == "queue" else "e"
    path = ("bindings", vhost, "e", binding["source"], letter, binding["destination"])
    for found in _same(api.get(*path) or [], binding):
        api.delete(*path, found["properties_key"])


def _same(found: Iterable[dict[str, Any]], binding: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    return (b for b in found if b["routing_key"] == binding["routing_key"] and not b["arguments"])
