"""What the end-to-end tests of servers that keep results only have in common."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from celery import Celery

from tests.celery_app.run import Report, run
from tests.e2e.project import CHECKOUT


def brokers(rabbit: dict[str, Any], redis: dict[str, Any]) -> dict[str, Any]:
    """Entries of two brokers, `rabbit` and `redis`, in clear."""
    clear = {"platform": "existing", "tls": "off"}
    return {
        "rabbit": clear
        | {
            "kind": "rabbitmq",
            "url": f"amqp://{rabbit['host']}:{rabbit['amqp_port']}",
            "management": rabbit["management"],
            "username": rabbit["username"],
            "password": rabbit["password"],
        },
        "redis": clear
        | {
            "kind": "redis",
            "url": f"redis://{redis['host']}:{redis['port']}/0",
            "username": redis["username"],
            "password": redis["password"],
        },
    }


def oldest_celery() -> str:
    """An interpreter with the oldest Celery that is supported."""
    done = subprocess.run(
        [CHECKOUT / "tools/install", "--celery-oldest"], check=True, capture_output=True, text=True
    )
    return f"{done.stdout.splitlines()[-1]}/bin/python"


def celery_app(outputs: dict[str, Any]) -> Celery:
    """A Celery app with what the stack hands out, and nothing else."""
    app = Celery(
        "t",
        broker=outputs["broker_url"],
        backend=outputs["result_backend"],
        set_as_current=False,
    )
    app.conf.update(json.loads(outputs["settings"]))
    return app


def checked(newest: Mapping[str, str], oldest: Mapping[str, str]) -> list[Report]:
    """All checks of a real Celery on two apps at once: they wait more than they compute.

    Args:
        newest: environment of the app that the newest Celery is tried with.
        oldest: environment of the one that the oldest is.
    """
    with ThreadPoolExecutor() as threads:
        running = [
            threads.submit(run, newest, python=sys.executable),
            threads.submit(run, oldest, python=oldest_celery()),
        ]
        return [one.result() for one in running]
