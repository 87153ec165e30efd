"""PostgreSQL 15 and 17, each as a superuser and as an administrator who is none."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import sql

from celeriac_provider.engine.resource import Resource
from celeriac_provider.postgresql import Database, Grants, ResultTables, Role
from tests.lifecycle import Life, Lifecycle

Row = tuple[Any, ...]


@dataclass
class Server:
    """One PostgreSQL, and the administrator that the provider is configured with.

    Args:
        entry: the server's entry in servers.json.
        ca: path of the authority.
        username: the administrator.
        password: the administrator's.
    """

    entry: dict[str, Any]
    ca: str
    username: str
    password: str
    made: list[tuple[str, str]] = field(default_factory=list)

    def configuration(self, **changes: Any) -> dict[str, Any]:
        """The provider's configuration."""
        return {
            "endpoint": f"postgresql://localhost:{self.entry['port']}/postgres",
            "caFile": self.ca,
            "username": self.username,
            "password": self.password,
            "timeout": 10,
        } | changes

    @contextmanager
    def login(
        self, database: str = "postgres", user: str | None = None, password: str | None = None
    ) -> Iterator[psycopg.Connection[Row]]:
        """A connection: as the superuser, or as somebody else."""
        with psycopg.connect(
            host="127.0.0.1",
            port=self.entry["port"],
            dbname=database,
            user=user or self.entry["username"],
            password=password if user else self.entry["password"],
            autocommit=True,
        ) as connection:
            yield connection

    def run(self, statement: LiteralString, *names: str, database: str = "postgres") -> list[Row]:
        """A statement as the superuser, names in the place of {}."""
        composed = sql.SQL(statement).format(*map(sql.Identifier, names))
        with self.login(database) as connection:
            cursor = connection.execute(composed)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture(
    params=[
        ("postgresql15", True),
        ("postgresql15", False),
        ("postgresql", True),
        ("postgresql", False),
    ],
    ids=["15-superuser", "15-administrator", "17-superuser", "17-administrator"],
)
def server(request: pytest.FixtureRequest, servers: dict[str, Any]) -> Server:
    """Each of the four."""
    key, superuser = request.param
    entry = servers[key]
    kind = "" if superuser else "admin_"
    return Server(entry, servers["ca"], entry[f"{kind}username"], entry[f"{kind}password"])


@pytest.fixture
def unique(server: Server) -> Iterator[str]:
    """A name of this test's own; whatever still carries it afterwards is removed."""
    name = f"t{uuid.uuid4().hex[:12]}"
    yield name
    for (database,) in server.run("SELECT datname FROM pg_database ORDER BY 1"):
        if database.startswith(name):
            server.run("DROP DATABASE {} WITH (FORCE)", database)
    for (role,) in server.run("SELECT rolname FROM pg_roles ORDER BY 1"):
        if role.startswith(name):
            server.run("DROP OWNED BY {}", role)
            server.run("DROP ROLE {}", role)


Start = Callable[..., Lifecycle]


@pytest.fixture
def start(server: Server) -> Iterator[Start]:
    """Starts a provider of one resource type on the server."""
    started: list[Lifecycle] = []

    def make(resource: type[Resource], *, stack: str = "test", **changes: Any) -> Lifecycle:
        life = Lifecycle(resource, server.configuration(**changes), stack=stack)
        started.append(life)
        return life

    yield make
    for life in started:
        life.close()


@dataclass(frozen=True)
class App:
    """What an app has: owner, group with rights, a login in the group, database, tables.

    Args:
        name: of everything, with a suffix.
        password: the login's.
    """

    name: str
    owner: Life
    group: Life
    login: Life
    database: Life
    tables: Life
    grants: Life

    @property
    def password(self) -> str:
        """The login's."""
        return str(self.login.state["password"])


TABLE_RIGHTS = ["DELETE", "INSERT", "SELECT", "UPDATE"]


def rights(name: str) -> dict[str, Any]:
    """What a Grants of an app's group says."""
    return {
        "database": name,
        "role": f"{name}_app",
        "databasePrivileges": ["CONNECT"],
        "schemaPrivileges": ["USAGE"],
        "tablePrivileges": {
            "celery_taskmeta": TABLE_RIGHTS,
            "celery_tasksetmeta": TABLE_RIGHTS,
        },
        "sequencePrivileges": {"task_id_sequence": ["USAGE"], "taskset_id_sequence": ["USAGE"]},
    }


def provision(start: Start, name: str) -> App:
    """Everything that an app's result backend is made of, as the components make it."""
    roles = start(Role)
    return App(
        name=name,
        owner=roles.create({"name": f"{name}_owner", "login": False}, name=f"{name}_owner"),
        group=roles.create({"name": f"{name}_app", "login": False}, name=f"{name}_app"),
        login=roles.create(
            {"name": f"{name}_login", "memberOf": [f"{name}_app"]}, name=f"{name}_login"
        ),
        database=start(Database).create({"name": name, "owner": f"{name}_owner"}, name=name),
        tables=start(ResultTables).create({"database": name, "owner": f"{name}_owner"}, name=name),
        grants=start(Grants).create(rights(name), name=name),
    )
