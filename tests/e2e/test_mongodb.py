"""Results in MongoDB: up, up again, a change, real tasks over two brokers, the guard, destroy.

On mongo-java-server, an imitation in memory, behind a stand-in for users and rights: neither is
MongoDB. Documents do not expire there by themselves.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from tests.e2e.conftest import fresh_project
from tests.e2e.project import Project
from tests.e2e.stores import brokers, celery_app, checked
from tests.standins.mongodb.users import ADMINISTRATOR, PASSWORD, StandIn, standing_in

pytestmark = pytest.mark.row("mongodb")

Start = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def mongo(start_server: Start) -> Iterator[StandIn]:
    """The imitation behind the stand-in."""
    entry = start_server("mongo-java")
    with standing_in((entry["host"], entry["port"])) as found:
        yield found


@pytest.fixture(scope="module")
def config(start_server: Start, mongo: StandIn, word: str) -> dict[str, Any]:
    """Two apps: over RabbitMQ and over Redis."""
    servers = brokers(start_server("rabbitmq"), start_server("redis")) | {
        "results": {
            "kind": "mongodb",
            "platform": "existing",
            "tls": "off",
            "url": f"mongodb://127.0.0.1:{mongo.port}",
            "username": ADMINISTRATOR,
            "password": PASSWORD,
        }
    }
    apps = {
        f"orders-{word}": {
            "broker": {"server": "rabbit", "delayedDelivery": "classic"},
            "resultBackend": {"server": "results", "expires": "1h"},
            "longestTask": "1m",
            "uses": {"chords": True, "beat": False},
        },
        f"pages-{word}": {
            "broker": {"server": "redis"},
            "resultBackend": {"server": "results", "expires": "never"},
            "longestTask": "1m",
        },
    }
    return {"celeriac:servers": servers, "celeriac:apps": apps, "celeriac:forceDestroy": "true"}


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory, config: dict[str, Any]) -> Iterator[Project]:
    """The stack, up."""
    made = fresh_project(tmp_path_factory.mktemp("mongodb"), config)
    made.up()
    yield made
    made.write(config)
    made.destroy()


def client(mongo: StandIn) -> MongoClient[dict[str, Any]]:
    """As the administrator."""
    return MongoClient(
        "127.0.0.1",
        mongo.port,
        username=ADMINISTRATOR,
        password=PASSWORD,
        authMechanism="SCRAM-SHA-256",
    )


def indexes(mongo: StandIn, database: str) -> dict[str, Any]:
    """Key and expiry of each index of the results, by whether it is ours."""
    with client(mongo) as found:
        every = found[database]["celery_taskmeta"].index_information()
    return {
        "ours" if name.startswith("celeriac-") else name: (
            one["key"],
            one.get("expireAfterSeconds"),
        )
        for name, one in every.items()
    }


@pytest.mark.steps
class TestMongoDB:
    """In the order of a stack's life."""

    @pytest.mark.shows("provisioned")
    def test_a_second_up_changes_nothing(self, up: Project) -> None:
        """Nor does a refresh: passwords, roles, indexes and marks are as they were made."""
        proofs = [r for r in up.resources() if r["type"] == "celeriac:celery:RoundTrip"]
        assert len(proofs) == 2
        assert up.up("--refresh", "--expect-no-changes").changed == {}

    @pytest.mark.shows("celery")
    def test_celery_works_with_it(self, up: Project, word: str) -> None:
        """As the app's own user: tasks, groups, chords, countdowns; nothing to complain of.

        The newest Celery over RabbitMQ, the oldest over Redis.
        """
        apps = up.outputs()["apps"]
        newest, oldest = (dict(apps[f"{name}-{word}"]["env"]) for name in ("orders", "pages"))
        for report in checked(newest, oldest):
            assert report.failed == {}, report.log[-5000:]
            # Celery's main process opens a client when it revokes a task, and then forks a worker
            # anew; pymongo makes another one there.
            fork = "MongoClient opened before fork"
            assert [line for line in report.complaints if fork not in line] == []

    @pytest.mark.shows("expiry")
    def test_celerys_own_index_is_beside_ours(self, mongo: StandIn, up: Project, word: str) -> None:
        """One key each, no conflict; ours expires as `result_expires` says, or never."""
        del up
        found = indexes(mongo, f"orders-{word}")
        assert found["ours"] == ([("date_done", -1)], 3600)
        assert found["date_done_1"] == ([("date_done", 1)], None)
        assert indexes(mongo, f"pages-{word}")["ours"] == ([("date_done", -1)], None)

    @pytest.mark.shows("rights")
    def test_the_apps_user_is_kept_out_of_everything_else(self, up: Project, word: str) -> None:
        """By the stand-in, as MongoDB's manual says: code 13."""
        app = celery_app(up.outputs()["apps"][f"orders-{word}"])
        database = app.backend.database
        assert database["celery_taskmeta"].find_one() is not None
        for refused in (
            database.client[f"pages-{word}"]["celery_taskmeta"].find_one,
            lambda: database.command("createUser", "x", pwd="x", roles=[]),
            lambda: database.command("dropDatabase"),
        ):
            with pytest.raises(OperationFailure) as error:
                refused()
            assert error.value.code == 13

    def test_another_expiry_is_another_index_in_place(
        self, up: Project, mongo: StandIn, config: dict[str, Any], word: str
    ) -> None:
        """No result is touched; the other app is not, either."""
        with client(mongo) as found:
            before = found[f"orders-{word}"]["celery_taskmeta"].count_documents({})
        changed = copy.deepcopy(config)
        changed["celeriac:apps"][f"orders-{word}"]["resultBackend"]["expires"] = "2h"
        changed["celeriac:forceDestroy"] = "false"
        up.write(changed)
        assert set(up.up().changed) == {"update"}
        assert indexes(mongo, f"orders-{word}")["ours"] == ([("date_done", -1)], 7200)
        with client(mongo) as found:
            after = found[f"orders-{word}"]["celery_taskmeta"].count_documents({})
        assert after == before > 0

    def test_results_are_not_destroyed_unasked(self, up: Project, word: str) -> None:
        """One sentence; the app still works."""
        done = up.destroy(check=False)
        assert done.code != 0
        assert "of MongoDB holds results in celery_" in done.output
        assert "forceDestroy" in done.output
        assert "Traceback" not in done.output
        app = celery_app(up.outputs()["apps"][f"orders-{word}"])
        app.backend.store_result("an-id", 42, "SUCCESS")
        assert app.AsyncResult("an-id").result == 42

    @pytest.mark.shows("provisioned")
    def test_destroy_leaves_nothing(
        self, up: Project, mongo: StandIn, config: dict[str, Any], word: str
    ) -> None:
        """No user, no collection; of a database without any, mongo-java-server keeps the name."""
        up.write(config)
        up.up()
        up.destroy()
        with client(mongo) as found:
            left = {
                name: found[name].list_collection_names()
                for name in found.list_database_names()
                if word in name
            }
        assert [names for names in left.values() if names] == []
        assert [at for at in mongo.users if word in at[0]] == []
        assert up.resources() == []
