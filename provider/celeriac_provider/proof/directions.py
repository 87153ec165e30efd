"""Where the proof's clients connect to, when a server is reached over a forwarding.

They are all told the server's own name and port, which certificates are verified against: what is
directed elsewhere is the look-up of its address. libpq, which looks up by itself, is told it.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from celeriac_provider.proof.addresses import servers
from celeriac_provider.reach.members import Opened, alone, pool_over

Directions = Mapping[str, Sequence[Any]]
"""Address and port by `host:port`."""


def follow(directions: Directions) -> None:
    """Direct every look-up of this process, and of those that it forks."""
    if not directions:
        return
    look_up = socket.getaddrinfo

    def directed(host: Any, port: Any, *arguments: Any, **more: Any) -> Any:
        found = directions.get(f"{host}:{port}".lower())
        return look_up(*(found or (host, port)), *arguments, **more)

    socket.getaddrinfo = directed


def of_libpq(directions: Directions, url: str) -> dict[str, Any]:
    """What libpq has to be told beside a URL."""
    parts = urlsplit(url)
    found = directions.get(f"{parts.hostname}:{parts.port or 5432}")
    return {} if found is None else {"hostaddr": found[0], "port": found[1]}


def of_pymongo(directions: Directions, url: str) -> dict[str, Any]:
    """What pymongo has to be told beside a URL: go over the forwardings alone."""
    named = servers(url)
    ways = {at: _opened(found) for at in named if (found := directions.get(f"{at[0]}:{at[1]}"))}
    if not ways:
        return {}
    in_a_set = "replicaset" in (key.lower() for key, _ in parse_qsl(urlsplit(url).query))
    return {"_pool_class": pool_over(ways), **alone(len(named), in_a_set=in_a_set)}


def _opened(found: Sequence[Any]) -> Opened:
    return lambda: (str(found[0]), int(found[1]))
