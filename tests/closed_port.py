"""A port that refuses connections, and that nobody else is given meanwhile."""

from __future__ import annotations

import socket

_held: list[socket.socket] = []


def closed_port() -> int:
    """A port of this machine that is bound, so that it stays ours, and that nobody listens on."""
    holder = socket.socket()
    holder.bind(("127.0.0.1", 0))
    _held.append(holder)
    port: int = holder.getsockname()[1]
    return port
