"""The way of docs/classic-to-quorum.md: new vhost, switch, drain, remove."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from celery import Celery

from tests.celery_app.run import run
from tests.celery_app.worker import prefork_worker
from tests.e2e.conftest import fresh_project
from tests.e2e.stack_files import server_entries

pytestmark = pytest.mark.row("rabbitmq-classic")


def client(app: dict[str, Any]) -> Celery:
    """A producer with an app's outputs."""
    made = Celery(
        "client", broker=app["broker_url"], backend=app["result_backend"], set_as_current=False
    )
    made.conf.update(json.loads(app["settings"]))
    return made


@pytest.mark.shows("celery")
def test_the_way_across(servers: dict[str, Any], word: str, tmp_path: Path) -> None:
    """Every task that was sent ends, the old vhost goes when it is empty, and not before."""
    old, new = f"old-{word}", f"new-{word}"
    common = {"resultBackend": {"kind": "rpc"}, "uses": {"remoteControl": True}}
    broker = {"server": "rabbit", "queues": {"orders": {"default": True}}}
    classic = common | {"broker": broker | {"queueType": "classic"}}
    quorum = common | {"broker": broker}

    def config(**apps: Any) -> dict[str, Any]:
        entries = {name.replace("_", "-"): entry for name, entry in apps.items()}
        return {
            "celeriac:servers": {"rabbit": server_entries(servers)["rabbit"]},
            "celeriac:apps": {f"{name}-{word}": entry for name, entry in entries.items()},
        }

    project = fresh_project(tmp_path, config(old=classic))
    project.up()
    before = project.outputs()["apps"][old]
    producer = client(before)
    waiting = [producer.send_task("program.add", (1, n)) for n in range(3)]

    # In place: foreseen by the preview, refused by `up` while messages wait.
    project.write(config(old=quorum))
    said = project.preview().output
    assert "the queue 'orders' is classic and would be made anew as quorum" in said
    assert "406 PRECONDITION_FAILED" in said
    refused = project.up(check=False)
    assert refused.code != 0
    assert "messages" in refused.output
    assert "Traceback" not in refused.output

    # A second app: a new vhost.
    project.write(config(old=classic, new=quorum))
    project.up("--refresh")
    apps = project.outputs()["apps"]
    report = run(apps[new]["env"])
    assert report.failed == {}, report.log[-5000:]

    # The old entry does not go while tasks wait.
    project.write(config(new=quorum))
    refused = project.up(check=False)
    assert refused.code != 0
    assert "forceDestroy" in refused.output

    # The old workers drain; then it goes.
    project.write(config(old=classic, new=quorum))
    project.up("--refresh")
    with prefork_worker(tmp_path / "worker.log", environment={**os.environ, **before["env"]}):
        assert [result.get(timeout=60) for result in waiting] == [1, 2, 3]
    project.write(config(new=quorum))
    # RabbitMQ's count of the messages is some seconds late.
    ends = time.monotonic() + 60
    while (done := project.up(check=False)).code != 0 and time.monotonic() < ends:
        assert "messages wait in the vhost" in done.output, done.output
        time.sleep(2)
    assert done.code == 0, done.output
    assert project.outputs()["apps"].keys() == {new}
    project.destroy()
