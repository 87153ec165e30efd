"""A Celery program that knows nothing of this project, with only what the stack hands out.

On each pair, as the app's own restricted user, in a prefork worker without `-Q`, with the newest
Celery that is supported and the oldest: tasks on every queue, group, chord, retry, countdown,
ping, inspect and revoke, and no complaint about rights or delivery in the worker's log.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.celery_app.run import run
from tests.e2e.conftest import fresh_project
from tests.e2e.project import CHECKOUT
from tests.e2e.stack_files import server_entries, three_apps

SERVERS = {
    "now": {},
    # The newest RabbitMQ, and the oldest Redis and PostgreSQL, that are supported.
    "edges": {
        "rabbitmq": "rabbitmq_newest",
        "redis": "redis_oldest",
        "postgresql": "postgresql15",
    },
}


PAIRS = [
    pytest.param("orders", marks=pytest.mark.row("rabbitmq", "postgresql")),
    pytest.param("thumbs", marks=pytest.mark.row("redis", "redis-results")),
    pytest.param("pings", marks=pytest.mark.row("rabbitmq", "rpc")),
]


@pytest.fixture(scope="module", params=SERVERS, ids=lambda name: f"servers {name}")
def apps(
    request: pytest.FixtureRequest,
    servers: dict[str, Any],
    word: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, Any]]:
    """The outputs of the three apps, by pair."""
    others = {name: servers[other] for name, other in SERVERS[request.param].items()}
    config = {
        "celeriac:servers": server_entries(servers | others),
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
@pytest.mark.parametrize("app", PAIRS)
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
