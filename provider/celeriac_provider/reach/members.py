"""pymongo's connections, each over the forwarding to its server, and none anywhere else.

A replica set says by itself where its members are, and pymongo goes there, whatever it was told:
so each member needs a forwarding of its own, and one that has none must not be gone to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from celeriac_provider.reach.look_up import leading

Opened = Callable[[], tuple[str, int] | None]
"""Where to connect to instead; None where the forwarding is not open."""


def pool_over(ways: Mapping[tuple[str, int], Opened]) -> type[Any]:
    """What pymongo makes its connections with (`_pool_class`).

    Its `strangers` are the members that pymongo was led to, and that have no way: `host:port`.

    Args:
        ways: by host and port. They are asked in threads of pymongo's own.
    """
    from pymongo.errors import AutoReconnect  # noqa: PLC0415 - a third of a second
    from pymongo.synchronous.pool import Pool  # noqa: PLC0415 - as above

    class Over(Pool):
        """Connections to one server."""

        strangers: set[str] = set()  # noqa: RUF012 - of all servers together

        def connect(self, *arguments: Any, **more: Any) -> Any:
            """A new connection; TLS is for the server's own name all the same."""
            at = (self.address[0], self.address[1] or 0)
            if at not in ways:
                self.strangers.add(f"{at[0]}:{at[1]}")
                raise AutoReconnect(f"{at[0]}:{at[1]}: no forwarding leads to it")
            address = ways[at]()
            if address is None:
                raise AutoReconnect(f"{at[0]}:{at[1]}: the forwarding to it was closed")
            with leading(*at, address):
                return super().connect(*arguments, **more)

    return Over


def alone(servers: int, *, in_a_set: bool) -> dict[str, Any]:
    """What pymongo is told of a server that is named alone: nothing it says of others matters.

    Args:
        servers: how many are named.
        in_a_set: whether a replica set is named with them.
    """
    return {"directConnection": True} if servers == 1 and not in_a_set else {}
