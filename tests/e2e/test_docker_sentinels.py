"""Redis with sentinels in containers: the primary is stopped, and tasks go on.

Real Redis and sentinels on a real engine; the image and the plugin are the stand-ins of
test_docker.py.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery
from celery.result import AsyncResult
from kombu.exceptions import OperationalError

from tests.celery_app.worker import prefork_worker
from tests.docker_engine import engine
from tests.e2e.docker import DockerStack, config_of, free_ports
from tests.e2e.test_docker_rabbitmq import client
from tests.e2e.test_sentinels import value


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DockerStack]:
    """The sentinels of stack `docker-cluster`; up."""
    config = config_of("docker-cluster")
    cache = config["celeriac:servers"]["cache"]
    cache["port"] = free_ports(2, together=True)[0]
    cache["sentinelPort"] = free_ports(3, together=True)[0]
    del config["celeriac:servers"]["rabbit"], config["celeriac:apps"]["orders"]
    made = DockerStack(tmp_path_factory.mktemp("sentinels"), engine(), config)
    made.up()
    yield made
    made.remove()


@pytest.mark.shows("docker", "redis-sentinel")
def test_tasks_go_on_without_the_primary(stack: DockerStack, tmp_path: Path) -> None:
    """The sentinels make the replica the primary; the old one comes back as its replica."""
    containers = stack.containers()
    nodes = {"cache-1", "cache-2"}
    sentinels = {f"cache-sentinel-{number}" for number in (1, 2, 3)}
    assert set(containers) == {*nodes, *sentinels, "cache-net"}
    environment = stack.outputs()["apps"]["thumbnails"]["env"]
    app = client(environment)
    with prefork_worker(tmp_path / "worker.log", environment={**os.environ, **environment}):
        assert app.send_task("program.add", (1, 2)).get(timeout=60) == 3
        containers["cache-1"].stop(timeout=10)
        after = [sent(app, n) for n in range(3)]
        assert [value(result, 120) for result in after] == [0, 2, 4]
    app.close()
    containers["cache-1"].start()
    assert stack.up("--refresh", "--expect-no-changes").changed == {}


def sent(app: Celery, number: int) -> AsyncResult:
    """A task that was sent, again and again until there is a primary that takes it."""
    deadline = time.monotonic() + 60
    while True:
        try:
            return app.send_task("program.add", (number, number))
        except OperationalError:
            assert time.monotonic() < deadline
            time.sleep(0.5)
