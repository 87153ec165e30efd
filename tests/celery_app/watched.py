"""What Flower is started with: a broker, how to connect to it, and nothing of the app."""

from __future__ import annotations

import json
import os

from celery import Celery

app = Celery("watched", broker=os.environ["CELERY_BROKER_URL"])
app.conf.update(json.loads(os.environ["CELERY_SETTINGS"]))
