"""A RabbitMQ of several hosts: one that is down is passed over, one that is lost is left.

The hosts are three ways to the one RabbitMQ of the tests: a port that is closed, a proxy, and its
own port.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from celery import Celery

from tests.celery_app.run import run
from tests.celery_app.worker import prefork_worker
from tests.closed_port import closed_port
from tests.e2e.conftest import fresh_project
from tests.e2e.project import Project
from tests.e2e.rights import refused_by_rabbitmq
from tests.e2e.stack_files import server_entries
from tests.e2e.stores import celery_app
from tests.provider.weather.proxy import Proxy, proxied

pytestmark = pytest.mark.row("rabbitmq-hosts")


@dataclass(frozen=True)
class App:
    """A stack that is up.

    Args:
        project: its project.
        outputs: its outputs.
        second: the second host.
    """

    project: Project
    outputs: dict[str, Any]
    second: Proxy


@pytest.fixture(scope="module")
def app(
    servers: dict[str, Any], word: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[App]:
    """Over TLS; its first host is down, so that the proof goes on to the second."""
    with proxied(("127.0.0.1", servers["rabbitmq"]["amqps_port"])) as second:
        entry = server_entries(servers, tls=True)["rabbit"]
        ports = (closed_port(), second.port, servers["rabbitmq"]["amqps_port"])
        entry["url"] = [f"amqps://127.0.0.1:{port}" for port in ports]
        config = {
            "celeriac:servers": {"rabbit": entry | {"certificateName": "localhost"}},
            "celeriac:apps": {
                f"hosts-{word}": {"broker": {"server": "rabbit"}, "resultBackend": {"kind": "rpc"}}
            },
            "celeriac:forceDestroy": "true",
        }
        project = fresh_project(tmp_path_factory.mktemp("hosts"), config)
        project.up()
        yield App(project, project.outputs(), second)
        second.clear()
        project.destroy()


@pytest.mark.shows("provisioned")
@pytest.mark.shows("celery")
def test_the_first_host_is_down(app: App) -> None:
    """All that Celery documents works through the second; nothing changes the second time."""
    settings = json.loads(app.outputs["settings"])
    assert [url.partition("://")[0] for url in app.outputs["broker_url"].split(";")] == [
        "amqps"
    ] * 3
    assert settings["broker_failover_strategy"] == "round-robin"
    assert settings["broker_use_ssl"]["server_hostname"] == "localhost"
    assert app.project.up("--expect-no-changes").changed == {}
    report = run(app.outputs["env"])
    assert report.failed == {}, report.log[-5000:]


@pytest.mark.shows("rights")
def test_the_apps_user_may_do_nothing_else(app: App) -> None:
    """Whichever host it comes in by."""
    refused_by_rabbitmq(celery_app(app.outputs))


@pytest.mark.shows("celery")
def test_a_host_is_lost_while_a_worker_runs(app: App, tmp_path: Path) -> None:
    """Worker and client go on to the third."""
    env = app.outputs["env"]
    client = Celery(
        "client", broker=env["CELERY_BROKER_URL"], backend="rpc://", set_as_current=False
    )
    client.conf.update(json.loads(env["CELERY_SETTINGS"]))
    log = tmp_path / "worker.log"
    with prefork_worker(log, environment={**os.environ, **env}):
        assert client.send_task("program.add", (1, 2)).get(timeout=30) == 3
        app.second.refuse()
        later = Celery(
            "later", broker=env["CELERY_BROKER_URL"], backend="rpc://", set_as_current=False
        )
        later.conf.update(json.loads(env["CELERY_SETTINGS"]))
        assert later.send_task("program.add", (3, 4)).get(timeout=60) == 7
    text = log.read_text()
    assert f"@127.0.0.1:{app.second.port}" in text
    assert "Connection to broker lost" in text
