"""Redis key prefixes: an app's part of a server, and the keys that it leaves there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final, Self

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import Mistake
from celeriac_provider.engine.properties import prop
from celeriac_provider.engine.resource import Key, Resource
from celeriac_provider.redis import registry
from celeriac_provider.redis.client import Commands, RedisServer

_BATCH: Final = 1000
_HOUSEKEEPING: Final = re.compile(r"_kombu\.binding|unacked_mutex$|\.celery\.pidbox")
"""Keys of kombu's that hold no message: bindings, a lock, queues of replies to remote control."""


def _prefix(value: str) -> str | None:
    return None if value else "must not be empty: it would own every key of the server"


class KeyPrefix(Resource):
    """A prefix of keys that one app owns, in every database of a server.

    Redis' access rules know no databases: two apps with one prefix would see each other's keys and
    channels wherever they are. So a prefix is registered (in the hash `celeriac:registry` of the
    endpoint's database), and one that is, begins or continues another's is refused.

    Deleting it deletes the keys. While there are messages or results among them that is refused,
    unless `forceDestroy` is set. Let the app's `AclUser` depend on it, so that nobody writes any
    more.
    """

    token = "redis:KeyPrefix"  # noqa: S105 - no secret
    identity = ("prefix",)

    prefix: str = prop(
        "What the keys begin with, as in Celery's `global_keyprefix`: `orders:`.",
        replaces=True,
        check=_prefix,
    )
    database: int = prop(
        "The number of the database that the app's keys are in.",
        default=0,
        replaces=True,
        check=lambda v: None if v >= 0 else "must be 0 or more",
    )
    force_destroy: bool = prop(
        "Delete it even with messages or results under it.", default=False, local=True
    )

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """The registry's entry; or keys that nobody registered, which are not ours."""
        client, prefix = ctx.client(RedisServer), key["prefix"]
        doing = f"look for the prefix {prefix!r}"
        entry = client.run(ctx, doing, lambda c: registry.entry(c, f"prefix:{prefix}"))
        if entry is not None:
            return cls(prefix=prefix, database=entry["database"], mark=entry["mark"])
        databases = [prior.database] if prior else client.run(ctx, doing, _in_use)
        for database in databases:
            # A server that lost its data lost the registry with it.
            mark = prior.mark if prior else None
            found = cls(prefix=prefix, database=database, mark=mark)
            if found.holds(ctx, data_only=False):
                return found
        return None

    def create(self, ctx: Context) -> Self:
        """Register the prefix."""
        field, value = f"prefix:{self.prefix}", {"database": self.database, "mark": self.mark}

        def register(commands: Commands) -> None:
            def attempt(pipe: Any) -> None:
                self._refuse_overlap(pipe)
                pipe.multi()
                pipe.hset(registry.KEY, field, registry.written(value))

            commands.transaction(attempt, registry.KEY)

        ctx.client(RedisServer).run(ctx, f"register the prefix {self.prefix!r}", register)
        return self

    def update(self, old: Self, ctx: Context) -> Self:
        """Write the entry anew."""
        del old
        return self.create(ctx)

    def guard(self, ctx: Context) -> str | None:
        """Messages and results under the prefix."""
        key = self.holds(ctx, data_only=True)
        return key and (
            f"database {self.database} of the Redis server holds messages or results under the "
            f"prefix {self.prefix!r}, {key!r} for one"
        )

    def delete(self, ctx: Context) -> None:
        """Delete the keys, then the entry."""

        def clear(commands: Commands) -> None:
            for keys in _scan(commands, self.prefix):
                commands.execute_command("UNLINK", *keys)

        client = ctx.client(RedisServer)
        doing = f"delete the keys under {self.prefix!r}"
        client.run(ctx, doing, clear, database=self.database)
        client.run(
            ctx,
            f"forget the prefix {self.prefix!r}",
            lambda commands: commands.hdel(registry.KEY, f"prefix:{self.prefix}"),
        )

    def holds(self, ctx: Context, *, data_only: bool) -> str | None:
        """A key under the prefix; with `data_only`, one that is a message or a result."""

        def look(commands: Commands) -> str | None:
            for keys in _scan(commands, self.prefix):
                for key in keys:
                    if not (data_only and _HOUSEKEEPING.search(key)):
                        return str(key)
            return None

        return ctx.client(RedisServer).run(
            ctx, f"look under the prefix {self.prefix!r}", look, database=self.database
        )

    def _refuse_overlap(self, pipe: Any) -> None:
        flat = pipe.execute_command("HGETALL", registry.KEY)
        for field, text in zip(flat[::2], flat[1::2], strict=True):
            kind, _, other = field.partition(":")
            if kind != "prefix" or other == self.prefix:
                continue
            if other.startswith(self.prefix) or self.prefix.startswith(other):
                owner = (
                    "this stack"
                    if _same_scope(json.loads(text)["mark"], self.mark)
                    else ("another stack")
                )
                raise Mistake(
                    f"the prefix {self.prefix!r} overlaps {other!r}, which {owner} has on this "
                    f"server: choose one that neither begins nor continues it",
                    "prefix",
                )


def _in_use(commands: Commands) -> list[int]:
    """The databases that hold keys."""
    said = str(commands.execute_command("INFO", "keyspace"))
    return [int(number) for number in re.findall(r"^db(\d+):", said, re.MULTILINE)]


def _same_scope(one: str | None, other: str | None) -> bool:
    return (one or "").rpartition("-")[0] == (other or "").rpartition("-")[0]


def _scan(commands: Commands, prefix: str) -> Iterator[list[str]]:
    """The keys under a prefix, some at a time."""
    pattern = re.sub(r"([*?\[\]\\])", r"\\\1", prefix) + "*"
    cursor = "0"
    while True:
        cursor, keys = commands.execute_command(
            "SCAN", cursor, "MATCH", pattern, "COUNT", str(_BATCH)
        )
        if keys:
            yield keys
        if str(cursor) == "0":
            return
