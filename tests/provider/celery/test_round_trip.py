"""The proof on real servers: it works, leaves nothing behind, and touches nothing of the app's."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from celery import Celery
from tests.lifecycle import UNKNOWN, CheckFailed, Failed, Lifecycle
from tests.provider.celery import made
from tests.provider.celery.made import MadeApp

from celeriac_provider.celery import RoundTrip

APP = Path(__file__).with_name("live_worker.py")


@pytest.fixture(scope="module")
def life() -> Iterator[Lifecycle]:
    """A provider with the proof."""
    found = Lifecycle(RoundTrip)
    yield found
    found.close()


def test_rabbitmq_and_postgresql(life: Lifecycle, servers: Mapping[str, Any]) -> None:
    """A whole life as the restricted user; neither queue, exchange, binding nor row is left."""
    with (
        made.on_rabbitmq(servers, rpc=False) as (app, rabbit),
        made.with_database(servers, app) as (both, database),
    ):
        before = rabbit.names()
        proof = life.create(both.inputs(triggers={"resources": ["a"]}))
        assert proof.id == app.name
        assert proof.state["celeryVersion"] == "5.7.0"
        assert proof.secret == {"brokerUrl", "resultBackend", "settings"}
        assert before == rabbit.names()
        assert database.run("select count(*) from celery_taskmeta") == [(0,)]

        # A change of a trigger is a change: the proof runs again, as another worker.
        changed = both.inputs(triggers={"resources": ["a", "b"]})
        assert life.diff(proof, changed) == {"triggers": "UPDATE"}
        again = life.update(proof, changed)
        assert again.state["worker"] != proof.state["worker"]
        # So is a URL.
        rabbit.put(f"/users/{app.name}", {"password": "another", "tags": ""})
        with pytest.raises(Failed, match="failed at its broker"):
            life.update(again, both.inputs(triggers={}))

        life.delete(again)
        assert before == rabbit.names()


@pytest.mark.parametrize("tls", [False, True])
def test_redis_on_both_sides(life: Lifecycle, servers: Mapping[str, Any], tls: bool) -> None:
    """As the ACL user of a prefix; no key is left, and the ACL refused nothing."""
    with made.on_redis(servers, tls=tls) as (app, client):
        life.create(app.inputs())
        assert set() == made.keys(client, app.name)
        denied = [e for e in client.acl_log() if e["username"] == app.name]
        assert denied == []


@pytest.mark.parametrize("tls", [False, True])
def test_rabbitmq_and_rpc(life: Lifecycle, servers: Mapping[str, Any], tls: bool) -> None:
    """Results over the broker's own connection; nothing is left."""
    with made.on_rabbitmq(servers, tls=tls) as (app, rabbit):
        before = rabbit.names()
        life.create(app.inputs())
        assert before == rabbit.names()


def test_tls_on_rabbitmq_and_postgresql(life: Lifecycle, servers: Mapping[str, Any]) -> None:
    """The CA that is given stands in for the paths of the app's host, on both sides."""
    with (
        made.on_rabbitmq(servers, tls=True) as (app, _),
        made.with_database(servers, app, tls=True) as (both, _),
    ):
        life.create(both.inputs())
        with pytest.raises(Failed):
            life.create(both.changed(ca=None).inputs())


def test_without_a_result_backend(life: Lifecycle, servers: Mapping[str, Any]) -> None:
    """An app that has none: it is enough that the task ran."""
    with made.on_rabbitmq(servers, rpc=False) as (app, _):
        settings = {k: v for k, v in app.settings.items() if k != "result_expires"}
        life.create(app.changed(result_backend=None, settings=settings).inputs())


def test_preview_import_and_check(life: Lifecycle) -> None:
    """A preview proves nothing, an import is refused, bad inputs are named without their values."""
    given = {"app": "a", "brokerUrl": "amqp://u:canary@127.0.0.1:1/v", "queue": "q"}
    assert life.preview(given)["worker"] is UNKNOWN
    with pytest.raises(Failed, match="a proof is not an object on a server"):
        life.import_("a")
    with pytest.raises(CheckFailed) as failed:
        life.check({"app": "", "brokerUrl": "canary", "settings": "[canary", "timeout": 0})
    assert set(failed.value.problems) == {"app", "brokerUrl", "settings", "timeout", "queue"}
    assert "canary" not in str(failed.value.problems)


