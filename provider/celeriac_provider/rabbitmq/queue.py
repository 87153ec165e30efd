"""Queues."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, Self

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.properties import Problem, prop
from celeriac_provider.engine.resource import Key
from celeriac_provider.rabbitmq import declared, messages, names
from celeriac_provider.rabbitmq.client import Api
from celeriac_provider.rabbitmq.in_vhost import InVhost

_TYPE = "x-queue-type"


def _arguments(value: Mapping[str, Any]) -> str | None:
    if _TYPE in value:
        return f"holds {_TYPE}: give it as the property type"
    return declared.arguments(value)


class Queue(InVhost):
    """A queue. Nothing of it can change in place: limits belong in a Policy.

    Celery declares its queues as well: the same name, type and arguments must be in its settings.
    """

    token = "rabbitmq:Queue"  # noqa: S105 - a type token
    identity = ("vhost", "name")

    name: str = prop("The queue's name.", replaces=True, check=names.declared)
    type: Literal["quorum", "classic", "stream"] = prop(
        "Its type; RabbitMQ's argument x-queue-type.", default="quorum", replaces=True
    )
    durable: bool = prop("Whether it outlives a restart.", default=True, replaces=True)
    auto_delete: bool = prop(
        "Whether it goes with its last consumer.", default=False, replaces=True
    )
    arguments: dict[str, Any] = prop(
        "Arguments but the type, with RabbitMQ's names (`x-max-priority`). "
        "https://www.rabbitmq.com/docs/queues#optional-arguments",
        default={},
        replaces=True,
        check=_arguments,
    )
    force_destroy: bool = prop(
        "Delete the queue although messages wait in it.", default=False, local=True
    )

    def problems(self) -> Iterable[Problem]:
        """What a replicated queue cannot be (406 on RabbitMQ 4)."""
        if self.type == "classic":
            return
        if not self.durable:
            yield self._impossible("durable", "false", "is always durable")
        if self.auto_delete:
            yield self._impossible("autoDelete", "true", "never deletes itself")
        if "x-max-priority" in self.arguments:
            yield self._impossible("arguments", "with x-max-priority", "has no such argument")

    @classmethod
    def warning(cls, old: Mapping[str, Any], new: Mapping[str, Any]) -> str | None:
        """Another type: everybody who declares it as it was gets RabbitMQ's 406."""
        before, after = old.get("type"), new.get("type")
        if before == after or not isinstance(after, str):
            return None
        return (
            f"the queue {old.get('name')!r} is {before} and would be made anew as {after}: its "
            f"messages must be gone before, and workers and producers that still declare it as "
            f"{before} are refused then (406 PRECONDITION_FAILED, inequivalent arg "
            f"'x-queue-type'), until they have the new settings. Without that gap it goes over a "
            f"second app with a vhost of its own: docs/classic-to-quorum.md"
        )

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """The queue as it was declared."""
        del prior
        api = Api.of(ctx)
        found = api.get("queues", key["vhost"], key["name"], query="disable_stats=true")
        if found is None:
            return None
        arguments = dict(found["arguments"])
        kind = arguments.pop(_TYPE, None) or found.get("type", "classic")
        return cls(
            vhost=key["vhost"],
            name=key["name"],
            type=kind,
            durable=found["durable"],
            auto_delete=found["auto_delete"],
            arguments=arguments,
        )

    def create(self, ctx: Context) -> Self:
        """Declare it."""
        body = {
            "durable": self.durable,
            "auto_delete": self.auto_delete,
            "arguments": {_TYPE: self.type, **self.arguments},
        }
        Api.of(ctx).put("queues", self.vhost, self.name, body=body)
        return self

    def update(self, old: Self, ctx: Context) -> Self:
        """Nothing of it changes in place."""
        del ctx
        declared.same(self, old)
        return self

    def delete(self, ctx: Context) -> None:
        """Delete it with its bindings."""
        Api.of(ctx).delete("queues", self.vhost, self.name)

    def guard(self, ctx: Context) -> str | None:
        """Its messages."""
        return messages.loss(Api.of(ctx), self.vhost, f"the queue {self.name!r}", [self.name])

    def _impossible(self, key: str, value: str, instead: str) -> Problem:
        return Problem(
            key,
            f"{key} of the Queue {self.name!r} cannot be {value}: a {self.type} queue {instead}; "
            f"leave it out, or ask for type classic",
        )
