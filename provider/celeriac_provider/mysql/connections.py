"""A few connections to one server, each with an end to its patience."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import pymysql
from pymysql.constants import CLIENT, SERVER_STATUS

_FRESH: Final = 1.0
"""Seconds for which an idle connection is believed to be alive without asking."""
_GREETING: Final = 2.0
"""Seconds that an idle connection has to show that it is alive."""


class TooSlow(pymysql.OperationalError):
    """The server did not answer in time."""


class NoTls(pymysql.OperationalError):
    """The server offers no TLS, and the connection must have it."""


if TYPE_CHECKING:
    _Connection = pymysql.Connection[Any]
else:
    _Connection = pymysql.Connection  # which is generic in its stubs only


class Connection(_Connection):
    """A connection on which no piece of work takes longer than it may.

    PyMySQL's own timeouts are for each read: a server that sends a byte now and then is waited for
    without end, and one that is silent during the TLS handshake as well.

    Args:
        line: a connected socket.
        patience: seconds until it is logged in.
        parameters: PyMySQL's own.
    """

    server_capabilities: int
    server_status: int
    server_version: str

    def __init__(self, line: socket.socket, patience: float, **parameters: Any) -> None:
        # A second handle: PyMySQL hands its own to the TLS layer.
        self._guard = line.dup()
        self._spoilt = False
        super().__init__(**parameters, defer_connect=True)
        try:
            with self.within(patience):
                self.connect(line)
        except BaseException:
            line.close()
            self._guard.close()
            raise

    def _request_authentication(self) -> None:
        # PyMySQL would log in without TLS, where the server (or who stands before it) has none.
        if self.ssl and not self.server_capabilities & CLIENT.SSL:
            raise NoTls(0, "server does not support SSL")
        super()._request_authentication()  # type: ignore[misc] # not in its stubs

    @property
    def flavour(self) -> str:
        """`MariaDB` or `MySQL`, as its greeting says."""
        return "MariaDB" if "mariadb" in self.server_version.lower() else "MySQL"

    @property
    def version(self) -> tuple[int, ...]:
        """Its version. A MariaDB may put `5.5.5-` before it, for old replicas."""
        text = self.server_version.removeprefix("5.5.5-")
        return tuple(int(part) for part in text.partition("-")[0].split(".") if part.isdigit())

    @property
    def in_order(self) -> bool:
        """Whether it can be used again."""
        return (
            self.open
            and not self._spoilt
            and not self.server_status & SERVER_STATUS.SERVER_STATUS_IN_TRANS
        )

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Cut the line when the work inside takes longer.

        Raises:
            TooSlow: it took longer.
        """
        late = threading.Event()

        def cut() -> None:
            late.set()
            with contextlib.suppress(OSError):
                self._guard.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(seconds, cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        except Exception as error:
            if late.is_set():
                raise TooSlow(0, f"no answer within {seconds:g} s") from error
            raise
        finally:
            timer.cancel()

    def spoil(self, *, unless: bool) -> None:
        """Use it no more after an error, unless the server itself told it, in good order."""
        self._spoilt = self._spoilt or not unless

    def drop(self) -> None:
        """Close it without a word: a farewell could be waited for."""
        with contextlib.suppress(OSError, pymysql.Error):
            self._force_close()  # type: ignore[attr-defined] # not in its stubs
        self._guard.close()


def reached(address: tuple[str, int], timeout: float) -> socket.socket:
    """A socket to a server.

    Raises:
        OSError: there is none.
    """
    line = socket.create_connection(address, timeout)
    line.settimeout(None)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return line


class Connections:
    """At most `limit` connections, used by as many threads at once.

    Args:
        connect: opens one.
        limit: how many may be open, idle ones included.
    """

    def __init__(self, connect: Callable[[], Connection], limit: int) -> None:
        self._connect = connect
        self._free = threading.BoundedSemaphore(limit)
        self._lock = threading.Lock()
        self._idle: list[tuple[float, Connection]] = []
        self._closed = False

    @contextmanager
    def one(self) -> Iterator[Connection]:
        """A connection, kept for the next one who asks, if it is in order then."""
        with self._free:
            connection = self._alive() or self._connect()
            try:
                yield connection
            finally:
                with self._lock:
                    keep = connection.in_order and not self._closed
                    if keep:
                        self._idle.append((time.monotonic(), connection))
                if not keep:
                    connection.drop()

    def close(self) -> None:
        """Close everything that is idle; what is in use is closed when it is given back."""
        with self._lock:
            self._closed = True
            going, self._idle = self._idle, []
        for _, connection in going:
            with contextlib.suppress(OSError, pymysql.Error), connection.within(_GREETING):
                connection.close()
            connection.drop()

    def _alive(self) -> Connection | None:
        while True:
            with self._lock:
                if not self._idle:
                    return None
                since, connection = self._idle.pop()
            if time.monotonic() - since < _FRESH:
                return connection
            with contextlib.suppress(Exception), connection.within(_GREETING):
                connection.ping(reconnect=False)
                return connection
            connection.drop()
