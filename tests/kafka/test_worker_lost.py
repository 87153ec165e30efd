"""A worker that is gone with a task: what late acknowledgement is worth on Kafka, and its lack."""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import Celery

from celeriac.contract import Queue, redis_url
from celeriac.contract.kafka import consumer_group, kafka_settings, kafka_url
from tests.celery_app.worker import kill, prefork_worker
from tests.conftest import on_demand
from tests.provider.kafka.cluster import Cluster

_PATIENCE = 60


@pytest.fixture(params=[True, False], ids=["late", "early"])
def late(request: pytest.FixtureRequest) -> bool:
    """Whether tasks are acknowledged after they ran."""
    return bool(request.param)


@pytest.fixture
def environment(servers: dict[str, Any], late: bool) -> Iterator[dict[str, str]]:
    """An app's, as its own user; the group forgets a lost worker sooner than after 45 seconds."""
    cluster = Cluster(on_demand("kafka"))
    name, password = f"lost{secrets.token_hex(4)}", secrets.token_urlsafe(12)
    cluster.make_user(name, password)
    cluster.make_topic(name)
    for operation in ("READ", "WRITE"):
        cluster.allow("TOPIC", name, name, operation)
    cluster.allow("GROUP", consumer_group(name), name, "READ")
    port = cluster.entry["port"]
    settings = kafka_settings(
        [Queue(name=name, default=True)],
        servers=[f"127.0.0.1:{port}"],
        mechanism="SCRAM-SHA-512",
        tls=None,
        poll_interval=300,
        acks_late=late,
    )
    settings["broker_transport_options"]["kafka_consumer_config"]["session.timeout.ms"] = 6000
    settings["result_backend_transport_options"] = {"global_keyprefix": f"{name}:"}
    there = servers["redis"]
    backend = redis_url(
        host=there["host"], port=there["port"], user=there["username"],
        password=there["password"], db=0,
    )  # fmt: skip
    yield {
        "CELERY_BROKER_URL": kafka_url(host="127.0.0.1", port=port, user=name, password=password),
        "CELERY_RESULT_BACKEND": backend,
        "CELERY_SETTINGS": json.dumps(settings),
    }
    cluster.clean(name)
    with redis.Redis.from_url(backend) as client:
        for key in client.scan_iter(f"{name}:*"):
            client.delete(key)


def test_a_task_of_a_lost_worker(environment: dict[str, str], late: bool, tmp_path: Path) -> None:
    """Acknowledged late, another worker runs it; else it is lost, and the next ones go on."""
    app = Celery(
        broker=environment["CELERY_BROKER_URL"], backend=environment["CELERY_RESULT_BACKEND"]
    )
    app.conf.update(json.loads(environment["CELERY_SETTINGS"]))
    process = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **environment}
    logs = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        logs.append(tmp_path / name / "worker.log")
    with prefork_worker(logs[0], "--concurrency", "1", environment=process) as worker:
        # Long enough to be under way when its worker is killed.
        task = app.send_task("program.sleep", (4,))
        ends = time.monotonic() + _PATIENCE
        while f"{task.id}] received" not in logs[0].read_text():
            assert time.monotonic() < ends
            time.sleep(0.05)
        time.sleep(1.5)
        kill(worker)
    after = app.send_task("program.add", (1, 2))
    with prefork_worker(logs[1], "--concurrency", "1", environment=process):
        assert after.get(timeout=_PATIENCE) == 3
        if late:
            assert task.get(timeout=_PATIENCE) == 4
    assert (task.id in logs[1].read_text()) is late
    assert task.state == ("SUCCESS" if late else "PENDING")
    app.close()
