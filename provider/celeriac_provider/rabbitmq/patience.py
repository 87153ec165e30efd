"""Requests that end in time, however slowly the answer drips.

httpx bounds each read, not their sum: a line that brings a byte now and then would hold a request
for ever.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore

from celeriac_provider.reach.route import Route


class PatientBackend(httpcore.NetworkBackend):
    """Connections as httpcore makes them, whose answers have one deadline from the request on.

    Args:
        route: the way to the server.
    """

    def __init__(self, route: Route) -> None:
        self._route = route
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect."""
        if not self._route.direct:
            # TLS is for the server's name all the same: that comes with `start_tls`.
            host, port = self._route.address()
        return _Stream(
            self._backend.connect_tcp(host, port, timeout, local_address, socket_options)
        )


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self._asked = time.monotonic()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if timeout is not None:
            timeout += self._asked - time.monotonic()
            if timeout <= 0:
                raise httpcore.ReadTimeout
        return self._stream.read(max_bytes, timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._asked = time.monotonic()
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
