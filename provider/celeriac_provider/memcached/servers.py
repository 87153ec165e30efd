"""Memcached servers, verified: they answer, and take results that are large enough."""

from __future__ import annotations

import dataclasses
from typing import Self

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import Refused
from celeriac_provider.engine.properties import output, prop
from celeriac_provider.engine.resource import Key, Resource
from celeriac_provider.memcached.client import Answer, Memcached

DEFAULT = 1024 * 1024
"""Bytes of memcached's own `-I`: https://github.com/memcached/memcached/wiki/ConfiguringServer."""


def _size(value: int) -> str | None:
    return None if value > 0 else "must be more than 0 bytes"


class Servers(Resource):
    """Memcached servers that are used together, as they answer.

    Nothing is made: memcached has no users, no databases, nothing that could be owned. Each server
    of the provider's `endpoint` is asked when this is made, changed and refreshed: whether it is
    there, and how large an item may be. A server that takes less shows as a change of
    `largestItem`, and the next `up` fails with the sentence. Deleting it does nothing.
    """

    token = "memcached:Servers"  # noqa: S105 - a type token
    identity = ("name",)
    verifies_only = True
    not_importable = (
        "nothing is made on memcached that could be imported: let `pulumi up` verify the servers"
    )

    name: str = prop(
        "What this set of servers is called.",
        default="servers",
        replaces=True,
        check=lambda v: None if v.strip() else "must not be empty",
    )
    largest_item: int = prop(
        "Largest item that every server must take, in bytes, its key and header included "
        "(memcached's `-I`, `item_size_max`). What is larger is not stored.",
        default=DEFAULT,
        check=_size,
    )
    versions: dict[str, str] = output("Version of each server, by `host:port`.")

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """What the servers say now; before the first create there is nothing."""
        del key
        if prior is None:
            return None
        found = ctx.client(Memcached).ask(ctx)
        smallest = min(answer.item_size for answer in found.values())
        return dataclasses.replace(
            prior, largest_item=min(prior.largest_item, smallest), versions=_versions(found)
        )

    def create(self, ctx: Context) -> Self:
        """Verify them, and say what memcached is not."""
        made = self._verified(ctx)
        ctx.warn(
            "memcached forgets: a result is lost when its server restarts or needs the room, and "
            "whoever reaches the server reads and changes all results, because there are neither "
            "users nor TLS"
        )
        return made

    def update(self, old: Self, ctx: Context) -> Self:
        """Verify them again."""
        del old
        return self._verified(ctx)

    def delete(self, ctx: Context) -> None:
        """Nothing was made."""

    def _verified(self, ctx: Context) -> Self:
        found = ctx.client(Memcached).ask(ctx)
        small = [
            f"{server} takes items of {answer.item_size} bytes"
            for server, answer in found.items()
            if answer.item_size < self.largest_item
        ]
        if small:
            raise Refused(
                f"memcached at {' and '.join(small)}, and {self.largest_item} bytes are wanted: "
                f"start it with -I {self.largest_item}, or write less (largestItem, in a stack "
                f"file maxItemSize in the server's entry)"
            )
        return dataclasses.replace(self, versions=_versions(found))


def _versions(found: dict[str, Answer]) -> dict[str, str]:
    return {server: answer.version for server, answer in found.items()}
