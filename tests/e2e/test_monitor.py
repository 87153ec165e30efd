"""A monitor's user, with Flower itself: it sees workers, tasks, events, and no more."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import amqp
import httpx
import pytest
import redis
from celery import Celery
from kombu.connection import Connection

from tests.celery_app.worker import prefork_worker
from tests.e2e.conftest import fresh_project
from tests.e2e.stack_files import server_entries

APP = Path(__file__).parents[1] / "celery_app"
PATIENCE = 60


@pytest.fixture(scope="module")
def apps(
    servers: dict[str, Any], word: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Any]]:
    """The outputs of an app on RabbitMQ and of one on Redis, each with a monitor."""
    config = {
        "celeriac:servers": server_entries(servers),
        "celeriac:apps": {
            f"seen-{word}": {
                "broker": {"server": "rabbit"},
                "resultBackend": {"server": "cache"},
                "monitor": {"brokerApi": True},
            },
            f"heard-{word}": {
                "broker": {"server": "cache"},
                "resultBackend": {"server": "cache"},
                "monitor": True,
            },
        },
        "celeriac:forceDestroy": "true",
    }
    project = fresh_project(tmp_path_factory.mktemp("monitor"), config)
    project.up()
    assert project.up("--expect-no-changes").changed == {}
    found = project.outputs()["apps"]
    yield {"rabbitmq": found[f"seen-{word}"], "redis": found[f"heard-{word}"]}
    project.destroy()


@pytest.fixture(
    params=[
        pytest.param(broker, marks=pytest.mark.row(f"monitor-{broker}"))
        for broker in ("rabbitmq", "redis")
    ]
)
def app(request: pytest.FixtureRequest, apps: dict[str, Any]) -> Any:
    """One of the two."""
    return apps[request.param]


def celery(env: dict[str, str], **more: str) -> Celery:
    """A client with these URLs and settings."""
    made = Celery("client", broker=env["CELERY_BROKER_URL"], set_as_current=False, **more)
    made.conf.update(json.loads(env["CELERY_SETTINGS"]))
    return made


@contextmanager
def flower(monitor: dict[str, Any]) -> Iterator[str]:
    """Flower as the monitor; its API's URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "celery", "-A", "watched", "flower"]
    command += ["--address=127.0.0.1", f"--port={port}"]
    api = {"FLOWER_BROKER_API": monitor["broker_api"]} if "broker_api" in monitor else {}
    environment = {**os.environ, **monitor["env"], **api, "FLOWER_UNAUTHENTICATED_API": "true"}
    process = subprocess.Popen(
        command, cwd=APP, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        yield f"http://127.0.0.1:{port}/api"
    finally:
        process.terminate()
        log = process.communicate(timeout=30)[0].decode()
    # What lacks a right is logged; that a worker has not answered yet is too.
    assert "AccessRefused" not in log, log
    assert "NOPERM" not in log, log


def until(look: Callable[[], Any], what: str) -> Any:
    """What is awaited, once it is there."""
    deadline = time.monotonic() + PATIENCE
    found: Any = None
    while time.monotonic() < deadline:
        try:
            if found := look():
                return found
        except httpx.TransportError:
            pass  # Flower is starting
        time.sleep(0.3)
    raise AssertionError(f"{what}: {found}")


@pytest.mark.shows("provisioned")
@pytest.mark.shows("celery")
def test_flower_sees_workers_tasks_and_events(app: Any, tmp_path: Path) -> None:
    """Over its own API: the worker with its queues, a task from its events, the queue's length."""
    monitor = app["monitor"]
    with (
        prefork_worker(tmp_path / "worker.log", "-E", environment={**os.environ, **app["env"]}),
        flower(monitor) as api,
    ):
        until(lambda: httpx.get(f"{api}/workers", timeout=20).json(), "Flower has no worker")
        ((name, seen),) = httpx.get(f"{api}/workers?refresh=1", timeout=20).json().items()
        queues = json.loads(app["settings"])["task_queues"]
        assert sorted(queue["name"] for queue in seen["active_queues"]) == sorted(queues)
        sent = celery(app["env"], backend=app["result_backend"]).send_task("program.add", (2, 3))
        assert sent.get(timeout=PATIENCE) == 5

        def done() -> Any:
            task = httpx.get(f"{api}/tasks", timeout=20).json().get(sent.id)
            return task if task and task["state"] == "SUCCESS" else None

        task = until(done, "Flower has not heard of the task")
        assert (task["name"], task["worker"]) == ("program.add", name)
        lengths = httpx.get(f"{api}/queues/length", timeout=20).json()["active_queues"]
        assert sorted((queue["name"], queue["messages"]) for queue in lengths) == sorted(
            (queue, 0) for queue in queues
        )


@pytest.mark.shows("celery")
def test_inspect_and_revoke(app: Any, tmp_path: Path) -> None:
    """`celery inspect` and `celery control` work as the monitor."""
    with prefork_worker(tmp_path / "worker.log", environment={**os.environ, **app["env"]}):
        client = celery(app["monitor"]["env"])
        inspect = client.control.inspect(timeout=5, limit=1)
        assert list((inspect.ping() or {}).values()) == [{"ok": "pong"}]
        client.control.revoke("no-such-task")
        (known,) = (client.control.inspect(timeout=5, limit=1).revoked() or {}).values()
        assert known == ["no-such-task"]


@pytest.mark.shows("rights", "monitor-rabbitmq")
def test_on_rabbitmq_it_can_neither_send_nor_take(apps: dict[str, Any]) -> None:
    """A task of the app's is refused, as is what waits in its queue, and another vhost."""
    app = apps["rabbitmq"]
    (queue,) = json.loads(app["settings"])["task_queues"]
    for refused in (
        lambda channel: channel.basic_publish(amqp.Message("x"), queue, queue),
        lambda channel: channel.basic_publish(amqp.Message("x"), "", queue),
        lambda channel: channel.basic_get(queue),
        lambda channel: channel.queue_purge(queue),
        lambda channel: channel.queue_delete(queue),
    ):
        options = {"confirm_publish": True}
        with (
            Connection(app["monitor"]["broker_url"], transport_options=options) as connection,
            pytest.raises(amqp.AccessRefused),
        ):
            refused(connection.default_channel)


@pytest.mark.shows("rights", "monitor-rabbitmq")
def test_of_rabbitmqs_management_it_only_reads(apps: dict[str, Any], servers: Any) -> None:
    """Its own vhost's queues; it makes nothing."""
    api = apps["rabbitmq"]["monitor"]["broker_api"]
    (queue,) = json.loads(apps["rabbitmq"]["settings"])["task_queues"]
    vhosts = {found["vhost"] for found in httpx.get(f"{api}queues", timeout=20).json()}
    assert vhosts == {urlsplit(apps["rabbitmq"]["broker_url"]).path.strip("/")}
    assert httpx.put(f"{api}vhosts/other", timeout=20).status_code == 401
    path = f"{api}queues/{vhosts.pop()}/{queue}/contents"
    assert httpx.delete(path, timeout=20).status_code in (401, 403)


@pytest.mark.shows("rights", "monitor-redis")
def test_on_redis_it_can_neither_send_nor_take(apps: dict[str, Any]) -> None:
    """A task of the app's is refused, as are its queue, its results and anything else."""
    app = apps["redis"]
    parts = urlsplit(app["monitor"]["broker_url"])
    (queue,) = json.loads(app["settings"])["task_queues"]
    prefix = json.loads(app["settings"])["broker_transport_options"]["global_keyprefix"]
    client = redis.Redis(
        host=parts.hostname or "",
        port=parts.port or 0,
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
    key = f"{prefix}{queue}"
    assert client.llen(key) == 0
    results = f"{prefix.removesuffix(':')}-results:celery-task-meta-1"
    for command in (
        ("LPUSH", key, "x"),
        ("RPOP", key),
        ("BRPOP", key, "1"),
        ("DEL", key),
        ("GET", results),
        ("SET", results, "x"),
        ("FLUSHDB",),
        ("ACL", "LIST"),
        ("GET", "other:key"),
    ):
        with pytest.raises(redis.exceptions.NoPermissionError):
            client.execute_command(*command)
