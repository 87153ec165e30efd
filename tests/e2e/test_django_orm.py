"""Results through Django's ORM: preview, up, up again, a real Celery, drift, the guard, destroy.

In PostgreSQL 17 with a broker on RabbitMQ, in MariaDB 11.8 (over TLS) with one on Redis.
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
from tests.provider.mysql.server import Server, mysql_server

Start = Callable[[str], dict[str, Any]]
each = pytest.mark.parametrize("kind", ["pg", "maria"])
pytestmark = pytest.mark.row("django-db")
LOST = "Error in timer: InterfaceError(0, '')"
"""Seen on MariaDB each time a task that waits is revoked after another one was terminated: the
worker's main process has lost its connection (docs/django.md)."""
COUNTERS = "django_celery_results_chordcounter"


@pytest.fixture(scope="module")
def maria() -> Server:
    """A MariaDB."""
    return mysql_server("mariadb")


@pytest.fixture(scope="module")
def config(
    servers: dict[str, Any], start_server: Start, maria: Server, word: str
) -> dict[str, Any]:
    """Two apps."""
    entries = brokers(start_server("rabbitmq"), start_server("redis")) | {
        "pg": server_entries(servers)["results"],
        "maria": {
            "kind": "mysql",
            "platform": "existing",
            "url": f"mysql://localhost:{maria.entry['port']}",
            "username": maria.entry["admin_username"],
            "password": maria.entry["admin_password"],
            "ca": {"file": maria.ca},
            "caPath": maria.ca,
        },
    }
    apps = {
        f"{kind}-{word}": {
            "broker": {"server": broker},
            "resultBackend": {"server": kind, "django": "orm", "expires": "1h"},
            "longestTask": "1m",
            "uses": {"chords": True, "beat": True},
        }
        for kind, broker in (("pg", "rabbit"), ("maria", "redis"))
    }
    return {"celeriac:servers": entries, "celeriac:apps": apps}


@pytest.fixture(scope="module")
def project(
    tmp_path_factory: pytest.TempPathFactory, config: dict[str, Any], word: str, maria: Server
) -> Iterator[Project]:
    """The project; whatever a test leaves is destroyed."""
    made = fresh_project(tmp_path_factory.mktemp("django"), config)
    yield made
    if made.resources():
        made.write(config | {"celeriac:forceDestroy": "true"})
        made.up(check=False)
        made.destroy()
    maria.clean(f"maria-{word}")


@pytest.mark.steps
class TestDjangoOrm:
    """In the order of a stack's life."""

    def test_preview_touches_nothing(
        self, project: Project, maria: Server, servers: dict[str, Any]
    ) -> None:
        """With unknown passwords."""
        before = maria.run("SHOW DATABASES")
        assert project.preview().changes["create"] > 10
        assert maria.run("SHOW DATABASES") == before

    @pytest.mark.shows("provisioned")
    def test_up_is_proved_and_the_second_changes_nothing(self, project: Project) -> None:
        """The proof is a Django project with a real worker; then twice the same is once."""
        project.up()
        proofs = [r for r in project.resources() if r["type"] == "celeriac:celery:RoundTrip"]
        assert len(proofs) == 2
        for app in project.outputs()["apps"].values():
            assert app["result_backend"] == "django-db"
        assert project.up("--refresh", "--expect-no-changes").changed == {}

    @pytest.mark.shows("celery")
    @each
    def test_celery_works_with_it(self, project: Project, kind: str, word: str) -> None:
        """Tasks, groups, chords, countdowns, with the tables as they are and no more rights."""
        report = checked(project.outputs()["apps"][f"{kind}-{word}"])
        assert report.failed == {}, report.log[-5000:]
        others = [line for line in report.complaints if kind != "maria" or LOST not in line]
        assert others == [], report.log[-9000:]

    @pytest.mark.shows("expiry")
    @each
    def test_beats_task_deletes_what_has_expired(
        self, project: Project, kind: str, word: str
    ) -> None:
        """celery.backend_cleanup, as the app's own user; Django's settings are those handed out."""
        script = (
            "from datetime import timedelta\n"
            "from django.utils.timezone import now\n"
            "from django_celery_results.models import TaskResult\n"
            "for one in ('fresh', 'old'): app.backend.store_result(one, 42, 'SUCCESS')\n"
            "old = TaskResult.objects.filter(task_id='old')\n"
            "old.update(date_done=now() - timedelta(hours=2))\n"
            "app.backend.cleanup()\n"
            "say([app.conf.result_expires, app.AsyncResult('fresh').state,"
            " app.AsyncResult('old').state])\n"
        )
        found = in_project(project.outputs()["apps"][f"{kind}-{word}"], script)
        assert found == [3600, "SUCCESS", "PENDING"]

    @pytest.mark.shows("rights")
    @each
    @pytest.mark.parametrize(
        "statement",
        [
            f"DROP TABLE {COUNTERS}",
            "CREATE TABLE theirs (id int)",
            "SELECT * FROM django_migrations",
        ],
    )
    def test_the_apps_user_may_no_more(
        self, project: Project, kind: str, word: str, statement: str
    ) -> None:
        """Rows of three tables, and nothing else."""
        outputs = project.outputs()["apps"][f"{kind}-{word}"]
        said = in_project(outputs, REFUSED.format(statement=statement))
        assert "denied" in said or "must be owner" in said

    def test_a_dropped_table_is_found_and_mended(
        self, project: Project, maria: Server, word: str
    ) -> None:
        """By a refresh, and without touching the others' rows."""
        name = f"maria-{word}"
        maria.run(f"DROP TABLE `{name}`.{COUNTERS}")
        assert set(project.up("--refresh").changed) == {"update"}
        assert maria.run(f"SELECT count(*) FROM `{name}`.{COUNTERS}") == [(0,)]  # noqa: S608

    def test_destroy_refuses_while_there_are_results(self, project: Project) -> None:
        """Which the checks have left."""
        refused = project.run("destroy", "--yes", "--skip-preview", check=False)
        assert refused.code != 0
        assert "forceDestroy" in refused.output
        assert "Traceback" not in refused.output

    @pytest.mark.shows("provisioned")
    def test_destroy_with_force(
        self, project: Project, config: dict[str, Any], maria: Server, word: str
    ) -> None:
        """Nothing is left."""
        project.write(config | {"celeriac:forceDestroy": "true"})
        project.up()
        project.destroy()
        assert project.resources() == []
        assert maria.run("SHOW DATABASES LIKE %s", f"maria-{word}") == []
