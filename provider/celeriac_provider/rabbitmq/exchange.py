"""Exchanges."""

from __future__ import annotations

from typing import Any, Self

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.properties import prop
from celeriac_provider.engine.resource import Key
from celeriac_provider.rabbitmq import declared, names
from celeriac_provider.rabbitmq.client import Api
from celeriac_provider.rabbitmq.in_vhost import InVhost


class Exchange(InVhost):
    """An exchange. Nothing of it can change in place."""

    token = "rabbitmq:Exchange"  # noqa: S105 - a type token
    identity = ("vhost", "name")

    name: str = prop("The exchange's name.", replaces=True, check=names.declared)
    type: str = prop(
        "`direct`, `topic`, `fanout`, `headers`, or a plugin's. Celery declares its exchanges "
        "as well: the same type must be in its settings.",
        replaces=True,
        check=names.name,
    )
    durable: bool = prop("Whether it outlives a restart.", default=True, replaces=True)
    auto_delete: bool = prop(
        "Whether it goes with the last queue bound to it.", default=False, replaces=True
    )
    internal: bool = prop(
        "Whether clients cannot publish to it, only other exchanges.", default=False, replaces=True
    )
    arguments: dict[str, Any] = prop(
        "Arguments with RabbitMQ's names (`alternate-exchange`).",
        default={},
        replaces=True,
        check=declared.arguments,
    )

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """The exchange as it was declared."""
        del prior
        api = Api.of(ctx)
        found = api.get("exchanges", key["vhost"], key["name"], query="disable_stats=true")
        if found is None:
            return None
        return cls(
            vhost=key["vhost"],
            name=key["name"],
            type=found["type"],
            durable=found["durable"],
            auto_delete=found["auto_delete"],
            internal=found["internal"],
            arguments=found["arguments"],
        )

    def create(self, ctx: Context) -> Self:
        """Declare it."""
        body = {
            "type": self.type,
            "durable": self.durable,
            "auto_delete": self.auto_delete,
            "internal": self.internal,
            "arguments": self.arguments,
        }
        Api.of(ctx).put("exchanges", self.vhost, self.name, body=body)
        return self

    def update(self, old: Self, ctx: Context) -> Self:
        """Nothing of it changes in place."""
        del ctx
        declared.same(self, old)
        return self

    def delete(self, ctx: Context) -> None:
        """Delete it with its bindings."""
        Api.of(ctx).delete("exchanges", self.vhost, self.name)
