"""Proofs in processes of their own, a few at a time."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from celeriac_provider.engine.errors import Unreachable
from celeriac_provider.proof import pubsub, sqs
from celeriac_provider.proof.request import Request

if TYPE_CHECKING:
    from celeriac_provider.engine.configuration import Configuration

AT_ONCE: Final = 2
"""Proofs that run at the same time: each is two processes that load a broker's server too."""

_GRACE: Final = 8.0
"""Seconds beyond its own timeout that a proof gets for tidying up."""

_HANDED_ON: Final = ("PATH", "HOME", "LANG", "TZ", "PYTHONPATH", "VIRTUAL_ENV", "SSL_CERT_FILE")
"""What the proof's processes see of the environment: nothing that Celery or a driver would read."""

_MODULES: Final = {
    "amqp": ("kombu.transport.pyamqp",),
    "pyamqp": ("kombu.transport.pyamqp",),
    "redis": ("kombu.transport.redis", "celery.backends.redis"),
    "sentinel": ("kombu.transport.redis", "celery.backends.redis"),
    "django-db": ("django_celery_results.apps", "django.db.backends.utils", "django.db.models"),
    "django-cache": ("django_celery_results.apps", "django.core.cache"),
    "rpc": ("celery.backends.rpc",),
    "sqs": ("kombu.transport.SQS", "boto3", "pycurl"),
    "confluentkafka": ("kombu.transport.confluentkafka",),
    "gcpubsub": ("kombu.transport.gcpubsub",),
    "cache+memcached": ("celery.backends.cache", "pymemcache.client.hash"),
    "mongodb": ("celery.backends.mongodb", "pymongo"),
    "elasticsearch": ("celery.backends.elasticsearch", "elasticsearch"),
    "db+mysql": ("celery.backends.database", "sqlalchemy.dialects.mysql", "pymysql"),
    "db+postgresql": ("celery.backends.database", "sqlalchemy.dialects.postgresql"),
}
"""What a URL of this scheme makes Celery load."""


class Prover:
    """Runs proofs; one process loads Celery once and forks for each.

    It is a client like those of the servers: made when the first proof runs, closed with the
    provider.
    """

    def __init__(self, configuration: Configuration) -> None:
        # The proof speaks as the app's user, to the app's servers; on Pub/Sub as who deploys.
        self._configuration = configuration
        self._slots = threading.BoundedSemaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def close(self) -> None:
        """End the process; proofs under way end by themselves, in their own time."""
        with self._lock:
            if self._control is not None:
                self._control.close()
            if self._process is not None:
                self._process.wait()
            self._control = self._process = None

    def prove(self, request: Request, ca: str | None, cancelled: threading.Event) -> dict[str, Any]:
        """Do one proof; its verdict.

        Args:
            request: what is to be proved.
            ca: PEM of the CA, if there is one.
            cancelled: set when the user pressed Ctrl-C.

        Raises:
            Unreachable: the user cancelled.
        """
        while not self._slots.acquire(timeout=0.2):
            _stop_if(cancelled, request)
        try:
            with tempfile.TemporaryDirectory(prefix="celeriac-proof-") as folder:
                if ca is not None:
                    ca_file = Path(folder, "ca.pem")
                    ca_file.write_text(ca, encoding="ascii")
                    request = replace(request, ca_file=str(ca_file))
                found = sqs.environment(request.broker_url)
                found |= pubsub.environment(request.broker_url, self._configuration, folder)
                request = replace(request, environment=found)
                return self._one(request, cancelled)
        finally:
            self._slots.release()

    def _one(self, request: Request, cancelled: threading.Event) -> dict[str, Any]:
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                self._hand_over(theirs, _modules(request))
            pid = int(_line(ours))
            try:
                ours.sendall(request.to_json())
                ours.shutdown(socket.SHUT_WR)
                answer = _answer(ours, request.timeout + _GRACE, cancelled, request)
            except BaseException:
                with suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)
                raise
        verdict: dict[str, Any] = json.loads(answer)
        return verdict

    def _hand_over(self, connection: socket.socket, modules: list[str]) -> None:
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._start()
            assert self._control is not None  # noqa: S101 - just started
            socket.send_fds(self._control, [json.dumps(modules).encode()], [connection.fileno()])

    def _start(self) -> None:
        if self._control is not None:
            self._control.close()
        # Messages keep their boundaries, and an end of file is seen.
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "celeriac_provider.proof", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                # The plugin's stdout is the engine's; nothing here writes to it.
                stdout=subprocess.DEVNULL,
                env={name: os.environ[name] for name in _HANDED_ON if name in os.environ}
                | _debugging(),
            )


def _modules(request: Request) -> list[str]:
    found: list[str] = []
    for url in (request.broker_url, request.result_backend or ""):
        scheme = url.partition("://")[0]
        if scheme not in _MODULES:
            scheme = next((s for s in _MODULES if scheme.startswith(s)), "")
        found += _MODULES.get(scheme, ())
        if "+psycopg" in url:
            found.append(url.partition("://")[0].rpartition("+")[2])
    return found


def _line(connection: socket.socket) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        byte = connection.recv(1)
        if not byte:
            raise RuntimeError("the proof's process did not start")
        line += byte
    return line


def _answer(
    connection: socket.socket, seconds: float, cancelled: threading.Event, request: Request
) -> bytes:
    ends_at = time.monotonic() + seconds
    parts: list[bytes] = []
    while True:
        _stop_if(cancelled, request)
        if time.monotonic() > ends_at:
            raise Unreachable(
                f"the proof of {request.app} did not end within {seconds:g} s and was stopped"
            )
        readable, _, _ = select.select([connection], [], [], 0.1)
        if readable:
            part = connection.recv(65536)
            if not part:
                break
            parts.append(part)
    if not parts:
        raise RuntimeError("the proof's process ended without a verdict")
    return b"".join(parts)


def _stop_if(cancelled: threading.Event, request: Request) -> None:
    if cancelled.is_set():
        raise Unreachable(f"the proof of {request.app} was cancelled")


def _debugging() -> dict[str, str]:
    name = "CELERIAC_PROVIDER_DEBUG"
    return {name: os.environ[name]} if name in os.environ else {}
