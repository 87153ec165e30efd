"""Results in MariaDB and in MySQL: preview, up, up again, a change, a real Celery, destroy.

MariaDB 11.8 of Debian 13; MySQL 9.7 of Debian's unstable release, where that can be had. Both over
TLS, with an administrator who is not root, as RDS hands one out.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

import pymysql
import pytest
from celery import Celery

from celeriac_provider.mysql.database import bearer
from tests.celery_app.run import run
from tests.e2e.conftest import fresh_project
from tests.e2e.project import CHECKOUT, Project
from tests.e2e.stack_files import server_entries
from tests.provider.mysql.server import Server, mysql_server

KINDS = ("mariadb", "mysql")
each = pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=pytest.mark.row(kind)) for kind in KINDS]
)


@pytest.fixture(scope="module")
def found() -> dict[str, Server]:
    """Both, or MariaDB alone where no MySQL can be had."""
    servers = {"mariadb": mysql_server("mariadb")}
    with suppress(pytest.skip.Exception):
        servers["mysql"] = mysql_server("mysql")
    return servers


@pytest.fixture
def server(found: dict[str, Server], kind: str) -> Server:
    """One of them."""
    if kind not in found:
        pytest.skip("MySQL cannot be had here")
    return found[kind]


@pytest.fixture
def name(word: str, kind: str) -> str:
    """The name of its app."""
    return f"{kind}-{word}"


@pytest.fixture(scope="module")
def config(servers: dict[str, Any], found: dict[str, Server], word: str) -> dict[str, Any]:
    """An app for each: its broker on RabbitMQ, its results in the database."""
    return {
        "celeriac:servers": {"rabbit": server_entries(servers)["rabbit"]}
        | {kind: _entry(server) for kind, server in found.items()},
        "celeriac:apps": {
            f"{kind}-{word}": {
                "broker": {"server": "rabbit", "queues": {"a": {"default": True}, "b": {}}},
                "resultBackend": {"server": kind, "expires": "1h"},
                "longestTask": "15m",
                "uses": {"chords": True, "beat": True},
            }
            for kind in found
        },
    }


def _entry(server: Server) -> dict[str, Any]:
    return {
        "kind": "mysql",
        "platform": "existing",
        "url": f"mysql://localhost:{server.entry['port']}",
        "username": server.entry["admin_username"],
        "password": server.entry["admin_password"],
        "ca": {"file": server.ca},
        "caPath": server.ca,
    }


@pytest.fixture(scope="module")
def project(
    tmp_path_factory: pytest.TempPathFactory,
    config: dict[str, Any],
    found: dict[str, Server],
    word: str,
) -> Iterator[Project]:
    """The project; whatever a test leaves is destroyed."""
    made = fresh_project(tmp_path_factory.mktemp("mysql"), config)
    yield made
    if made.resources():
        made.write(config | {"celeriac:forceDestroy": "true"})
        made.up(check=False)
        made.destroy()
    for kind, server in found.items():
        server.clean(f"{kind}-{word}")


def outputs(project: Project, name: str) -> dict[str, Any]:
    """What the stack hands out for an app."""
    handed: dict[str, Any] = project.outputs()["apps"][name]
    return handed


def login(project: Project, server: Server, name: str) -> pymysql.Connection[Any]:
    """As the app's own user, with what the stack hands out."""
    url = urlsplit(outputs(project, name)["result_backend"])
    return server.login(
        unquote(url.username or ""),
        unquote(url.password or ""),
        database=url.path[1:],
        ssl_ca=server.ca,
        ssl_verify_cert=True,
    )


