"""A worker of an app, beside which the proof runs."""

import json
import os
import time

from celery import Celery

app = Celery("live", broker=os.environ["LIVE_BROKER"], backend=os.environ["LIVE_BACKEND"])
app.conf.update(json.loads(os.environ["LIVE_SETTINGS"]))


@app.task(name="live.busy")
def busy(seconds: float) -> float:
    """Takes its time."""
    time.sleep(seconds)
    return seconds


@app.task(name="live.mail")
def mail(number: int) -> int:
    """Waits in a queue that nobody consumes."""
    return number
