"""Replies that end in time, however slowly they drip.

redis-py bounds each read, not their sum: a line that brings a byte now and then would hold a
command for ever.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from typing import Any, Final

import redis

from celeriac_provider.reach.route import Route

_work: Final = threading.local()


def begin() -> None:
    """Some work begins in this thread: once it has waited in vain, it does not wait again.

    redis-py would connect anew, to say UNWATCH, and then wait for that.
    """
    _work.expired = False


def _go_on() -> None:
    if getattr(_work, "expired", False):
        raise TimeoutError("timed out")


class _Socket:
    """A socket whose reads have one deadline from the last command on."""

    def __init__(self, inner: socket.socket) -> None:
        self._inner = inner
        self._asked = time.monotonic()
        self._timeout = inner.gettimeout()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def settimeout(self, timeout: float | None) -> None:
        self._timeout = timeout
        self._inner.settimeout(timeout)

    def sendall(self, data: bytes) -> None:
        _go_on()
        self._inner.settimeout(self._timeout)
        self._inner.sendall(data)
        self._asked = time.monotonic()

    def recv(self, size: int) -> bytes:
        return bytes(self._within(lambda: self._inner.recv(size)))

    def recv_into(self, buffer: Any) -> int:
        return int(self._within(lambda: self._inner.recv_into(buffer)))

    def _within(self, read: Callable[[], Any]) -> Any:
        if not self._timeout:  # a look at what has come already
            return read()
        left = self._asked + self._timeout - time.monotonic()
        self._inner.settimeout(max(left, 0.001))
        try:
            return read()
        except TimeoutError:
            _work.expired = True
            raise


class _Routed(redis.Connection):
    """A connection that goes where its route goes; its TLS is for the server's name all the same.

    Args:
        route: the way to the server; directly, where there is none.
    """

    def __init__(self, *arguments: Any, route: Route | None = None, **more: Any) -> None:
        super().__init__(*arguments, **more)  # type: ignore[no-untyped-call]
        self._route = route

    def _connect(self) -> Any:
        if self._route is None:
            return super()._connect()  # type: ignore[no-untyped-call]
        connection = socket.create_connection(
            self._route.address(), timeout=self.socket_connect_timeout
        )
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(self.socket_timeout)
        return connection


class _Patient:
    def _connect(self) -> Any:
        _go_on()
        return _Socket(super()._connect())  # type: ignore[misc] # of the class beside it


class PatientConnection(_Patient, _Routed):
    """A connection without TLS."""


class PatientSSLConnection(_Patient, redis.SSLConnection, _Routed):
    """A connection with TLS."""


class PatientUnixConnection(_Patient, redis.UnixDomainSocketConnection):
    """A connection through a socket on this machine."""
