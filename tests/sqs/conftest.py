"""Apps on the servers with SQS's interface, with results in the tests' Redis."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
import redis

from celeriac.contract.queues import Queue
from tests.conftest import CHECKOUT
from tests.sqs.apps import App, make_app

MakeApp = Callable[..., App]

QUEUES = (
    Queue(name="mails", default=True),
    Queue(name="reports.daily"),
    Queue(name="bulk.fifo"),
)


@pytest.fixture(scope="session")
def oldest() -> str:
    """An interpreter with the oldest Celery that is supported."""
    done = subprocess.run(
        [CHECKOUT / "tools/install", "--celery-oldest"], check=True, capture_output=True, text=True
    )
    return f"{done.stdout.splitlines()[-1]}/bin/python"


@pytest.fixture(scope="module")
def result_backend(servers: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A result backend under a prefix of its own."""
    prefix = f"sqs-{uuid.uuid4().hex[:8]}:"
    there = servers["redis"]
    login = f"{there['username']}:{there['password']}"
    url = f"redis://{login}@{there['host']}:{there['port']}/0"
    yield {"url": url, "transport_options": {"global_keyprefix": prefix}}
    with redis.Redis.from_url(url) as client:
        for key in client.scan_iter(f"{prefix}*"):
            client.delete(key)


@pytest.fixture(scope="module", params=["elasticmq", "moto"])
def server(request: pytest.FixtureRequest, servers: dict[str, Any]) -> str:
    """The address of each of the servers."""
    return str(servers[request.param]["url"])


@pytest.fixture(scope="module")
def make(server: str, result_backend: dict[str, Any]) -> Iterator[MakeApp]:
    """Makes apps; their queues go with the file's tests."""
    made: list[App] = []

    def make_one(
        queues: Sequence[Queue] = QUEUES,
        *,
        visibility_timeout: int = 60,
        max_receive_count: int = 3,
    ) -> App:
        made.append(
            make_app(
                server,
                result_backend,
                queues,
                prefix=f"sqs-{uuid.uuid4().hex[:8]}-",
                visibility_timeout=visibility_timeout,
                max_receive_count=max_receive_count,
            )
        )
        return made[-1]

    yield make_one
    for app in made:
        app.delete()
