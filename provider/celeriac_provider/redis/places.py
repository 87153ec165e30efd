"""Where a Redis is: at a host and port, at a socket, or wherever its sentinels say.

`redis://host:6379/0`, `unix:///run/redis.sock?db=0`, `redis+sentinel://s1:26379,s2:26379/NAME/0`;
with TLS `rediss://` and `rediss+sentinel://`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from celeriac_provider.engine.errors import Mistake

_PORT: Final = 6379
_SENTINEL: Final = 26379
_SENTINELS: Final = re.compile(r"(rediss?)\+sentinel://([^/?#]*)/([^/?#]+)(?:/(\d+))?/?")


@dataclass(frozen=True)
class Node:
    """One process: a Redis, or a sentinel."""

    host: str = ""
    """Name or address; empty for a socket."""
    port: int = 0
    """Port; 0 for a socket."""
    path: str = ""
    """Path of its Unix socket."""

    def __str__(self) -> str:
        """As a sentence names it."""
        return self.path or f"{self.host}:{self.port}"


@dataclass(frozen=True)
class Place:
    """What an endpoint says."""

    nodes: tuple[Node, ...]
    """The Redis itself, or its sentinels."""
    database: int
    """Number of the database."""
    tls: bool
    """Whether connections are encrypted, those to sentinels included."""
    group: str = ""
    """The name under which the sentinels know the primary; empty without sentinels."""

    def __str__(self) -> str:
        """As a sentence names it."""
        known = ", ".join(map(str, self.nodes))
        return f"{self.group} (known to the sentinels {known})" if self.group else known


def place(endpoint: str) -> Place:
    """Read an endpoint.

    Raises:
        Mistake: it is none of the forms.
    """
    wrong = Mistake(
        f"the endpoint {endpoint!r} is not a Redis URL: write it as rediss://host:6379/0, "
        f"unix:///path?db=0 or rediss+sentinel://host:26379,host:26379/NAME/0",
        "endpoint",
    )
    if found := _SENTINELS.fullmatch(endpoint):
        scheme, hosts, group, database = found.groups()
        try:
            nodes = tuple(_node(f"//{host}", _SENTINEL) for host in hosts.split(","))
        except ValueError:
            raise wrong from None
        return Place(nodes, int(database or 0), scheme == "rediss", unquote(group))
    try:
        parts = urlsplit(endpoint)
        if parts.scheme == "unix":
            database = parse_qs(parts.query).get("db", ["0"])[0]
            if parts.netloc or not parts.path.strip("/") or not database.isdigit():
                raise wrong
            return Place((Node(path=unquote(parts.path)),), int(database), tls=False)
        database = parts.path.strip("/") or "0"
        if parts.scheme not in ("redis", "rediss") or not database.isdigit() or parts.query:
            raise wrong
        return Place((_node(endpoint, _PORT),), int(database), parts.scheme == "rediss")
    except ValueError:
        raise wrong from None


def _node(url: str, port: int) -> Node:
    parts = urlsplit(url)
    if not parts.hostname:
        raise ValueError(url)
    return Node(parts.hostname, parts.port or port)
