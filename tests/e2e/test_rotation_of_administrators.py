"""Administrators' passwords change; the stack goes on, and nothing is replaced.

On servers of the tests' own: what an operator does is written in docs/administrators.md.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import redis
from psycopg import sql

from tests.e2e.conftest import fresh_project
from tests.e2e.project import Project
from tests.e2e.stack_files import server_entries, three_apps
from tests.own_servers import OwnInstance, PostgreSQL, RabbitMQ, Redis

PASSWORD_REFUSED = ("username and password", "`username` and `password`")


class Administrators:
    """The administrators of three servers, whose passwords can be changed.

    Args:
        servers: as in servers.json; the passwords in it are kept true.
    """

    def __init__(self, servers: dict[str, Any]) -> None:
        self.servers = servers

    def rotate(self, *names: str) -> None:
        """Give new passwords to the administrators of these servers."""
        for name in names:
            entry = self.servers[name]
            key = "admin_password" if name == "postgresql" else "password"
            new = f"new-{secrets.token_urlsafe(12)}"
            getattr(self, f"_{name}")(entry, new)
            entry[key] = new

    def _rabbitmq(self, entry: dict[str, Any], new: str) -> None:
        answer = httpx.put(
            f"{entry['management']}/api/users/{entry['username']}",
            auth=(entry["username"], entry["password"]),
            json={"password": new, "tags": "administrator"},
            timeout=30,
        )
        answer.raise_for_status()

    def _redis(self, entry: dict[str, Any], new: str) -> None:
        client: Any = redis.Redis(
            port=entry["port"], username=entry["username"], password=entry["password"]
        )
        with closing(client):
            client.execute_command("ACL SETUSER", entry["username"], "resetpass", f">{new}")
            client.execute_command("ACL SAVE")

    def _postgresql(self, entry: dict[str, Any], new: str) -> None:
        with psycopg.connect(
            host=entry["host"],
            port=entry["port"],
            dbname="postgres",
            user=entry["username"],
            password=entry["password"],
            autocommit=True,
        ) as connection:
            connection.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                    sql.Identifier(entry["admin_username"]), sql.Literal(new)
                )
            )


@pytest.fixture(scope="module")
def administrators(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Administrators]:
    """Three servers of their own."""
    instance = OwnInstance(place=tmp_path_factory.mktemp("servers"))
    instance.make()
    servers = [kind(instance) for kind in (RabbitMQ, Redis, PostgreSQL)]
    try:
        with ThreadPoolExecutor() as threads:
            list(threads.map(lambda server: server.start(), servers))
        yield Administrators(instance.describe(*servers))
    finally:
        for server in servers:
            server.stop()


def apps(word: str, *names: str) -> dict[str, Any]:
    """Some of the three apps, without proof: that speaks as the app's user."""
    return {
        name: app | {"proof": "off"}
        for name, app in three_apps(word).items()
        if name.partition("-")[0] in names
    }


def stored(project: Project) -> list[dict[str, Any]]:
    """What the state says of the providers."""
    return [r for r in project.resources() if r["type"] == "pulumi:providers:celeriac"]


def test_references_follow_the_new_password(
    administrators: Administrators, word: str, tmp_path: Path
) -> None:
    """By environment and file: refresh, update and destroy use the new one; none is stored."""
    servers, file = administrators.servers, tmp_path / "password"
    entries = server_entries(servers)
    entries["rabbit"]["password"] = {"env": "THE_RABBIT"}
    entries["cache"]["password"] = {"file": str(file)}
    entries["results"]["password"] = {"env": "THE_RESULTS"}
    config = {
        "celeriac:servers": entries,
        "celeriac:apps": apps(word, "orders", "thumbs"),
        "celeriac:forceDestroy": "true",
    }
    project = fresh_project(tmp_path, config)

    def give() -> None:
        file.write_text(servers["redis"]["password"] + "\n")
        project.environment["THE_RABBIT"] = servers["rabbitmq"]["password"]
        project.environment["THE_RESULTS"] = servers["postgresql"]["admin_password"]

    give()
    project.up()
    assert len(stored(project)) == 3
    for provider in stored(project):
        assert "password" not in provider["inputs"]
        assert not {"passwordEnv", "passwordFile"}.isdisjoint(provider["inputs"])

    administrators.rotate("rabbitmq", "redis", "postgresql")
    refused = project.run("refresh", "--yes", "--skip-preview")
    assert refused.code != 0
    assert any(words in refused.output for words in PASSWORD_REFUSED)

    give()
    assert project.run("refresh", "--yes", "--skip-preview", check=True).changed == {}
    orders = config["celeriac:apps"][f"orders-{word}"]  # type: ignore[index] # written above
    orders["broker"]["queues"]["bulk.emails"]["maxLength"] = 5
    project.write(config)
    assert set(project.up().changed) == {"update"}

    administrators.rotate("rabbitmq", "redis", "postgresql")
    give()
    project.destroy()
    assert project.resources() == []


def test_the_environment_by_system(
    administrators: Administrators, word: str, tmp_path: Path
) -> None:
    """CELERIAC_REDIS_PASSWORD serves a program that configures no password at all."""
    entry = administrators.servers["redis"]
    program = (
        "from celeriac.resources import redis\n"
        f"redis.AclUser('it', name='own-{word}', keys=['own:*'], commands=['+get'])\n"
    )
    project = Project(tmp_path / "project", program=program, name="environment")
    project.environment |= {
        "CELERIAC_REDIS_ENDPOINT": f"redis://{entry['host']}:{entry['port']}/0",
        "CELERIAC_REDIS_USERNAME": entry["username"],
        "CELERIAC_REDIS_PASSWORD": entry["password"],
    }
    assert project.up().changed["create"] == 2
    administrators.rotate("redis")
    project.environment["CELERIAC_REDIS_PASSWORD"] = entry["password"]
    assert "password" not in json.dumps([p["inputs"] for p in stored(project)])
    project.destroy()


def test_a_password_in_the_stack_file_is_taken_from_the_state_unless_the_program_runs(
    administrators: Administrators, word: str, tmp_path: Path
) -> None:
    """`up`, and refresh and destroy with --run-program, take the new one; without, the old one."""
    config: dict[str, Any] = {
        "celeriac:apps": apps(word, "thumbs"),
        "celeriac:forceDestroy": "true",
    }
    project = fresh_project(tmp_path, config)

    def write() -> None:
        entries = server_entries(administrators.servers)
        project.write(config | {"celeriac:servers": {"cache": entries["cache"]}})

    write()
    project.up()
    assert administrators.servers["redis"]["password"] not in json.dumps(project.resources())

    administrators.rotate("redis")
    write()
    refused = project.run("refresh", "--yes", "--skip-preview")
    assert refused.code != 0
    assert any(words in refused.output for words in PASSWORD_REFUSED)
    refreshed = project.run("refresh", "--yes", "--skip-preview", "--run-program")
    assert refreshed.code == 0, refreshed.output
    assert set(refreshed.changed) <= {"update"}

    administrators.rotate("redis")
    write()
    done = project.up()
    assert set(done.changed) <= {"update"}, done.output
    assert project.run("refresh", "--yes", "--skip-preview", check=True).changed == {}

    administrators.rotate("redis")
    write()
    assert project.destroy(check=False).code != 0
    project.destroy("--run-program")
    assert project.resources() == []
