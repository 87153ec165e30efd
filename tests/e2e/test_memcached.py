"""Results in memcached: up, up again, a change, real tasks over two brokers, destroy.

On memcached 1.6, as it is: without users, so that no refused operation can prove a right.
"""

from __future__ import annotations

import copy
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import pytest

from tests.e2e.conftest import fresh_project
from tests.e2e.project import Project
from tests.e2e.stores import brokers, celery_app, checked

pytestmark = pytest.mark.row("memcached")

Start = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def config(start_server: Start, word: str) -> dict[str, Any]:
    """Two apps: RabbitMQ and both servers, Redis and one."""
    one, other = start_server("memcached"), start_server("memcached-second")
    common = {"kind": "memcached", "platform": "existing", "tls": "off"}
    servers = brokers(start_server("rabbitmq"), start_server("redis")) | {
        "both": common
        | {
            "url": f"memcached://127.0.0.1:{one['port']},127.0.0.1:{other['port']}",
            "maxItemSize": "512KiB",
        },
        "one": common | {"url": f"memcached://127.0.0.1:{one['port']}"},
    }
    apps = {
        f"thumbs-{word}": {
            "broker": {"server": "rabbit", "delayedDelivery": "classic"},
            "resultBackend": {"server": "both", "expires": "1h"},
            "longestTask": "1m",
            "uses": {"chords": True, "beat": False},
        },
        f"pages-{word}": {
            "broker": {"server": "redis"},
            "resultBackend": {"server": "one", "expires": "2s"},
            "longestTask": "1m",
        },
    }
    return {"celeriac:servers": servers, "celeriac:apps": apps, "celeriac:forceDestroy": "true"}


@pytest.fixture(scope="module")
def up(
    tmp_path_factory: pytest.TempPathFactory, config: dict[str, Any], word: str
) -> Iterator[tuple[Project, str]]:
    """The stack, up, and what `up` printed."""
    made = fresh_project(tmp_path_factory.mktemp("memcached"), config)
    printed = made.up().output
    yield made, printed
    made.destroy()
    assert made.resources() == []


def keys(port: int) -> list[str]:
    """Every key of a server, as it dumps them: pymemcache reads the begin of long answers only."""
    said = b""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(b"lru_crawler metadump all\r\n")
        while not said.endswith(b"END\r\n"):
            said += connection.recv(65536)
    lines = [line.split()[0] for line in said.splitlines() if line.startswith(b"key=")]
    return [unquote(key.removeprefix(b"key=").decode()) for key in lines]


@pytest.mark.steps
class TestMemcached:
    """In the order of a stack's life."""

    @pytest.mark.shows("provisioned")
    def test_up_proves_both_apps_and_says_what_memcached_is_not(
        self, up: tuple[Project, str], word: str
    ) -> None:
        """A real task for each; the warning once for each set of servers."""
        project, printed = up
        proofs = [r for r in project.resources() if r["type"] == "celeriac:celery:RoundTrip"]
        assert sorted(proof["outputs"]["app"] for proof in proofs) == [
            f"pages-{word}",
            f"thumbs-{word}",
        ]
        assert "a result is lost when its server restarts or needs the room" in printed

    @pytest.mark.shows("provisioned")
    def test_a_second_up_changes_nothing(self, up: tuple[Project, str]) -> None:
        """Nor does a refresh, which asks the servers."""
        assert up[0].up("--refresh", "--expect-no-changes").changed == {}

    @pytest.mark.shows("celery")
    def test_celery_works_with_it(self, up: tuple[Project, str], word: str) -> None:
        """Tasks, groups, chords, countdowns; nothing to complain of.

        The newest Celery over RabbitMQ, the oldest over Redis.
        """
        apps = up[0].outputs()["apps"]
        newest, oldest = (dict(apps[f"{name}-{word}"]["env"]) for name in ("thumbs", "pages"))
        # The checks take longer than two seconds.
        oldest["CELERY_SETTINGS"] = oldest["CELERY_SETTINGS"].replace(
            '"result_expires": 2', '"result_expires": 60'
        )
        for report in checked(newest, oldest):
            assert report.failed == {}, report.log[-5000:]
            assert report.complaints == []

    def test_every_key_is_below_its_prefix_on_both_servers(
        self, start_server: Start, word: str
    ) -> None:
        """And results are spread over both."""
        for name in ("memcached", "memcached-second"):
            found = [key for key in keys(start_server(name)["port"]) if word in key]
            assert any(key.startswith(f"thumbs-{word}-results:celery-task-meta-") for key in found)

    @pytest.mark.shows("expiry")
    def test_results_expire(self, up: tuple[Project, str], word: str) -> None:
        """By memcached itself."""
        app = celery_app(up[0].outputs()["apps"][f"pages-{word}"])
        app.backend.store_result("an-id", 42, "SUCCESS")
        assert app.AsyncResult("an-id").result == 42
        time.sleep(3.5)
        assert app.AsyncResult("an-id").state == "PENDING"

    def test_a_change_is_made_in_place_and_proved(
        self, up: tuple[Project, str], config: dict[str, Any], word: str
    ) -> None:
        """Another expiry, another size."""
        changed = copy.deepcopy(config)
        changed["celeriac:apps"][f"pages-{word}"]["resultBackend"]["expires"] = "1h"
        changed["celeriac:servers"]["one"]["maxItemSize"] = "1000KiB"
        up[0].write(changed)
        done = up[0].up()
        assert set(done.changed) == {"update"}

    def test_a_server_that_takes_too_little_stops_it(
        self, up: tuple[Project, str], config: dict[str, Any]
    ) -> None:
        """One sentence in what `up` prints."""
        changed = copy.deepcopy(config)
        changed["celeriac:servers"]["both"]["maxItemSize"] = "1MiB"
        up[0].write(changed)
        done = up[0].up(check=False)
        assert done.code != 0
        assert "takes items of 524288 bytes, and 1048576 bytes are wanted" in done.output
        assert "Traceback" not in done.output
        up[0].write(config)
