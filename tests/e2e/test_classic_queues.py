"""Classic queues, for those who ask: many priorities, and workers that grow and shrink."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from celery import Celery

from tests.celery_app.run import complaints, run
from tests.celery_app.worker import prefork_worker
from tests.e2e.conftest import fresh_project
from tests.e2e.rights import refused_by_rabbitmq
from tests.e2e.stack_files import server_entries

pytestmark = pytest.mark.row("rabbitmq-classic")


@pytest.mark.shows("provisioned")
@pytest.mark.shows("rights")
@pytest.mark.shows("celery")
def test_priorities_and_autoscale(servers: dict[str, Any], word: str, tmp_path: Path) -> None:
    """Urgent tasks overtake those that wait; `--autoscale` works, as it does not on quorum ones."""
    name = f"classic-{word}"
    config = {
        "celeriac:servers": {"rabbit": server_entries(servers)["rabbit"]},
        "celeriac:apps": {
            name: {
                "broker": {"server": "rabbit", "queueType": "classic"},
                "resultBackend": {"kind": "rpc"},
                "uses": {"priorities": 10, "remoteControl": True},
            }
        },
        "celeriac:forceDestroy": "true",
    }
    project = fresh_project(tmp_path, config)
    try:
        project.up()
        app = project.outputs()["apps"][name]
        client = Celery("client", broker=app["broker_url"], backend="rpc://", set_as_current=False)
        client.conf.update(json.loads(app["settings"]))
        refused_by_rabbitmq(client)
        sent = {
            level: client.send_task("program.now", (0,), priority=level) for level in (1, 5, 9, 3)
        }
        log = tmp_path / "worker.log"
        environment = {**os.environ, **app["env"]}
        with prefork_worker(log, "--concurrency", "1", environment=environment):
            ran = {level: result.get(timeout=60) for level, result in sent.items()}
        assert sorted(ran, key=lambda level: -ran[level]) == sorted(ran)
        log = tmp_path / "growing" / "worker.log"
        log.parent.mkdir()
        with prefork_worker(log, "--autoscale", "3,1", environment=environment):
            for result in [client.send_task("program.sleep", (0.3,)) for _ in range(6)]:
                assert result.get(timeout=60) == 0.3
        text = log.read_text()
        assert "Scaling up" in text
        assert complaints(text) == []
        report = run(app["env"])
        assert report.failed == {}, report.log[-5000:]
    finally:
        project.destroy()
