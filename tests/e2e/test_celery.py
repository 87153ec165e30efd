"""A Celery program that knows nothing of this project, with only what the stack hands out.

On each pair, as the app's own restricted user, in a prefork worker without `-Q`, with the newest
Celery that is supported and the oldest: tasks on every queue, group, chord, retry, countdown,
ping, inspect and revoke, and no complaint about rights or delivery in the worker's log. On today's
servers over TLS, on those at the edges in clear.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.celery_app.run import run
from tests.e2e import expiry, rights
from tests.e2e.conftest import fresh_project
from tests.e2e.project import CHECKOUT
from tests.e2e.stack_files import server_entries, three_apps
from tests.e2e.stores import celery_app

SERVERS: dict[str, dict[str, str]] = {
    "now, over TLS": {},
    # The newest RabbitMQ, and the oldest Redis and PostgreSQL, that are supported.
    "edges": {
        "rabbitmq": "rabbitmq_newest",
        "redis": "redis_oldest",
        "postgresql": "postgresql15",
    },
}

PAIRS = {
    "orders": ["rabbitmq", "postgresql"],
    "thumbs": ["redis", "redis-results"],
    "pings": ["rabbitmq", "rpc"],
}
"""Rows of the README's table, by app."""
OVER_TLS = {
    "orders": ["rabbitmq-tls", "postgresql-tls"],
    "thumbs": ["redis-tls"],
    "pings": ["rabbitmq-tls"],
}
"""Further ones."""


def on(*apps: str) -> pytest.MarkDecorator:
    """Parametrize with each of these apps, on each of the servers."""
    each = [
        pytest.param(
            servers,
            app,
            id=f"servers {servers}-{app}",
            marks=pytest.mark.row(*PAIRS[app], *([] if SERVERS[servers] else OVER_TLS[app])),
        )
        for servers in SERVERS
        for app in apps
    ]
    return pytest.mark.parametrize(("apps", "app"), each, indirect=["apps"], scope="module")


@pytest.fixture(scope="module")
def apps(
    request: pytest.FixtureRequest,
    servers: dict[str, Any],
    word: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, Any]]:
    """The outputs of the three apps, by pair."""
    others = {name: servers[other] for name, other in SERVERS[request.param].items()}
    config = {
        "celeriac:servers": server_entries(servers | others, tls=not others),
        "celeriac:apps": three_apps(word),
        "celeriac:forceDestroy": "true",
    }
    project = fresh_project(tmp_path_factory.mktemp("celery"), config)
    project.up()
    found = project.outputs()["apps"]
    yield {name: found[f"{name}-{word}"] for name in ("orders", "thumbs", "pings")}
    project.destroy()


@pytest.fixture(scope="module")
def oldest() -> str:
    """An interpreter with the oldest Celery that is supported."""
    done = subprocess.run(
        [CHECKOUT / "tools/install", "--celery-oldest"], check=True, capture_output=True, text=True
    )
    return f"{done.stdout.splitlines()[-1]}/bin/python"


@pytest.mark.shows("celery")
@on("orders", "thumbs", "pings")
@pytest.mark.parametrize("celery", ["newest", "oldest"])
def test_celery_works_with_what_the_stack_hands_out(
    apps: dict[str, Any], app: str, celery: str, oldest: str
) -> None:
    """Everything that Celery documents for the pair, and nothing to complain of."""
    python = sys.executable if celery == "newest" else oldest
    report = run(apps[app]["env"], python=python)
    assert report.failed == {}, report.log[-5000:]
    assert report.complaints == []
    assert len(report.errors) > 8


@pytest.mark.shows("rights")
@on("orders", "thumbs", "pings")
def test_the_apps_user_may_do_nothing_else(apps: dict[str, Any], app: str) -> None:
    """Over TLS as in clear."""
    outputs = apps[app]
    client = celery_app(outputs)
    if app == "thumbs":
        with client.connection_for_write() as connection:
            rights.refused_by_redis(connection.default_channel.client)
        rights.refused_by_redis(client.backend.client)
        return
    rights.refused_by_rabbitmq(client)
    if app == "orders":
        rights.refused_by_postgresql(outputs["result_backend"])


@pytest.mark.shows("expiry", "postgresql", "postgresql-tls")
@on("orders")
def test_beats_task_deletes_what_has_expired(apps: dict[str, Any], app: str) -> None:
    """Of PostgreSQL, after the 7 days of the stack file."""
    expiry.check_postgresql(apps[app], expires=7 * 86_400)


@pytest.mark.shows("expiry", "redis-results", "redis-tls")
@on("thumbs")
def test_redis_drops_what_has_expired(apps: dict[str, Any], app: str) -> None:
    """By itself."""
    expiry.check_redis(apps[app], expires=3600)


@pytest.mark.shows("expiry", "rpc")
@on("pings")
def test_rabbitmq_drops_the_queue_of_a_caller_that_is_gone(apps: dict[str, Any], app: str) -> None:
    """With the results in it."""
    expiry.check_rpc(apps[app], expires=600)
