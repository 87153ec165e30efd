"""The worker of the proof: it consumes the proof's queue and no other.

It runs in a process of its own and reports every step as a line of JSON. Mingle and heartbeats are
off, because the app's own workers and monitors would see them; gossip, remote control and its
queue are as in any worker, because a missing right on them kills a worker when it starts.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NoReturn

from celery.app.trace import setup_worker_optimizations
from celery.exceptions import WorkerShutdown
from celery.worker import WorkController, state
from celery.worker.consumer import Consumer

from celeriac_provider.proof.addresses import address
from celeriac_provider.proof.faults import Part, failure
from celeriac_provider.proof.kafka import hurry
from celeriac_provider.proof.pubsub import hurry_pubsub
from celeriac_provider.proof.request import TASK

if TYPE_CHECKING:
    from celery import Celery

    from celeriac_provider.proof.redaction import Redaction

_DELAYED_DELIVERY: Final = "celery.worker.consumer.delayed_delivery:DelayedDelivery"


def worker_name() -> str:
    """A node name of its own: two proofs may run at once."""
    return f"celeriac-proof-{secrets.token_hex(4)}@{socket.gethostname()}"


class Reports:
    """What the worker says to the client: one line of JSON each.

    Args:
        to: the pipe's writing end.
        redact: cuts credentials out.
    """

    def __init__(self, to: int, redact: Redaction) -> None:
        self._to = to
        self._redact = redact

    def step(self, name: str) -> None:
        """Something was reached: ready, received, stored."""
        self._write({"step": name})

    def failed(self, exc: BaseException, part: Part, where: str) -> None:
        """Something failed; the client hears of the first failure."""
        found = failure(exc, part, where, self._redact)
        self._write({"part": found.part, "kind": found.kind, "sentence": found.sentence})

    def _write(self, message: dict[str, str]) -> None:
        os.write(self._to, json.dumps(message).encode() + b"\n")


class _ProofConsumer(Consumer):  # type: ignore[misc] # Celery has no type information
    """Celery's consumer without the set-up of native delayed delivery.

    That would bind the proof's queue to the exchange that the app's delayed tasks come through.
    """

    reports: Reports
    doing = "starting a worker"

    class Blueprint(Consumer.Blueprint):  # type: ignore[misc]
        """The steps of a consumer."""

        default_steps: Final = [
            step for step in Consumer.Blueprint.default_steps if step != _DELAYED_DELIVERY
        ]

    def start(self) -> None:
        """Consume, and report why not."""
        try:
            super().start()
        except WorkerShutdown as stop:
            if stop.__cause__ is not None:
                self.reports.failed(stop.__cause__, "broker", self._where())
            raise
        except Exception as exc:
            self.reports.failed(exc, "broker", self._where())
            raise

    def _where(self) -> str:
        conf = self.app.conf
        where = address(conf.broker_url, conf.broker_transport_options)
        return f"{where}, {self.doing}"


class _ProofWorker(WorkController):  # type: ignore[misc]
    """Celery's worker, which stops when its client says so."""

    reports: Reports
    stop_when_readable: int

    def on_consumer_ready(self, consumer: Any) -> None:
        """It consumes; from now on it listens to its client as well."""
        if consumer.hub is not None:
            consumer.hub.add_reader(self.stop_when_readable, self._stop)
        else:
            if consumer.connection.transport.driver_type == "kafka":
                hurry(consumer)
            if consumer.connection.transport.driver_type == "gcpubsub":
                hurry_pubsub(consumer)
            threading.Thread(target=self._stop_later, daemon=True).start()
        consumer.doing = "in the worker"
        self.reports.step("ready")

    def _stop_later(self) -> None:
        """Without an event loop the worker looks by itself, between two waits for a message."""
        os.read(self.stop_when_readable, 1)
        self._stop()

    @staticmethod
    def _stop() -> None:
        state.should_stop = os.EX_OK


def work(app: Celery, name: str, stop: int, reports: Reports, backend_at: str) -> NoReturn:
    """Be the worker until told to stop, and end the process.

    Args:
        app: the proof's app.
        name: the node name.
        stop: a pipe that becomes readable (or is closed) when the worker is to stop.
        reports: to the client.
        backend_at: the result backend's address, for messages.
    """
    _report_errors(reports)
    # What `celery worker` does first: without it tasks run on whichever app is current.
    setup_worker_optimizations(app, name)
    _report_storing(app, reports, backend_at)
    task = app.tasks[TASK]
    run = task.run

    def run_and_report(*args: Any) -> Any:
        reports.step("received")
        return run(*args)

    task.run = run_and_report
    consumer = type("ProofConsumer", (_ProofConsumer,), {"reports": reports})
    try:
        worker = _ProofWorker(
            app=app,
            hostname=name,
            pool_cls="solo",
            concurrency=1,
            consumer_cls=consumer,
            without_mingle=True,
            without_heartbeat=True,
        )
        worker.reports = reports
        worker.stop_when_readable = stop
        worker.start()
    except Exception as exc:  # noqa: BLE001 - all of it is the proof's outcome
        reports.failed(exc, "broker", "starting a worker")
    os._exit(0)


def _report_storing(app: Celery, reports: Reports, backend_at: str) -> None:
    """Tell a result that was stored from one that was not."""
    store: Callable[..., Any] = app.backend.store_result

    def storing(*args: Any, **kwargs: Any) -> Any:
        try:
            stored = store(*args, **kwargs)
        except Exception as exc:
            reports.failed(exc, "result backend", f"{backend_at}, storing the result")
            raise
        reports.step("stored")
        return stored

    app.backend.store_result = storing


class _ErrorReporter(logging.Handler):
    """What Celery would write to a log that nobody reads here."""

    def __init__(self, reports: Reports) -> None:
        super().__init__(logging.ERROR)
        self._reports = reports

    def emit(self, record: logging.LogRecord) -> None:
        """Report the exception, or the text where there is none."""
        exc = record.exc_info[1] if record.exc_info else None
        if exc is None:
            exc = RuntimeError(record.getMessage())
        self._reports.failed(exc, "broker", "in the worker")


def _report_errors(reports: Reports) -> None:
    root = logging.getLogger()
    root.handlers[:] = [_ErrorReporter(reports)]
    root.setLevel(logging.ERROR)