@pytest.mark.steps
class TestMySQL:
    """In the order of a stack's life."""

    def test_preview_touches_nothing(self, project: Project, found: dict[str, Server]) -> None:
        """With unknown passwords and unknown sequences."""
        before = {kind: server.run("SHOW DATABASES") for kind, server in found.items()}
        assert project.preview().changes["create"] > 10
        assert before == {kind: server.run("SHOW DATABASES") for kind, server in found.items()}

    def test_up_is_proved_and_the_second_changes_nothing(self, project: Project) -> None:
        """The proof is a real task over it; then twice the same is once."""
        project.up()
        proofs = [r for r in project.resources() if r["type"] == "celeriac:celery:RoundTrip"]
        assert len(proofs) == len(project.outputs()["apps"])
        for app in project.outputs()["apps"].values():
            assert app["result_backend"].startswith("db+mysql+pymysql://")
        assert project.up("--expect-no-changes").changed == {}
        assert project.preview("--refresh", "--expect-no-changes").changed == {}

    @pytest.mark.shows("provisioned")
    @pytest.mark.shows("celery")
    @each
    def test_celery_works_with_what_the_stack_hands_out(
        self, project: Project, server: Server, name: str
    ) -> None:
        """Tasks on every queue, group, chord, retry, countdown, ping: the newest Celery."""
        report = run(outputs(project, name)["env"], python=sys.executable)
        assert report.failed == {}, report.log[-5000:]
        assert report.complaints == []

    @each
    def test_the_oldest_celery_works_too(self, project: Project, server: Server, name: str) -> None:
        """Celery 5.5.0 with SQLAlchemy 2.0."""
        done = subprocess.run(
            [CHECKOUT / "tools/install", "--celery-oldest"],
            check=True,
            capture_output=True,
            text=True,
        )
        python = f"{done.stdout.splitlines()[-1]}/bin/python"
        report = run(outputs(project, name)["env"], python=python)
        assert report.failed == {}, report.log[-5000:]

    @pytest.mark.shows("rights")
    @each
    @pytest.mark.parametrize(
        "statement",
        [
            "CREATE TABLE mine (a int)",
            "DROP TABLE celery_taskmeta",
            "ALTER TABLE celery_taskmeta ADD COLUMN mine int",
            "TRUNCATE TABLE celery_taskmeta",
            "CREATE USER mine@localhost",
            "SELECT * FROM mysql.user",
            "CREATE DATABASE mine",
        ],
    )
    def test_the_apps_user_may_do_nothing_else(
        self, project: Project, server: Server, name: str, statement: str
    ) -> None:
        """Rows, and nothing of the tables, the server, or others."""
        with login(project, server, name) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM celery_taskmeta")
            with pytest.raises(pymysql.MySQLError, match=r"denied|Access"):
                cursor.execute(statement)

    @each
    def test_without_tls_it_is_refused(self, project: Project, server: Server, name: str) -> None:
        """A client that forgot to encrypt does not get in."""
        url = urlsplit(outputs(project, name)["result_backend"])
        user, password = unquote(url.username or ""), unquote(url.password or "")
        with pytest.raises(pymysql.OperationalError, match="Access denied"):
            server.login(user, password, ssl_disabled=True)

    @pytest.mark.shows("expiry")
    @each
    def test_beat_deletes_what_has_expired(
        self, project: Project, server: Server, name: str
    ) -> None:
        """What celery.backend_cleanup does, as the app's user."""
        app = Celery("t", backend=outputs(project, name)["result_backend"], set_as_current=False)
        app.conf.update(result_expires=1)
        app.backend.store_result("expires-" + "x" * 20, 42, "SUCCESS")
        assert app.backend.get_result("expires-" + "x" * 20) == 42
        time.sleep(2)
        app.backend.cleanup()
        with login(project, server, name) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM celery_taskmeta WHERE task_id LIKE 'expires-%'")
            assert cursor.fetchone() == (0,)

    @each
    def test_a_result_above_64_kib_is_refused_by_the_server(
        self, project: Project, server: Server, name: str
    ) -> None:
        """The limit that docs and `largestMessage` speak of: BLOB."""
        app = Celery("t", backend=outputs(project, name)["result_backend"], set_as_current=False)
        app.conf.update(result_backend_always_retry=False)
        app.backend.max_retries = 0
        app.backend.store_result("fits", "x" * 65_000, "SUCCESS")
        with pytest.raises(Exception, match=r"Data too long|BackendStoreError|failed to store"):
            app.backend.store_result("too-large", "x" * 66_000, "SUCCESS")

    def test_drift_is_mended(self, project: Project, found: dict[str, Server], word: str) -> None:
        """A right given behind its back, a column dropped, another password: put right."""
        for kind, server in found.items():
            name = f"{kind}-{word}"
            server.run(f"GRANT CREATE ON `{name}`.* TO '{name}'@'%'")
            server.run(f"ALTER TABLE `{name}`.celery_taskmeta DROP COLUMN stamps")
            server.run(f"ALTER USER '{name}'@'%' IDENTIFIED BY 'another'")
        project.up("--refresh")
        for kind, server in found.items():
            name = f"{kind}-{word}"
            with login(project, server, name) as connection, connection.cursor() as cursor:
                cursor.execute("SELECT stamps FROM celery_taskmeta")
                with pytest.raises(pymysql.MySQLError, match="denied"):
                    cursor.execute("CREATE TABLE mine (a int)")
        assert project.up("--expect-no-changes").changed == {}

    def test_another_user_takes_the_place_of_the_old_one(
        self, project: Project, config: dict[str, Any], found: dict[str, Server], word: str
    ) -> None:
        """A change of the apps' entries; the databases and their rows stay."""
        apps = {
            name: entry | {"resultBackend": entry["resultBackend"] | {"user": f"{name}-b"}}
            for name, entry in config["celeriac:apps"].items()
        }
        project.write(config | {"celeriac:apps": apps})
        project.up()
        for kind, server in found.items():
            name = f"{kind}-{word}"
            users = server.run("SELECT User FROM mysql.user WHERE User LIKE %s", f"{name}%")
            assert users == [(f"{name}-b",)]
            with login(project, server, name) as connection, connection.cursor() as cursor:
                cursor.execute("SELECT count(*) > 0 FROM celery_taskmeta")
                assert cursor.fetchone() == (1,)

    def test_destroy_refuses_while_there_are_results(
        self, project: Project, config: dict[str, Any]
    ) -> None:
        """Only forceDestroy lets them go."""
        done = project.destroy(check=False)
        assert done.code != 0
        assert "rows in" in done.output or "row in" in done.output
        project.write(config | {"celeriac:forceDestroy": "true"})
        project.up()

    def test_destroy_leaves_nothing(
        self, project: Project, found: dict[str, Server], word: str
    ) -> None:
        """No database, no user, and on MySQL no account that bore a mark."""
        project.destroy()
        for kind, server in found.items():
            name = f"{kind}-{word}"
            assert server.run("SHOW DATABASES LIKE %s", name) == []
            assert server.run("SELECT User FROM mysql.user WHERE User LIKE %s", f"{name}%") == []
            borne = "SELECT User FROM mysql.user WHERE User = %s"
            assert server.run(borne, bearer(name)) == []
