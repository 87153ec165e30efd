"""The client of the proof: it sends the task, fetches its result and leaves nothing behind."""

from __future__ import annotations

import json
import os
import select
import signal
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, Self

import celery

from celeriac_provider.proof.addresses import address
from celeriac_provider.proof.app import proof_app
from celeriac_provider.proof.backends import look
from celeriac_provider.proof.faults import ALARM, Failed, Part, failure
from celeriac_provider.proof.kafka import explain, is_kafka
from celeriac_provider.proof.leftovers import absent_exchanges, empty, remove
from celeriac_provider.proof.redaction import Redaction
from celeriac_provider.proof.request import TASK
from celeriac_provider.proof.sqs import is_sqs
from celeriac_provider.proof.worker import Reports, work, worker_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from celeriac_provider.proof.request import Request

_CLEANING: Final = 3.0
"""Seconds for stopping the worker and for removing the queue, each."""

_AGAIN: Final = 0.3
"""Seconds after which the alarm rings again: libraries tidy up when an exception passes, and may
wait for a broker that says nothing."""


class _TimeIsUp(BaseException):
    """Raised by the alarm, wherever the client is; no library's `except Exception` swallows it."""


def prove(request: Request) -> dict[str, Any]:
    """Do one proof; the verdict as JSON."""
    redact = Redaction(request)
    started = time.monotonic()
    try:
        with _Proof(request, redact) as proof:
            report = proof.run()
    except Failed as failed:
        return {
            "ok": False,
            "part": failed.part,
            "kind": failed.kind,
            "sentence": redact(failed.sentence),
        }
    seconds = round(time.monotonic() - started, 3)
    return {"ok": True, "celery": celery.__version__, "seconds": seconds, **report}


class _Proof:
    """One proof: a worker in a child process, and the client's steps.

    The worker is forked before anything is connected, and waits for the broker to be proved.
    """

    def __init__(self, request: Request, redact: Redaction) -> None:
        self._request = request
        self._redact = redact
        self._part: Part = "broker"
        self._doing = "starting"
        self._ends_at = time.monotonic() + request.timeout
        self._reached: list[str] = []
        self._result: Any = None
        self._worker: _Worker | None = None
        self._connection: Any = None
        self._absent: list[str] = []
        self._blocked = False
        self._pid = os.getpid()

    def __enter__(self) -> Self:
        signal.signal(signal.SIGALRM, _alarm)
        signal.setitimer(signal.ITIMER_REAL, self._request.timeout, _AGAIN)
        return self

    def __exit__(self, *exc: object) -> None:
        """Leave nothing behind, whatever happened, in bounded time."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        if self._worker is not None:
            self._worker.end()
        signal.setitimer(signal.ITIMER_REAL, _CLEANING)
        with suppress(Exception, _TimeIsUp):
            self._clean()
        signal.setitimer(signal.ITIMER_REAL, 0)

    def run(self) -> dict[str, str]:
        """All steps; what the worker reported.

        Raises:
            Failed: the proof failed.
        """
        try:
            return self._run()
        except _TimeIsUp:
            raise self._too_late() from None
        except Exception as exc:
            raise failure(exc, self._part, self._where(), self._redact) from exc

    def _run(self) -> dict[str, str]:
        with self._step("broker", "reading the settings"):
            self._app = proof_app(self._request, self._hear_of_alarm)
        with self._step("result backend", "reading the settings"):
            _ = self._app.backend
        self._worker = _Worker(self._app, self._redact, self._address("result backend"))
        with self._step("broker", "connecting"):
            self._connection = self._app.connection_for_write()
            if is_kafka(self._request.broker_url):
                explain(self._connection, max(1, min(int(self._request.timeout), 5)))
            self._connection.connect()
        with self._step("broker", f"declaring the queue {self._request.queue}"):
            queue = self._app.amqp.queues[self._request.queue](self._connection.default_channel)
            queue.declare()
            self._absent = absent_exchanges(self._app, self._connection)
        with self._step("broker", f"emptying the queue {self._request.queue}"):
            empty(self._connection, queue)
        self._worker.go()
        if self._request.result_backend is not None:
            with self._step("result backend", "connecting"):
                look(self._app)
        with self._step("broker", "sending a task"):
            token = os.urandom(8).hex()
            self._result = self._app.tasks[TASK].apply_async((token,), retry=False)
        self._await_worker()
        with self._step("result backend", "fetching the result"):
            report = self._fetched(token)
        with self._step("broker", "pinging the worker (remote control)"):
            self._ping()
        if is_sqs(self._request.broker_url):
            with self._step("broker", "acknowledging the task"):
                self._hear_to_the_end()
        return report

    def _hear_of_alarm(self, _reason: str) -> None:
        """RabbitMQ reads no more from this connection: https://www.rabbitmq.com/docs/alarms."""
        if os.getpid() == self._pid:  # the worker has the same app
            self._blocked = True
            signal.setitimer(signal.ITIMER_REAL, _AGAIN, _AGAIN)

    def _await_worker(self) -> None:
        """Wait until the worker has stored the result, or failed."""
        last = "received" if self._request.result_backend is None else "stored"
        with self._step("broker", "waiting for the worker"):
            assert self._worker is not None  # noqa: S101 - set before
            for message in self._worker.messages():
                _raise_failure(message)
                self._reached.append(message["step"])
                if message["step"] == last:
                    return
            raise Failed("broker", "other", f"{self._where()}: the worker ended without a word")

    def _fetched(self, token: str) -> dict[str, str]:
        assert self._worker is not None  # noqa: S101 - set before
        if self._request.result_backend is None:
            return {"worker": self._worker.name}
        left = max(1.0, self._ends_at - time.monotonic())
        value = self._result.get(timeout=left, interval=0.02)
        if value.get("token") != token:
            raise Failed("result backend", "other", "the result is another task's")
        return {"worker": value["worker"]}

    def _ping(self) -> None:
        """Remote control, where the transport and the app have it."""
        assert self._worker is not None  # noqa: S101 - set before
        if "fanout" not in self._connection.transport.implements.exchange_type:
            return
        if not self._app.conf.worker_enable_remote_control:
            return
        name = self._worker.name
        answers = self._app.control.ping([name], timeout=2, connection=self._connection)
        for message in self._worker.said_by_now():
            _raise_failure(message)
        if not answers:
            raise Failed(
                "broker",
                "permission",
                f"{self._where()}: no answer: give the app's user the rights on Celery's exchanges "
                "celery.pidbox and reply.celery.pidbox (Redis: the channel of celery.pidbox)",
            )

    def _hear_to_the_end(self) -> None:
        """What the worker says until it has stopped.

        It deletes a message after the task's result is stored; a right that lacks then makes SQS
        deliver every task again.
        """
        assert self._worker is not None  # noqa: S101 - set before
        self._worker.stop()
        for message in self._worker.messages():
            _raise_failure(message)

    def _clean(self) -> None:
        if self._result is not None and self._request.result_backend is not None:
            with suppress(Exception):
                self._result.forget()
        if self._connection is None:
            return
        with suppress(Exception):
            taken = "received" in self._reached
            remove(self._app, self._request.queue, self._absent, taken=taken)
        self._connection.release()
        self._app.close()

    @contextmanager
    def _step(self, part: Part, doing: str) -> Iterator[None]:
        """Remember what is being done, for the sentence when it fails."""
        self._part, self._doing = part, doing
        yield

    def _where(self) -> str:
        address = self._address(self._part)
        return f"{address}, {self._doing}" if address else self._doing

    def _address(self, part: Part) -> str:
        """`host:port` of broker or result backend; nothing that was secret."""
        url = self._request.broker_url
        backend = self._request.result_backend or ""
        if part == "result backend" and not backend.startswith("rpc"):
            url = self._request.backend_url
        return address(url, self._request.settings.get("broker_transport_options") or {})

    def _too_late(self) -> Failed:
        if self._blocked:
            return Failed("broker", "other", f"{self._where()}: {ALARM}")
        waited = f"{self._request.timeout:g} s"
        if self._doing != "waiting for the worker":
            exc = TimeoutError(f"timed out: no answer within {waited}")
            return failure(exc, self._part, self._where(), self._redact)
        where = self._where()
        if "ready" not in self._reached:
            return Failed("broker", "other", f"{where}: it was not ready within {waited}")
        if "received" not in self._reached:
            return Failed(
                "broker",
                "lost",
                f"{where}: it was ready, and the task that was sent did not arrive within "
                f"{waited}: look whether exchange and queue {self._request.queue} are bound, and "
                "whether something else consumes that queue",
            )
        return Failed(
            "result backend", "lost", f"{where}: the task ran, its result was not stored: {waited}"
        )


