"""A Celery app as anybody would write it: its URLs and settings come from the environment."""

from __future__ import annotations

import json
import os
import time
from typing import Any

from celery import Celery

app = Celery(
    "program",
    broker=os.environ["CELERY_BROKER_URL"],
    backend=os.environ["CELERY_RESULT_BACKEND"],
)
app.conf.update(json.loads(os.environ["CELERY_SETTINGS"]))
# On a busy machine a new process of the pool may take longer than Celery's 4 seconds to come up.
app.conf.worker_proc_alive_timeout = 60


@app.task
def add(x: int, y: int) -> int:
    """The sum."""
    return x + y


@app.task
def total(numbers: list[int]) -> int:
    """What the results of a group come to: the end of a chord."""
    return sum(numbers)


@app.task(throws=(ValueError,))
def fail(message: str) -> None:
    """Fails as expected."""
    raise ValueError(message)


@app.task(bind=True, max_retries=3)
def retry_twice(self: Any) -> int:
    """Succeeds the third time; how often it was tried again."""
    if self.request.retries < 2:
        raise self.retry(countdown=1)
    retries: int = self.request.retries
    return retries


@app.task
def sleep(seconds: float) -> float:
    """Takes its time."""
    time.sleep(seconds)
    return seconds


@app.task(bind=True)
def who_am_i(self: Any) -> dict[str, Any]:
    """Where it ran, and by which routing key it came."""
    return {"worker": self.request.hostname, "key": self.request.delivery_info["routing_key"]}


@app.task(bind=True)
def nested(self: Any, x: int) -> Any:
    """Calls other tasks, and hands on their result as its own."""
    raise self.replace(add.s(x, 1) | add.s(10))


@app.task
def now(_start: float) -> float:
    """When it ran."""
    return time.time()


@app.task(acks_late=True)
def sleep_late(seconds: float) -> float:
    """Takes its time, and is acknowledged afterwards."""
    time.sleep(seconds)
    return seconds
