"""What a user may do in a vhost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import Refused
from celeriac_provider.engine.properties import prop
from celeriac_provider.engine.resource import Key
from celeriac_provider.rabbitmq import names
from celeriac_provider.rabbitmq.client import Api
from celeriac_provider.rabbitmq.in_vhost import InVhost

NOTHING = "^$"
"""Matches no name but the empty one."""


class Permissions(InVhost):
    """A user's permissions in a vhost: three patterns of names. Without a row, no access at all.

    RabbitMQ does not anchor the patterns: write `^(a|b)$`.
    https://www.rabbitmq.com/docs/access-control#authorisation
    """

    token = "rabbitmq:Permissions"  # noqa: S105 - a type token
    identity = ("vhost", "user")

    user: str = prop("The user.", replaces=True, check=names.name)
    configure: str = prop(
        "Pattern of the queues and exchanges that the user may declare and delete.",
        default=NOTHING,
        check=names.pattern,
    )
    write: str = prop(
        "Pattern of the exchanges it may publish to and of the queues it may bind.",
        default=NOTHING,
        check=names.pattern,
    )
    # `read` is what every resource does; the schema's name is `read` all the same.
    read_: str = prop(
        "Pattern of the queues it may consume from and of the exchanges it may bind them to.",
        default=NOTHING,
        check=names.pattern,
    )

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """The user's row in the vhost."""
        del prior
        api = Api.of(ctx)
        found = api.get("permissions", key["vhost"], key["user"])
        if found is None:
            return None
        return cls(
            vhost=key["vhost"],
            user=key["user"],
            configure=found["configure"],
            write=found["write"],
            read_=found["read"],
        )

    def create(self, ctx: Context) -> Self:
        """Write the row."""
        body = {"configure": self.configure, "write": self.write, "read": self.read_}
        _put(Api.of(ctx), "permissions", self.vhost, self.user, body)
        return self

    def update(self, old: Self, ctx: Context) -> Self:
        """Write it anew; open channels keep what they had checked for a while."""
        del old
        return self.create(ctx)

    def delete(self, ctx: Context) -> None:
        """Remove the row: the user can no longer enter the vhost."""
        Api.of(ctx).delete("permissions", self.vhost, self.user)


class TopicPermissions(InVhost):
    """What a user may publish to and bind on one topic exchange, by routing key.

    Without it the user's Permissions alone decide.
    https://www.rabbitmq.com/docs/access-control#topic-authorisation
    """

    token = "rabbitmq:TopicPermissions"  # noqa: S105 - a type token
    identity = ("vhost", "user", "exchange")

    user: str = prop("The user.", replaces=True, check=names.name)
    exchange: str = prop("The topic exchange.", replaces=True, check=names.name)
    write: str = prop(
        "Pattern of the routing keys that the user may publish with.",
        default=NOTHING,
        check=names.pattern,
    )
    read_: str = prop(
        "Pattern of the routing keys that the user may bind queues with.",
        default=NOTHING,
        check=names.pattern,
    )

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """The exchange's row among the user's in the vhost."""
        del prior
        api = Api.of(ctx)
        rows = api.get("topic-permissions", key["vhost"], key["user"]) or []
        found = next((row for row in rows if row["exchange"] == key["exchange"]), None)
        if found is None:
            return None
        return cls(
            vhost=key["vhost"],
            user=key["user"],
            exchange=key["exchange"],
            write=found["write"],
            read_=found["read"],
        )

    def create(self, ctx: Context) -> Self:
        """Write the row."""
        body = {"exchange": self.exchange, "write": self.write, "read": self.read_}
        _put(Api.of(ctx), "topic-permissions", self.vhost, self.user, body)
        return self

    def update(self, old: Self, ctx: Context) -> Self:
        """Write it anew."""
        del old
        return self.create(ctx)

    def delete(self, ctx: Context) -> None:
        """Remove the row."""
        Api.of(ctx).delete("topic-permissions", self.vhost, self.user, self.exchange)


def _put(api: Api, kind: str, vhost: str, user: str, body: Mapping[str, Any]) -> None:
    try:
        api.put(kind, vhost, user, body=body)
    except Refused as error:
        if "no_such_exchange" in str(error):
            raise Refused(
                f"there is no exchange {body['exchange']!r} in the vhost {vhost!r}: make it "
                f"first, and let these permissions depend on it"
            ) from None
        if "vhost_or_user_not_found" not in str(error):
            raise
        missing = "vhost" if api.get("vhosts", vhost) is None else "user"
        name = vhost if missing == "vhost" else user
        raise Refused(
            f"there is no {missing} {name!r} on the server: make it first, and let these "
            f"permissions depend on it"
        ) from None
