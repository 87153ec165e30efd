"""Results in RDS for MySQL, with the real engine on the stand-in for AWS.

Behind the instance is a MariaDB, whose administrator is not root, over TLS: RDS's MySQL itself was
never asked. The logical layer on a real MySQL is in test_mysql.py.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text

from tests.celery_app.run import run
from tests.e2e.aws import World, opened, project_in
from tests.e2e.project import Project
from tests.e2e.stack_files import server_entries
from tests.e2e.stores import celery_app
from tests.standins.aws.account_of_a_test import is_real

pytestmark = pytest.mark.row("mysql")


@pytest.fixture(scope="module")
def world(servers: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An account with a network, and nothing of a stack in it."""
    if is_real():
        pytest.skip("the stand-in's own")
    with opened(tmp_path_factory.mktemp("aws"), servers) as found:
        yield found


@pytest.fixture(scope="module")
def config(world: World, servers: dict[str, Any], word: str) -> dict[str, Any]:
    """A broker that exists, results in an instance that is made."""
    return {
        "aws:region": world.account.region,
        "celeriac:aws": {
            "vpc": world.vpc,
            "subnets": list(world.subnets),
            "clients": list(world.clients),
        },
        "celeriac:servers": {
            "cache": server_entries(servers)["cache"],
            "results": {
                "kind": "mysql",
                "platform": "aws",
                "ca": {"file": world.ca},
                "caPath": world.ca,
                "without": ["finalSnapshot"],
            },
        },
        "celeriac:apps": {
            f"orders-{word}": {
                "broker": {"server": "cache"},
                "resultBackend": {"server": "results"},
                "longestTask": "10m",
            }
        },
        "celeriac:forceDestroy": "true",
    }


@pytest.fixture(scope="module")
def project(
    world: World, config: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Project]:
    """The project; whatever a test leaves is destroyed."""
    made = project_in(tmp_path_factory.mktemp("rds"), world.account, config)
    yield made
    if made.resources():
        made.destroy()


@pytest.mark.steps
class TestRdsForMySQL:
    """In the order of a stack's life."""

    @pytest.mark.shows("aws")
    def test_up_is_proved_and_the_second_changes_nothing(self, project: Project) -> None:
        """The administrator's password comes from Secrets Manager; the proof is a real task."""
        project.up()
        assert project.up("--expect-no-changes").changed == {}
        assert project.preview("--refresh", "--expect-no-changes").changed == {}

    @pytest.mark.shows("aws")
    def test_celery_works_with_what_the_stack_hands_out(
        self, project: Project, record_property: Callable[[str, object], None]
    ) -> None:
        """With TLS verified, as the app's own user."""
        outputs = project.outputs()
        assert outputs["result_backend"].startswith("db+mysql+pymysql://")
        assert "ssl_check_hostname=true" in outputs["result_backend"]
        with celery_app(outputs).backend.ResultSession() as session:
            said = str(session.execute(text("SELECT VERSION()")).scalar())
        record_property("version", f"MariaDB {said.partition('-')[0]} behind RDS")
        report = run(outputs["env"], python=sys.executable)
        assert report.failed == {}, report.log[-5000:]

    def test_destroy_leaves_nothing(self, project: Project, world: World) -> None:
        """The instance takes what is on it with it."""
        project.destroy()
        assert project.resources() == []
        assert world.account.client("rds").describe_db_instances()["DBInstances"] == []
