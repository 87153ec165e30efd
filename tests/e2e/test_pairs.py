"""Pairs of broker and result backend that no other file runs: a real task over each, in one stack.

The proof at the end of `up` is a Celery worker and a producer as the app's own users. SQS is
ElasticMQ, which imitates it. tests/pairs.py has all pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import fresh_project
from tests.e2e.project import Project
from tests.e2e.stores import brokers
from tests.pairs import RAN
from tests.provider.mysql.server import mysql_server
from tests.provider.sqs.gate import KEY, REGION, SECRET

Start = Callable[[str], dict[str, Any]]
PAIRS = [pair for pair, file in RAN.items() if file == Path(__file__).name]
BROKERS: dict[str, dict[str, str]] = {
    "rabbitmq": {"server": "rabbit", "delayedDelivery": "classic"},
    "redis": {"server": "redis"},
    # ElasticMQ takes any key; the app's must be another than the administrator's.
    "sqs": {"server": "queues", "username": "app", "password": "any"},
}
"""How an app names its broker."""


@pytest.fixture(scope="module")
def config(start_server: Start, word: str) -> dict[str, Any]:
    """A small app for each pair."""
    clear = {"platform": "existing", "tls": "off"}
    postgresql, mysql = start_server("postgresql"), mysql_server("mariadb")
    servers = brokers(start_server("rabbitmq"), start_server("redis")) | {
        "postgresql": clear
        | {
            "kind": "postgresql",
            "url": f"postgresql://{postgresql['host']}:{postgresql['port']}",
            "username": postgresql["admin_username"],
            "password": postgresql["admin_password"],
        },
        "mysql": {
            "kind": "mysql",
            "platform": "existing",
            "url": f"mysql://localhost:{mysql.entry['port']}",
            "username": mysql.entry["admin_username"],
            "password": mysql.entry["admin_password"],
            "ca": {"file": mysql.ca},
            "caPath": mysql.ca,
        },
        "queues": clear
        | {
            "kind": "sqs",
            "region": REGION,
            "url": start_server("elasticmq")["url"],
            "without": ["redriveAllow", "foreignAccountsDenied"],
            "username": KEY,
            "password": SECRET,
        },
    }
    apps = {
        f"{broker}-{results}-{word}": {
            "broker": BROKERS[broker],
            "resultBackend": {"server": results, "expires": "1h"},
            "longestTask": "1m",
        }
        for broker, results in PAIRS
    }
    return {"celeriac:servers": servers, "celeriac:apps": apps, "celeriac:forceDestroy": "true"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, config: dict[str, Any]) -> Iterator[Project]:
    """The project; whatever the test leaves is destroyed."""
    made = fresh_project(tmp_path_factory.mktemp("pairs"), config)
    yield made
    made.destroy()
    assert made.resources() == []


def test_a_real_task_runs_over_each_pair(project: Project, word: str) -> None:
    """Sent, run by a worker, its result read: else `up` fails."""
    project.up()
    proofs = [r for r in project.resources() if r["type"] == "celeriac:celery:RoundTrip"]
    assert {proof["outputs"]["app"] for proof in proofs} == {
        f"{broker}-{results}-{word}" for broker, results in PAIRS
    }
