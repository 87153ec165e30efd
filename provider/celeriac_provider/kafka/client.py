"""The administrator's way to Kafka.

https://docs.confluent.io/platform/current/clients/confluent-kafka-python/html/#admin-api
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from typing import TYPE_CHECKING, Any, Final, TypeVar

from celeriac_provider.engine.configuration import Configuration
from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import LoginRefused, Lost, Unreachable
from celeriac_provider.kafka import certificates, endpoint, refusals, transport
from celeriac_provider.kafka.transport import Busy, Heard, Starting

if TYPE_CHECKING:
    from confluent_kafka.admin import AdminClient

T = TypeVar("T")
Ask = Callable[["AdminClient", float], "Future[T]"]
"""Given the client and the seconds that a call may take, the answer to come."""

_LOOK: Final = 0.05
"""Seconds between two looks at what librdkafka has to say of its connections."""


_GRACE: Final = 0.25
"""Seconds beyond a call's time that librdkafka gets to say so itself."""


class Kafka:
    """A cluster, administered over one connection to each broker.

    The endpoint is `kafka+ssl://host:9093`, certificate and host name verified with the configured
    authority or the system's; `kafka://` is without TLS. `?servers=host:port,…` names further
    brokers to ask first, `mechanism=` how the administrator logs in (SCRAM-SHA-512).

    Args:
        configuration: the provider's.

    Raises:
        Mistake: the endpoint is not one of Kafka.
    """

    def __init__(self, configuration: Configuration) -> None:
        self._server = configuration.server("kafka")
        self._endpoint, self._options = endpoint.read(self._server)
        self.where = f"Kafka at {', '.join(self._endpoint.servers)}"
        self._lock = threading.Lock()
        self._line: _Line | None = None
        self._known = False

    def close(self) -> None:
        """Give back every connection."""
        with self._lock:
            line, self._line = self._line, None
        if line is not None:
            line.close()

    def call(self, ctx: Context, doing: str, ask: Ask[T]) -> T:
        """One call; waits for a cluster that is starting, or that has no controller for a moment.

        Args:
            ctx: the call's surroundings.
            doing: what is done, for the sentence of an error: "create the topic 'orders'".
            ask: makes the call.

        Raises:
            refusals.Missing: there is no such topic, user or group.
            refusals.Exists: there is a topic of this name.
            Refused: Kafka refused it.
            Unreachable: it cannot be reached.
        """
        deadline = time.monotonic() + ctx.timeout

        def once() -> T:
            left = max(deadline - time.monotonic(), 0.2)
            return self._send(doing, ask, min(left, ctx.timeout))

        def started() -> T:
            return ctx.wait_for_start(once, transient=(Starting,), what=self.where)

        return ctx.wait_for(started, transient=(Busy,), what=self.where)

    def accepts(self, ctx: Context, username: str, password: str, mechanism: str) -> bool:
        """Whether somebody can log in so.

        Raises:
            Refused: the cluster has no such mechanism where the administrator connects.
            Unreachable: it cannot be reached.
        """
        line = _Line(self._endpoint.login(username, password, mechanism))
        try:
            self._asked(
                line,
                f"log in as {username!r}",
                lambda admin, seconds: admin.describe_cluster(request_timeout=seconds),
                ctx.timeout,
            )
        except LoginRefused:
            return False
        finally:
            line.close()
        return True

    def _send(self, doing: str, ask: Ask[T], seconds: float) -> T:
        line = self._made()
        try:
            answer = self._asked(line, doing, ask, seconds)
        except Unreachable:
            with self._lock:
                if self._line is line:
                    self._line = None
            line.close()
            raise
        except (refusals.Missing, refusals.Exists):
            self._known = True
            raise
        self._known = True
        return answer

    def _asked(self, line: _Line, doing: str, ask: Ask[T], seconds: float) -> T:
        try:
            return line.ask(ask, seconds, self.where, doing, known=self._known)
        except transport.Untrusted:
            # librdkafka does not say what is wrong with a certificate; Python does.
            said = certificates.problem(self._server, self._endpoint.servers, min(seconds, 5))
            raise transport.untrusted(self.where, said) from None

    def _made(self) -> _Line:
        with self._lock:
            if self._line is None:
                self._line = _Line(self._options)
            return self._line


class _Line:
    """librdkafka's client, and what it says of its connections.

    It must end in a thread of ours: the garbage collector may run in one of librdkafka's, and a
    client that is destroyed by its own thread aborts the process. So nothing but this object and
    the calls under way ever hold it, and `close` lets it go.

    Args:
        options: librdkafka's.
    """

    def __init__(self, options: Mapping[str, Any]) -> None:
        # A quarter of a second that only programs with Kafka need.
        from confluent_kafka.admin import AdminClient  # noqa: PLC0415

        self._heard: deque[Heard] = deque(maxlen=100)
        ear = _Ear(self._heard)
        self._admin: AdminClient | None = AdminClient(
            {**options, "error_cb": ear.hear}, logger=ear.logger
        )

    def close(self) -> None:
        """Let it go; calls under way end first."""
        self._admin = None

    def ask(self, ask: Ask[T], seconds: float, where: str, doing: str, *, known: bool) -> T:
        """One call, which ends early when no broker can be used."""
        from confluent_kafka import KafkaException  # noqa: PLC0415

        admin, began = self._admin, time.monotonic()
        if admin is None:
            raise Lost(f"the connection to {where} was lost: look at `endpoint`, and run it again")
        try:
            answer = ask(admin, seconds)
            while True:
                done, _ = wait([answer], timeout=_LOOK)
                admin.poll(0)
                heard = [one for one in list(self._heard) if one.at >= began]
                if done:
                    break
                late = time.monotonic() > began + seconds + _GRACE
                if late or transport.decisive(heard):
                    raise transport.sentence(heard, where, seconds, known=known)
        finally:
            # An exception keeps this frame, for longer than the client may live.
            admin = None
        try:
            return answer.result()
        except KafkaException as error:
            raise refusals.failure(
                error.args[0], heard, where, doing, seconds, known=known
            ) from None


class _Ear(logging.Handler):
    """Hears what librdkafka says of its connections: to a callback, and more to a log.

    Args:
        heard: where it is noted.
    """

    def __init__(self, heard: deque[Heard]) -> None:
        super().__init__()
        self._heard = heard
        # One of its own: nothing of it comes to anybody's log.
        self.logger = logging.Logger("librdkafka")  # noqa: LOG001
        self.logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """A line of the log."""
        self._heard.append(Heard(time.monotonic(), "_LOG", record.getMessage()))

    def hear(self, error: Any) -> None:
        """An error of a connection."""
        self._heard.append(Heard(time.monotonic(), error.name(), error.str()))
