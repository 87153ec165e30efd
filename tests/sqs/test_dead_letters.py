"""Which messages Celery leaves to the dead-letter queue, and when they get there.

kombu never puts one there: it leaves the message unacknowledged, and the queue moves it when it has
been received `max_receive_count` times, a visibility timeout after the last.
"""

from __future__ import annotations

import time
from pathlib import Path

from celeriac.contract.queues import Queue
from tests.celery_app.worker import prefork_worker
from tests.sqs.apps import wait_until
from tests.sqs.conftest import MakeApp

# Queue: what is sent there, and whether it ends up dead.
SENT = {
    "failed": ("program.fail", {"message": "on purpose"}, False),
    "failed-late": ("program.fail_late", {}, True),
    "rejected": ("program.reject", {"requeue": False}, True),
    "requeued": ("program.reject", {"requeue": True}, True),
    "unknown": ("program.nobody_knows", {}, True),
}
VISIBILITY_TIMEOUT = 3
DELIVERIES = 2


def test_what_becomes_of_messages_whose_task_does_not_succeed(
    make: MakeApp, tmp_path: Path
) -> None:
    """A failure is acknowledged and gone, unless the task is acknowledged late and not on failure.

    That, a rejection and an unknown task go to the dead letters after as many deliveries as the
    queue allows, a visibility timeout each; a rejection that asks for the message back waits for
    the transport's `wait_time_seconds` instead.
    """
    names = [Queue(name=name, default=name == "failed") for name in SENT]
    app = make(names, visibility_timeout=VISIBILITY_TIMEOUT, max_receive_count=DELIVERIES)
    log, producer, dead_after = tmp_path / "worker.log", app.celery(), {}
    sent = time.monotonic()
    tasks = {
        queue: producer.send_task(task, kwargs=arguments, queue=queue).id
        for queue, (task, arguments, _) in SENT.items()
    }

    def look() -> bool:
        for queue, url in app.dead_letters.items():
            if queue not in dead_after and app.messages(url) == 1:
                dead_after[queue] = time.monotonic() - sent
        return all(queue in dead_after for queue, (_, _, dead) in SENT.items() if dead)

    with prefork_worker(log, environment=app.process(tmp_path)):
        wait_until(look)
    assert dead_after.keys() == {queue for queue, (_, _, dead) in SENT.items() if dead}
    assert {queue: app.messages(url) for queue, url in app.urls.items()} == dict.fromkeys(SENT, 0)
    said = log.read_text()
    deliveries = {queue: said.count(f"[{task}] received") for queue, task in tasks.items()}
    late = {"failed-late", "rejected", "requeued"}
    assert deliveries == {"failed": 1, "unknown": 0} | dict.fromkeys(late, DELIVERIES)
    assert dead_after["rejected"] >= DELIVERIES * VISIBILITY_TIMEOUT
    assert dead_after["requeued"] >= DELIVERIES * 10 - 1


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
