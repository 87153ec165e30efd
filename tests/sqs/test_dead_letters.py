"""Which messages Celery leaves to the dead-letter queue, and when they get there.

kombu never puts one there: it leaves the message unacknowledged, and the queue moves it when it has
been received `max_receive_count` times, a visibility timeout after the last.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from celeriac.contract.queues import Queue
from tests.celery_app.worker import prefork_worker
from tests.sqs.apps import wait_until
from tests.sqs.conftest import MakeApp
from tests.sqs.recorder import Recorder

GONE = "deleted by Celery"
BACK = "back at once, as Celery asks for it; dead in the end"
LEFT = "left until the visibility timeout is over; dead in the end"

# By how a task is acknowledged and what happened to it (see `tests/celery_app/endings.py`): what
# becomes of its message. The same table is in docs/aws-sqs.md.
ENDS = {
    "early": {
        "raised": GONE,
        "timed_out": GONE,
        "died": GONE,
        "rejected": GONE,
        "sent_back": GONE,
        "unknown": LEFT,
    },
    "late": {
        "raised": GONE,
        "timed_out": GONE,
        "died": GONE,
        "rejected": LEFT,
        "sent_back": BACK,
        "unknown": LEFT,
    },
    "last": {
        "raised": LEFT,
        "timed_out": BACK,
        "died": BACK,
        "rejected": LEFT,
        "sent_back": BACK,
        "unknown": LEFT,
    },
}
VISIBILITY_TIMEOUT, DELIVERIES = 5, 2


@pytest.mark.parametrize("server", ["elasticmq"], indirect=True)
@pytest.mark.parametrize("acknowledged", ENDS)
def test_what_becomes_of_the_message_of_a_task_that_does_not_succeed(
    make: MakeApp, tmp_path: Path, acknowledged: str
) -> None:
    """It is deleted, or a dead letter after as many deliveries as the queue allows."""
    ends = ENDS[acknowledged]
    queues = [Queue(name=name, default=name == "raised") for name in ends]
    app = make(queues, visibility_timeout=VISIBILITY_TIMEOUT, max_receive_count=DELIVERIES)
    log, dead_after = tmp_path / "worker.log", dict[str, float]()

    def look() -> bool:
        for name, url in app.dead_letters.items():
            if name not in dead_after and app.messages(url):
                dead_after[name] = time.monotonic() - sent
        return not any(app.messages(url) for url in app.urls.values())

    with Recorder(app.server) as recorder:
        environment = app.process(tmp_path, recorder, {"wait_time_seconds": 1})
        with prefork_worker(log, "-I", "endings", environment=environment):
            sent, producer = time.monotonic(), app.celery()
            tasks = {n: producer.send_task(f"{n}.{acknowledged}", queue=n).id for n in ends}
            wait_until(look, seconds=60)
            look()
        calls = {(action, queue.removeprefix(app.prefix)) for action, queue in recorder.calls}
    found = {
        name: GONE
        if ("sqs:DeleteMessage", name) in calls
        else BACK
        if ("sqs:ChangeMessageVisibility", name) in calls
        else LEFT
        for name in ends
    }
    assert found == ends
    assert dead_after.keys() == {name for name, what in ends.items() if what != GONE}
    for name, what in ends.items():
        if what == LEFT:
            assert dead_after[name] > DELIVERIES * VISIBILITY_TIMEOUT - 1
        deliveries = 0 if name == "unknown" else 1 if what == GONE else DELIVERIES
        assert log.read_text().count(f"[{tasks[name]}] received") == deliveries


@pytest.mark.parametrize("server", ["elasticmq"], indirect=True)
def test_a_delayed_task_counts_every_worker_that_held_it(make: MakeApp, tmp_path: Path) -> None:
    """Workers that stop give it back, and each time is a delivery: it can die without a run."""
    deployments = 2
    app = make(
        [Queue(name="mails", default=True)], visibility_timeout=60, max_receive_count=deployments
    )
    result = app.celery().send_task("program.now", args=[0], countdown=120)
    for number in range(deployments):
        log = tmp_path / f"{number}.log"
        with prefork_worker(log, environment=app.process(tmp_path)):
            wait_until(lambda: f"[{result.id}] received" in log.read_text())  # noqa: B023
        assert "Restoring 1 unacknowledged message" in log.read_text()
    log = tmp_path / "last.log"
    with prefork_worker(log, environment=app.process(tmp_path)):
        wait_until(lambda: app.messages(app.dead_letters["mails"]) == 1)
    assert "received" not in log.read_text()
    assert app.messages(app.urls["mails"]) == 0
