"""From here to a server: directly, or over a forwarding that is made anew when it dies."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from celeriac_provider.engine.errors import CeleriacError, Lost
from celeriac_provider.reach.child import Child
from celeriac_provider.reach.ssh import SshForwarder
from celeriac_provider.reach.ssm import SsmForwarder
from celeriac_provider.reach.way import Ssh, Way

_LOOPBACK: Final = "127.0.0.1"
_PORTS: Final = 5
"""Local ports that are tried: between our choice and the listening somebody else may take one."""
_LATE: Final = 0.3
"""Seconds that the word on a refused connection may come after its end."""


class Route:
    """The way to one server.

    Args:
        way: what lies between; None for nothing.
        host: the server.
        port: the server's port.
        timeout: seconds to open a forwarding.
    """

    def __init__(self, way: Way | None, host: str, port: int, timeout: float) -> None:
        self.way = way
        self._server = (host, port)
        self._where = f"{host}:{port}"
        self._timeout = timeout
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._local = 0
        self._failed: tuple[float, CeleriacError] | None = None
        if way is not None:
            kind = SshForwarder if isinstance(way, Ssh) else SsmForwarder
            self._forwarder = kind(way, host, port)  # type: ignore[arg-type] # each has its own

    @property
    def direct(self) -> bool:
        """Whether nothing lies between."""
        return self.way is None

    @property
    def is_open(self) -> bool:
        """Whether one can connect now."""
        return self.way is None or (self._child is not None and self._child.alive)

    @property
    def said(self) -> int:
        """How much the forwarding has said."""
        return 0 if self._child is None else self._child.said

    def address(self) -> tuple[str, int]:
        """Where to connect to now; a forwarding is opened, if there is none.

        Certificates are verified against the server's own name, not against this.

        Raises:
            Mistake: the program is not here, or a file that it needs.
            Refused: bastion or AWS said no.
            Unreachable: there is no answer.
        """
        if self.way is None:
            return self._server
        asked = time.monotonic()
        with self._lock:
            if self._child is not None and self._child.alive:
                return _LOOPBACK, self._local
            if self._failed is not None and self._failed[0] > asked:
                raise self._failed[1]
            try:
                self._open()
            except CeleriacError as error:
                self._failed = (time.monotonic(), error)
                raise
            return _LOOPBACK, self._local

    def opened(self) -> tuple[str, int] | None:
        """Where to connect to now; None where a forwarding is not open. None is opened.

        For clients that connect in threads of their own, also when nobody asks them any more.
        """
        if self.way is None:
            return self._server
        with self._lock:
            alive = self._child is not None and self._child.alive
            return (_LOOPBACK, self._local) if alive else None

    @contextmanager
    def explaining(self, *broken: type[Exception]) -> Iterator[None]:
        """Say why a connection broke, where bastion or AWS said so meanwhile.

        A forwarding takes every connection, and closes it again when it cannot pass it on.

        Args:
            broken: what a client raises when its connection is closed.

        Raises:
            Refused: it is not allowed.
            Unreachable: the server cannot be reached from there.
            Lost: the forwarding ended.
        """
        child, before = self._child, self.said
        try:
            yield
        except broken:
            reason = self.refusal(0 if self._child is not child else before)
            if reason is not None:
                raise reason from None
            used = child or self._child
            if used is not None and not used.alive:
                raise Lost(f"{self.way} closed the way to {self._where}: run it again") from None
            raise

    def close(self) -> None:
        """End the forwarding; one that is just being opened ends with our process."""
        if not self._lock.acquire(timeout=_LATE):
            return
        try:
            if self._child is not None:
                self._child.end()
            self._child = None
        finally:
            self._lock.release()

    def refusal(self, since: int) -> CeleriacError | None:
        """Why a connection was not forwarded.

        Args:
            since: what it had said before.
        """
        child = self._child
        if child is None:
            return None
        line = child.wait(self._forwarder.speaks_of_refusal, _LATE, since)
        return None if line is None else self._forwarder.refusal(line)

    def _open(self) -> None:
        forwarder = self._forwarder
        if self._child is not None:
            self._child.end()
            self._child = None
        if shutil.which(forwarder.program) is None:
            raise forwarder.missing()
        forwarder.check()
        for attempt in range(_PORTS):
            local = _free_port()
            child = Child(forwarder.command(local, self._timeout))
            if child.wait(forwarder.is_open, self._timeout) is not None:
                self._child, self._local = child, local
                return
            waited = self._timeout if child.alive else None
            child.end()
            lines = child.lines()
            if attempt < _PORTS - 1 and forwarder.port_was_taken(lines):
                continue
            raise forwarder.not_opened(lines, waited)


class Routes:
    """Every way of one provider instance, by server: a client like those of the servers."""

    def __init__(self, configuration: object) -> None:
        del configuration  # who asks says which way
        self._lock = threading.Lock()
        self._routes: dict[tuple[Way, str, int], Route] = {}

    def to(self, way: Way, host: str, port: int, timeout: float) -> Route:
        """The way to a server; the same for all who ask."""
        with self._lock:
            key = (way, host, port)
            if key not in self._routes:
                self._routes[key] = Route(way, host, port, timeout)
            return self._routes[key]

    def close(self) -> None:
        """End every forwarding."""
        with self._lock:
            for route in self._routes.values():
                route.close()
            self._routes.clear()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        return int(probe.getsockname()[1])
