"""A Celery program with the settings of the contract, on real servers with SQS's interface."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from celeriac.contract.queues import Queue
from tests.celery_app.run import run
from tests.celery_app.worker import kill, prefork_worker
from tests.sqs.apps import wait_until
from tests.sqs.conftest import MakeApp

pytestmark = pytest.mark.row("sqs")

# kombu 5.5 has an HTTP client that waits: a long poll of an empty queue stops the whole worker,
# and each further queue adds its own. https://github.com/celery/kombu/issues/2413
# moto looks once, when a long poll begins, which groups of a FIFO queue are being worked on: a
# message that comes meanwhile is found by the next poll only.
NO_LONG_POLLS = {"wait_time_seconds": 0}


@pytest.mark.parametrize(
    ("server", "celery", "options"),
    [
        ("elasticmq", "newest", {}),
        ("moto", "newest", NO_LONG_POLLS),
        ("elasticmq", "oldest", NO_LONG_POLLS),
        ("moto", "oldest", NO_LONG_POLLS),
    ],
    indirect=["server"],
)
@pytest.mark.shows("celery")
def test_celery_works_with_the_contract(
    make: MakeApp, celery: str, options: dict[str, int], oldest: str
) -> None:
    """Tasks on every queue (one FIFO, one with a dot), countdowns, chords; no complaint."""
    python = sys.executable if celery == "newest" else oldest
    report = run(make().environment(options=options), python=python)
    assert report.failed == {}, report.log[-5000:] + report.output
    assert report.complaints == []
    assert len(report.errors) > 8


def test_a_task_of_a_killed_worker_runs_again(make: MakeApp, tmp_path: Path) -> None:
    """After the visibility timeout, not before, in the next worker; then its message is gone.

    That is so where it is acknowledged late; otherwise its message was gone when it started.
    """
    queues = (Queue(name="late", default=True), Queue(name="early"))
    # The killed worker's last poll may get the message once more, and tell nobody.
    app = make(queues, visibility_timeout=8, max_receive_count=5)
    producer, logs = app.celery(), [tmp_path / name / "worker.log" for name in ("first", "second")]
    for log in logs:
        log.parent.mkdir()
    with prefork_worker(logs[0], environment=app.process(tmp_path)) as worker:
        producer.send_task("program.sleep", args=[60], queue="early")
        wait_until(lambda: app.messages(app.urls["early"]) == 0)
        result = producer.send_task("program.sleep_late", args=[5])
        wait_until(lambda: f"[{result.id}] received" in logs[0].read_text())
        received = time.monotonic()
        kill(worker)
    with prefork_worker(logs[1], environment=app.process(tmp_path)):
        wait_until(lambda: f"[{result.id}] received" in logs[1].read_text())
        assert time.monotonic() - received > 7.5
        assert result.get(timeout=30) == 5
        wait_until(lambda: app.messages(app.urls["late"]) == 0)
    assert logs[1].read_text().count("] received") == 1
    assert [app.messages(url) for url in app.dead_letters.values()] == [0, 0]
