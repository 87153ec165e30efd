"""Results in Elasticsearch: up, up again, a change, real tasks over two brokers, expiry, destroy.

On a real Elasticsearch 8.15 without x-pack, so without users: no refused operation can prove a
right here.
"""

from __future__ import annotations

import copy
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.conftest import fresh_project
from tests.e2e.project import Project
from tests.e2e.stores import brokers, celery_app, checked

pytestmark = pytest.mark.row("elasticsearch")

Start = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def http(start_server: Start) -> Iterator[httpx.Client]:
    """The server."""
    with httpx.Client(base_url=start_server("elasticsearch")["url"], timeout=60) as found:
        yield found


@pytest.fixture(scope="module")
def config(start_server: Start, word: str) -> dict[str, Any]:
    """Two apps: over RabbitMQ and over Redis."""
    servers = brokers(start_server("rabbitmq"), start_server("redis")) | {
        "results": {
            "kind": "elasticsearch",
            "platform": "existing",
            "tls": "off",
            "url": start_server("elasticsearch")["url"],
        }
    }
    apps = {
        f"orders-{word}": {
            "broker": {"server": "rabbit", "delayedDelivery": "classic"},
            "resultBackend": {"server": "results", "expires": "1h", "replicas": 0},
            "longestTask": "1m",
            "uses": {"chords": True, "beat": False},
        },
        f"pages-{word}": {
            "broker": {"server": "redis"},
            "resultBackend": {"server": "results", "expires": "2s", "replicas": 0},
            "longestTask": "1m",
        },
    }
    return {"celeriac:servers": servers, "celeriac:apps": apps, "celeriac:forceDestroy": "true"}


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory, config: dict[str, Any]) -> Iterator[Project]:
    """The stack, up."""
    made = fresh_project(tmp_path_factory.mktemp("elasticsearch"), config)
    made.up()
    yield made
    made.write(config)
    made.destroy()


@pytest.mark.steps
class TestElasticsearch:
    """In the order of a stack's life."""

    @pytest.mark.shows("provisioned")
    def test_a_second_up_changes_nothing(self, up: Project) -> None:
        """Nor does a refresh."""
        proofs = [r for r in up.resources() if r["type"] == "celeriac:celery:RoundTrip"]
        assert len(proofs) == 2
        assert up.up("--refresh", "--expect-no-changes").changed == {}

    @pytest.mark.shows("celery")
    def test_celery_works_with_it(self, up: Project, word: str) -> None:
        """Tasks, groups, chords, countdowns; nothing to complain of.

        The newest Celery over RabbitMQ, the oldest over Redis.
        """
        apps = up.outputs()["apps"]
        newest, oldest = (dict(apps[f"{name}-{word}"]["env"]) for name in ("orders", "pages"))
        for report in checked(newest, oldest):
            assert report.failed == {}, report.log[-5000:]
            assert report.complaints == []

    @pytest.mark.shows("expiry")
    def test_the_outputs_name_the_command_that_deletes_what_has_expired(
        self, up: Project, http: httpx.Client, word: str
    ) -> None:
        """It runs with the app's environment; what is fresh stays, and so does the index."""
        outputs = up.outputs()["apps"][f"pages-{word}"]
        assert outputs["results_cleaned_by"] == "command"
        app = celery_app(outputs)
        app.backend.store_result("old", 1, "SUCCESS")
        time.sleep(3)
        app.backend.store_result("fresh", 2, "SUCCESS")
        command = Path(sys.executable).parent / outputs["cleanup_command"]
        done = subprocess.run(
            [command], env=outputs["env"], capture_output=True, text=True, check=True, timeout=60
        )
        assert "deleted" in done.stdout
        assert app.AsyncResult("old").state == "PENDING"
        assert http.get(f"/pages-{word}").json()[f"pages-{word}"]["mappings"]["_meta"]

    def test_a_change_is_made_in_place(
        self, up: Project, http: httpx.Client, config: dict[str, Any], word: str
    ) -> None:
        """Copies of the index; no result is touched."""
        before = http.get(f"/orders-{word}/_count").json()["count"]
        changed = copy.deepcopy(config)
        changed["celeriac:apps"][f"orders-{word}"]["resultBackend"]["replicas"] = 1
        changed["celeriac:forceDestroy"] = "false"
        up.write(changed)
        assert set(up.up().changed) == {"update"}
        settings = http.get(f"/orders-{word}/_settings").json()[f"orders-{word}"]["settings"]
        assert settings["index"]["number_of_replicas"] == "1"
        assert http.get(f"/orders-{word}/_count").json()["count"] >= before > 0

    def test_results_are_not_destroyed_unasked(self, up: Project) -> None:
        """One sentence."""
        done = up.destroy(check=False)
        assert done.code != 0
        assert "of Elasticsearch holds" in done.output
        assert "forceDestroy" in done.output
        assert "Traceback" not in done.output

    @pytest.mark.shows("provisioned")
    def test_destroy_leaves_nothing(
        self, up: Project, http: httpx.Client, config: dict[str, Any], word: str
    ) -> None:
        """No index."""
        up.write(config)
        up.up()
        up.destroy()
        assert http.get(f"/*{word}*").json() == {}
        assert up.resources() == []
