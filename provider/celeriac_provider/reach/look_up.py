"""Look-ups of names that lead to a forwarding, for clients that can be told no address.

Such a client is told the server's own name, which its TLS is for; where that leads is said here:
for one name and port, in one thread, while a connection is made.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

_chosen: Final = threading.local()
_installing: Final = threading.Lock()
_look_ups: Final[list[Callable[..., Any]]] = []
"""The one that was there before: the system's, or one that directs as well."""


@contextmanager
def leading(host: str, port: int, address: tuple[str, int]) -> Iterator[None]:
    """Let a server's name lead elsewhere, to the code inside and to nobody else.

    Args:
        host: the server's own name.
        port: its own port.
        address: where its connections go.
    """
    with _installing:
        if not _look_ups:
            _look_ups.append(socket.getaddrinfo)
            socket.getaddrinfo = _directed
    _chosen.way = ((host.lower(), str(port)), address)
    try:
        yield
    finally:
        _chosen.way = None


def _directed(host: Any, port: Any, *arguments: Any, **more: Any) -> Any:
    way = getattr(_chosen, "way", None)
    if way is not None and (str(host).lower(), str(port)) == way[0]:
        host, port = way[1]
    return _look_ups[0](host, port, *arguments, **more)
