"""Bindings."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, Self

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import Mistake
from celeriac_provider.engine.properties import Problem, prop
from celeriac_provider.engine.resource import Key
from celeriac_provider.rabbitmq import declared, names
from celeriac_provider.rabbitmq.client import Api
from celeriac_provider.rabbitmq.in_vhost import InVhost

if TYPE_CHECKING:
    from collections.abc import Mapping

_LETTER = {"queue": "q", "exchange": "e"}


class Binding(InVhost):
    """A binding from an exchange to a queue or another exchange. All of it is its identity."""

    token = "rabbitmq:Binding"  # noqa: S105 - a type token
    identity = ("vhost", "source", "destination_type", "destination", "routing_key", "arguments")

    source: str = prop("The exchange that messages come from.", replaces=True, check=names.name)
    destination_type: Literal["queue", "exchange"] = prop(
        "Whether the destination is a queue or an exchange.", default="queue", replaces=True
    )
    destination: str = prop(
        "The queue or exchange that messages go to.", replaces=True, check=names.name
    )
    routing_key: str = prop(
        "The routing key, or the pattern of a topic exchange.",
        default="",
        replaces=True,
        check=names.short,
    )
    arguments: dict[str, Any] = prop(
        "Arguments, which headers exchanges match.",
        default={},
        replaces=True,
        check=declared.arguments,
    )

    def problems(self) -> Iterable[Problem]:
        """RabbitMQ answers 500 to whoever lists such a binding (4.0 and 4.3)."""
        if self.arguments and "~" in self.routing_key:
            yield Problem(
                "routingKey",
                f"routingKey ({self.routing_key!r}) must not hold ~ when there are arguments: "
                f"RabbitMQ's management API fails on such a binding",
            )

    def identified_by(self) -> dict[str, str]:
        """The identity's values, arguments as JSON."""
        arguments = json.dumps(self.arguments, sort_keys=True) if self.arguments else ""
        return super().identified_by() | {"arguments": arguments}

    def id(self) -> str:
        """`<vhost>/<source>/queue/<destination>/<routing key>`, and the arguments if it has any."""
        return super().id() if self.arguments else super().id().removesuffix("/")

    @classmethod
    def id_form(cls) -> str:
        """As `id`."""
        return "<vhost>/<source>/<queue or exchange>/<destination>/<routing key>"

    @classmethod
    def parse(cls, id_: str) -> dict[str, str]:
        """The arguments are left out where there are none.

        Raises:
            Mistake: the id has another form.
        """
        key = super().parse(id_ if id_.count("/") == len(cls.identity) - 1 else f"{id_}/")
        if key["destination_type"] not in _LETTER:
            raise Mistake(
                f"the id {id_!r} is not that of a Binding: the third part must be queue or "
                f"exchange, as in {cls.id_form()}"
            )
        return key

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """The binding with this routing key and these arguments."""
        del prior
        api = Api.of(ctx)
        wanted = json.loads(key["arguments"] or "{}")
        if _find(api, key, wanted) is None:
            return None
        return cls(
            vhost=key["vhost"],
            source=key["source"],
            destination_type="queue" if key["destination_type"] == "queue" else "exchange",
            destination=key["destination"],
            routing_key=key["routing_key"],
            arguments=wanted,
        )

    def create(self, ctx: Context) -> Self:
        """Bind."""
        binding = {
            "source": self.source,
            "destination_type": self.destination_type,
            "destination": self.destination,
            "routing_key": self.routing_key,
            "arguments": self.arguments,
        }
        Api.of(ctx).define(self.vhost, {"bindings": [binding]})
        return self

    def update(self, old: Self, ctx: Context) -> Self:
        """Nothing of it changes in place."""
        del ctx
        declared.same(self, old)
        return self

    def delete(self, ctx: Context) -> None:
        """Unbind."""
        api, key = Api.of(ctx), self.identified_by()
        found = _find(api, key, self.arguments)
        if found is not None:
            api.delete(*_path(key), found)


def _path(key: Key) -> tuple[str, ...]:
    letter = _LETTER[key["destination_type"]]
    return ("bindings", key["vhost"], "e", key["source"], letter, key["destination"])


def _find(api: Api, key: Key, arguments: Mapping[str, Any]) -> str | None:
    """The name that the API has for the binding: a hash of its arguments is part of it."""
    for found in api.get(*_path(key)) or []:
        if found["routing_key"] == key["routing_key"] and found["arguments"] == arguments:
            name: str = found["properties_key"]
            return name
    return None