def test_cancelling_ends_it(servers: Mapping[str, Any]) -> None:
    """Ctrl-C ends a proof under way at once."""
    life = Lifecycle(RoundTrip)
    with made.on_rabbitmq(servers) as (app, rabbit), socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port, to = rabbit.server["amqp_port"], silent.getsockname()[1]
        silent_app = app.changed(broker_url=app.broker_url.replace(str(port), str(to)))
        threading.Timer(1, life.provider.cancelled.set).start()
        started = time.monotonic()
        with pytest.raises(Failed, match="was cancelled") as failed:
            life.create(silent_app.inputs(timeout=30))
        assert failed.value.code == grpc.StatusCode.UNAVAILABLE
        assert time.monotonic() - started < 10
    life.close()


def test_no_secret_is_in_the_processes(life: Lifecycle, servers: Mapping[str, Any]) -> None:
    """Neither arguments nor environment of any process hold a credential while it is proved."""
    with made.on_rabbitmq(servers) as (app, _):
        seen: set[bytes] = set()
        done = threading.Event()

        def watch() -> None:
            while not done.is_set():
                for process in Path("/proc").glob("[0-9]*"):
                    try:
                        if b"celeriac_provider.proof" in (process / "cmdline").read_bytes():
                            seen.add((process / "cmdline").read_bytes())
                            seen.add((process / "environ").read_bytes())
                    except OSError:
                        continue

        watcher = threading.Thread(target=watch)
        watcher.start()
        life.create(app.inputs())
        done.set()
        watcher.join()
    assert len(seen) > 1
    for text in seen:
        assert b"canary" not in text
        assert app.password.encode() not in text


def test_several_at_once(life: Lifecycle, servers: Mapping[str, Any]) -> None:
    """More proofs than run at once: each has its turn, and none disturbs another."""
    with made.on_redis(servers) as (app, client):
        apps = [app.changed(name=f"{app.name}-{n}") for n in range(5)]
        # One prefix: the queues' names tell them apart.
        failed: list[BaseException] = []

        def one(an_app: MadeApp) -> None:
            try:
                life.create(an_app.inputs())
            except BaseException as error:  # noqa: BLE001 - asserted below
                failed.append(error)

        threads = [threading.Thread(target=one, args=(a,)) for a in apps]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        assert set() == made.keys(client, app.name)


@pytest.mark.parametrize("on", ["rabbitmq", "redis"])
def test_beside_a_live_worker_and_waiting_messages(
    life: Lifecycle, servers: Mapping[str, Any], on: str, tmp_path: Path
) -> None:
    """A busy worker goes on, and 1,000 waiting messages are there afterwards, each of them."""
    context = made.on_rabbitmq if on == "rabbitmq" else made.on_redis
    with context(servers) as (app, _):
        client = Celery("client", broker=app.broker_url, backend=app.result_backend)
        client.conf.update(app.settings)
        # The live worker consumes `tasks`; nobody consumes `bulk.mail`.
        with client.connection_for_write() as connection:
            producer = client.amqp.Producer(connection)
            for number in range(1000):
                client.send_task("live.mail", (number,), queue="bulk.mail", producer=producer)
        with live_worker(app, tmp_path / "log") as log:
            busy = client.send_task("live.busy", (2,), queue="tasks")
            life.create(app.inputs())
            life.create(app.inputs())
            assert busy.get(timeout=20) == 2
            assert client.send_task("live.busy", (0,), queue="tasks").get(timeout=20) == 0
        with client.connection_for_read() as connection:
            bulk = client.amqp.queues["bulk.mail"](connection.default_channel)
            found = [
                json.loads(message.body)[0][0]
                for message in iter(lambda: bulk.get(no_ack=True), None)
            ]
        assert sorted(found) == list(range(1000))
        text = log.read_text()
        assert "celeriac" not in text
        assert "ERROR" not in text
        client.close()


@contextmanager
def live_worker(app: MadeApp, log: Path) -> Iterator[Path]:
    """A worker of the app's own, on its queue `tasks`."""
    worker = subprocess.Popen(
        [
            *(sys.executable, "-m", "celery", "-A", "live_worker", "worker"),
            *("-Q", "tasks", "-c", "1", "-l", "INFO", "-f", log, "-n", f"{app.name}@%h"),
        ],
        cwd=APP.parent,
        env={
            **os.environ,
            "LIVE_BROKER": app.broker_url,
            "LIVE_BACKEND": app.result_backend or "",
            "LIVE_SETTINGS": json.dumps(app.settings),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        ends = time.monotonic() + 30
        while not log.exists() or " ready." not in log.read_text():
            assert time.monotonic() < ends, log.read_text() if log.exists() else "no log"
            assert worker.poll() is None
            time.sleep(0.1)
        yield log
    finally:
        worker.terminate()
        try:
            worker.wait(10)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
