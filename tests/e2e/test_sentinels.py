"""Redis 8 behind sentinels, all over TLS, the sentinels with a password: and a failover."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import Celery

from tests.celery_app.worker import prefork_worker
from tests.e2e import redis_forms
from tests.e2e.redis_forms import App, Form, app_on
from tests.sentinels import PASSWORD, SENTINEL_PASSWORD, SentinelGroup

pytestmark = pytest.mark.row("redis-sentinel")


@pytest.fixture(scope="module")
def group(
    servers: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SentinelGroup]:
    """A primary, two replicas, three sentinels."""
    folder = tmp_path_factory.mktemp("sentinels")
    made = SentinelGroup(folder, tls=Path(servers["ca"]).parent)
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def app(group: SentinelGroup, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app on them."""
    form = Form(group.entry() | {"db": 3}, group, "sentinel")
    with app_on(form, tmp_path_factory.mktemp("app")) as made:
        yield made


@pytest.fixture(autouse=True)
def _version(app: App, record_property: Callable[[str, object], None]) -> None:
    """For the README's table."""
    record_property("version", app.form.version)


@pytest.mark.shows("provisioned")
def test_the_same_again_and_a_change(app: App) -> None:
    """As the engine sees it."""
    redis_forms.check_the_same_again_and_a_change(app)


@pytest.mark.shows("celery")
def test_celery_works(app: App) -> None:
    """As a worker sees it."""
    redis_forms.check_celery(app)


@pytest.mark.shows("rights")
def test_the_app_sees_nothing_else(app: App) -> None:
    """What its user may not do."""
    redis_forms.check_rights(app)


@pytest.mark.shows("expiry")
def test_results_expire(app: App) -> None:
    """By the server itself."""
    redis_forms.check_expiry(app)


def test_no_secret_in_the_state(app: App) -> None:
    """The sentinels' password is in the settings: those are secret as well."""
    assert SENTINEL_PASSWORD in app.outputs["settings"]
    redis_forms.check_secrets(app, PASSWORD, SENTINEL_PASSWORD)


@pytest.mark.shows("celery")
def test_a_failover_while_tasks_run(app: App, group: SentinelGroup, tmp_path: Path) -> None:
    """The primary dies: no task is lost, neither one that runs nor one that waits nor a later one.

    Of a task that ends while there is no primary Celery may report that its result was not stored.
    """
    env = app.outputs["env"]
    client = Celery(
        "client",
        broker=env["CELERY_BROKER_URL"],
        backend=env["CELERY_RESULT_BACKEND"],
        set_as_current=False,
    )
    client.conf.update(json.loads(env["CELERY_SETTINGS"]))
    with prefork_worker(tmp_path / "worker.log", environment={**os.environ, **env}):
        before = [client.send_task("program.sleep_late", (3,)) for _ in range(6)]
        # Replication is asynchronous: what no replica has yet would be lost with the primary.
        assert group.login().wait(2, 5000) == 2
        time.sleep(1)  # the first two run
        dead = group.fail_over()
        try:
            after = [client.send_task("program.add", (1, n)) for n in range(5)]
            assert [value(result) for result in after] == [1 + n for n in range(5)]
            assert {value(result) for result in before} <= {3, "MasterNotFoundError"}
        finally:
            group.come_back(dead)
    client.close()
    # Users and settings are there on every node, the proof goes on at the new primary.
    assert app.project.up("--refresh", "--expect-no-changes").changed == {}


def test_drift_on_a_replica_is_mended(app: App, group: SentinelGroup) -> None:
    """`up --refresh` finds the node that differs."""
    port = next(node.port for node in group.nodes if node.port != group.primary())
    node = group.client(port)
    node.execute_command("ACL", "SETUSER", "forms", "off")
    node.config_set("maxmemory-policy", "allkeys-lru")
    assert app.project.up("--refresh").changed["update"] >= 2
    assert node.acl_getuser("forms")["enabled"]
    assert node.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def value(result: Any, seconds: float = 60) -> Any:
    """A result, or the name of the exception; looked for again and again, as connections break."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            meta = result.backend.get_task_meta(result.id, cache=False)
        except Exception:  # noqa: BLE001 - whatever a client says of a primary that has died
            meta = {"status": "?"}
        if meta["status"] == "SUCCESS":
            return meta["result"]
        if meta["status"] == "FAILURE":
            return type(meta["result"]).__name__
        assert time.monotonic() < deadline, meta
        time.sleep(0.2)
