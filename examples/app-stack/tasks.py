"""A Celery app: its URLs and settings come from the environment, and nowhere else."""

import json
import os
from collections.abc import Mapping
from typing import Any

from celery import Celery

app = Celery("tasks")  # it reads CELERY_BROKER_URL and CELERY_RESULT_BACKEND by itself
app.conf.update(json.loads(os.environ["CELERY_SETTINGS"]))


@app.task
def total(prices: Mapping[str, int]) -> int:
    """What an order comes to; it goes to the default queue."""
    return sum(prices.values())


@app.task(queue="emails")
def email(address: str, text: str) -> str:
    """Send an email, from a queue of its own."""
    return f"to {address}: {text}"


@app.task(bind=True, max_retries=3)
def charge(self: Any, amount: int) -> str:
    """Charge a card; the bank answers the second time."""
    if self.request.retries == 0:
        raise self.retry(countdown=1)
    return f"charged {amount} after {self.request.retries} retry"


@app.task
def receipt(parts: list[Any]) -> str:
    """The end of a chord: it gets the results of the tasks before it."""
    return ", ".join(map(str, parts))
