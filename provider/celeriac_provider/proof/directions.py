"""Where the proof's clients connect to, when a server is reached over a forwarding.

They are all told the server's own name and port, which certificates are verified against: what is
directed elsewhere is the look-up of its address. libpq, which looks up by itself, is told it.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

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
