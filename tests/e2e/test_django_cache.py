"""Results through Django's cache: up, up again, real tasks, expiry, rights, destroy.

On Redis with a broker on RabbitMQ, on memcached and in PostgreSQL (DatabaseCache) with one on
Redis.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.conftest import fresh_project
from tests.e2e.django import REFUSED, checked, in_project
from tests.e2e.project import Project
from tests.e2e.stack_files import server_entries
from tests.e2e.stores import brokers

Start = Callable[[str], dict[str, Any]]
pytestmark = pytest.mark.row("django-cache")
KINDS = ("redis", "memcached", "pg")


@pytest.fixture(scope="module")
def config(servers: dict[str, Any], start_server: Start, word: str) -> dict[str, Any]:
    """An app on each."""
    memcached = start_server("memcached")
    entries = brokers(start_server("rabbitmq"), start_server("redis")) | {
        "pg": server_entries(servers)["results"],
        "memcached": {
            "kind": "memcached",
            "platform": "existing",
            "tls": "off",
            "url": f"memcached://127.0.0.1:{memcached['port']}",
        },
    }
    apps = {
        f"{kind}-{word}": {
            "broker": {"server": "rabbit" if kind == "redis" else "redis"},
            "resultBackend": {"server": kind, "django": "cache", "expires": "1h"},
            "longestTask": "1m",
            "uses": {"chords": True, "beat": False},
        }
        for kind in KINDS
    }
    return {"celeriac:servers": entries, "celeriac:apps": apps, "celeriac:forceDestroy": "true"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, config: dict[str, Any]) -> Iterator[Project]:
    """The stack, up."""
    made = fresh_project(tmp_path_factory.mktemp("django"), config)
    yield made
    made.destroy()
    assert made.resources() == []


@pytest.mark.steps
class TestDjangoCache:
    """In the order of a stack's life."""

    @pytest.mark.shows("provisioned")
    def test_up_is_proved_and_the_second_changes_nothing(self, project: Project) -> None:
        """The proof is a Django project with a real worker."""
        project.up()
        for app in project.outputs()["apps"].values():
            assert app["result_backend"] == "django-cache"
        assert project.up("--refresh", "--expect-no-changes").changed == {}

    @pytest.mark.shows("celery")
    @pytest.mark.parametrize("kind", KINDS)
    def test_celery_works_with_it(self, project: Project, kind: str, word: str) -> None:
        """Tasks, groups, chords, countdowns."""
        report = checked(project.outputs()["apps"][f"{kind}-{word}"])
        assert report.failed == {}, report.log[-5000:]
        assert report.complaints == [], report.log[-9000:]

    @pytest.mark.shows("expiry")
    @pytest.mark.parametrize("kind", KINDS)
    def test_results_expire(self, project: Project, kind: str, word: str) -> None:
        """Without beat."""
        script = (
            "import time\n"
            "app.backend.expires = 1\n"
            "app.backend.store_result('an-id', 42, 'SUCCESS')\n"
            "before = app.AsyncResult('an-id').state\n"
            "time.sleep(2.5)\n"
            "say([before, app.AsyncResult('an-id').state])\n"
        )
        found = in_project(project.outputs()["apps"][f"{kind}-{word}"], script)
        assert found == ["SUCCESS", "PENDING"]

    @pytest.mark.shows("rights")
    def test_redis_lets_the_app_touch_its_prefix_only(self, project: Project, word: str) -> None:
        """Another prefix, and Django's clear(), which is FLUSHDB."""
        script = (
            "from django.core.cache import caches\n"
            "from redis.exceptions import NoPermissionError\n"
            "def tried(work):\n"
            "    try: work()\n"
            "    except NoPermissionError: return 'refused'\n"
            "    return 'done'\n"
            "cache = caches['celery']\n"
            "client = cache._cache.get_client()\n"
            "say([tried(lambda: cache.set('a', 1)), tried(lambda: client.set('theirs', 1)),"
            " tried(cache.clear)])\n"
        )
        found = in_project(project.outputs()["apps"][f"redis-{word}"], script)
        assert found == ["done", "refused", "refused"]

    @pytest.mark.shows("rights")
    def test_the_database_lets_the_app_touch_rows_only(self, project: Project, word: str) -> None:
        """Its cache's table stays."""
        outputs = project.outputs()["apps"][f"pg-{word}"]
        said = in_project(outputs, REFUSED.format(statement="DROP TABLE celery_cache"))
        assert "must be owner" in said