class _Worker:
    """The child process."""

    def __init__(self, app: Any, redact: Redaction, backend_at: str) -> None:
        self.name = worker_name()
        self._stopped = False
        go_read, self._go = os.pipe()
        stop_read, self._stop = os.pipe()
        reports_read, reports_write = os.pipe()
        self._reports = os.fdopen(reports_read, "rb")
        self.pid = os.fork()
        if self.pid == 0:
            for end in (self._go, self._stop, reports_read):
                os.close(end)
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            if not os.read(go_read, 1):
                os._exit(0)
            work(app, self.name, stop_read, Reports(reports_write, redact), backend_at)
        for end in (go_read, stop_read, reports_write):
            os.close(end)

    def go(self) -> None:
        """Let it connect."""
        os.write(self._go, b"!")

    def messages(self) -> Iterator[dict[str, Any]]:
        """What it reports, until it ends."""
        for line in self._reports:
            yield json.loads(line)

    def said_by_now(self) -> Iterator[dict[str, Any]]:
        """What it has reported, without waiting for more."""
        os.set_blocking(self._reports.fileno(), False)
        for line in iter(self._reports.readline, b""):
            yield json.loads(line)

    def stop(self) -> None:
        """Stop it, warm if it can, and wait for its end."""
        if self._stopped:
            return
        self._stopped = True
        os.close(self._go)
        os.close(self._stop)
        if not self._gone_within(_CLEANING):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)

    def end(self) -> None:
        """Stop it, and hear no more of it."""
        self.stop()
        self._reports.close()

    def _gone_within(self, seconds: float) -> bool:
        watched = os.pidfd_open(self.pid)
        try:
            readable, _, _ = select.select([watched], [], [], seconds)
        finally:
            os.close(watched)
        if readable:
            os.waitpid(self.pid, 0)
        return bool(readable)


def _raise_failure(message: dict[str, Any]) -> None:
    if "sentence" in message:
        raise Failed(message["part"], message["kind"], message["sentence"])


def _alarm(_number: int, _frame: FrameType | None) -> None:
    raise _TimeIsUp
