"""A RabbitMQ of three nodes in containers: one is stopped, and tasks go on.

A real cluster with quorum queues on a real engine; its images and the plugin are the stand-ins of
test_docker.py.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery

from tests.celery_app.worker import prefork_worker
from tests.docker_engine import engine
from tests.e2e.docker import DockerStack, config_of, free_ports


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DockerStack]:
    """The cluster of stack `docker-cluster`, its results in one Redis; up."""
    config = config_of("docker-cluster")
    rabbit, cache = (config["celeriac:servers"][name] for name in ("rabbit", "cache"))
    rabbit["port"], rabbit["managementPort"] = (free_ports(3, together=True)[0] for _ in range(2))
    del cache["sentinels"], config["celeriac:apps"]["thumbnails"]
    cache["port"] = free_ports(1)[0]
    made = DockerStack(tmp_path_factory.mktemp("rabbitmq"), engine(), config)
    made.up()
    yield made
    made.remove()


def client(environment: dict[str, str]) -> Celery:
    """Somebody who sends tasks."""
    app = Celery(
        "client",
        broker=environment["CELERY_BROKER_URL"],
        backend=environment["CELERY_RESULT_BACKEND"],
        set_as_current=False,
    )
    app.conf.update(json.loads(environment["CELERY_SETTINGS"]))
    return app


@pytest.mark.shows("docker", "rabbitmq-hosts")
def test_tasks_go_on_without_a_node(stack: DockerStack, tmp_path: Path) -> None:
    """Whichever the worker was connected to: the first of its URLs is the first node's.

    When it is back, nothing has to be changed.
    """
    nodes = stack.containers()
    assert {"rabbit-1", "rabbit-2", "rabbit-3"} <= set(nodes)
    environment = stack.outputs()["apps"]["orders"]["env"]
    with prefork_worker(tmp_path / "worker.log", environment={**os.environ, **environment}):
        assert client(environment).send_task("program.add", (1, 2)).get(timeout=60) == 3
        nodes["rabbit-1"].stop(timeout=30)
        later = client(environment)
        assert later.send_task("program.add", (3, 4)).get(timeout=120) == 7
        nodes["rabbit-1"].start()
        assert later.send_task("program.add", (5, 6)).get(timeout=120) == 11
