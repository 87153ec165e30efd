"""PostgreSQL in bad weather."""

from __future__ import annotations

import queue
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from celeriac_provider.postgresql import Database, DjangoTables, Grants, ResultTables, Role
from tests.provider.weather.worlds import DJANGO, Case, World

_DATABASES = 12


class PostgresWorld(World):
    """PostgreSQL 17, with the administrator who is no superuser."""

    system = "PostgreSQL"
    timeout = 3.0

    def __init__(self, entry: Mapping[str, Any], databases: int = _DATABASES) -> None:
        super().__init__(entry)
        # A line that hangs holds locks, on a database and for an owner: so no two trials meet.
        self.databases: queue.Queue[str] = queue.Queue()
        self._superuser = self._connect("postgres")
        with ThreadPoolExecutor(4) as threads:
            for name in threads.map(self._database, range(databases)):
                self.databases.put(name)

    @property
    def username(self) -> str:
        """No superuser."""
        return str(self.entry["admin_username"])

    @property
    def password(self) -> str:
        """The administrator's."""
        return str(self.entry["admin_password"])

    @property
    def target(self) -> tuple[str, int]:
        """The server."""
        return self.entry["host"], self.entry["port"]

    def endpoint(self, port: int) -> str:
        """Without TLS: turns of a protocol that can be seen."""
        return f"postgresql://127.0.0.1:{port}/postgres?sslmode=disable"

    def run(
        self, statement: LiteralString, *names: str, database: str = "postgres"
    ) -> list[tuple[Any, ...]]:
        """A statement as the superuser."""
        composed = sql.SQL(statement).format(*map(sql.Identifier, names))
        if database == "postgres":
            cursor = self._superuser.execute(composed)
            return cursor.fetchall() if cursor.description else []
        with self._connect(database) as connection:
            connection.execute(composed)
        return []

    def _connect(self, database: str) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(
            host=self.entry["host"],
            port=self.entry["port"],
            dbname=database,
            user=self.entry["username"],
            password=self.entry["password"],
            autocommit=True,
        )

    def _database(self, number: int) -> str:
        name = f"{self.word}_db{number}"
        given = {"name": name, "owner": self.role(f"{name}_owner")}
        self.direct(Database).create(given, name=name, settled=False)
        return name

    def tables(self, name: str) -> dict[str, Any]:
        """A schema in a database that no other trial has at the moment."""
        database = self.databases.get()
        owner = f"{database}_owner"
        self.run("CREATE SCHEMA {} AUTHORIZATION {}", name, owner, database=database)
        return {"database": database, "schema": name, "owner": owner}

    def django(self, _: str) -> dict[str, Any]:
        """A database that no other trial has at the moment: Django's schema is `public`."""
        database = self.databases.get()
        return {"database": database, "owner": f"{database}_owner"}

    def grants(self, name: str) -> dict[str, Any]:
        """A role, and a database that no other trial has at the moment."""
        role, database = self.role(name), self.databases.get()
        return {"database": database, "role": role, "databasePrivileges": ["CONNECT"]}

    def done_with(self, given: Mapping[str, Any]) -> None:
        """Its database is free for another trial."""
        if "database" in given:
            self.databases.put(given["database"])

    def role(self, name: str) -> str:
        """A role of this stack's."""
        self.direct(Role).create({"name": name, "login": False}, name=f"{name} role", settled=False)
        return name

    def clean(self) -> None:
        """Databases, then roles."""
        for (name,) in self.run("SELECT datname FROM pg_database ORDER BY 1"):
            if name.startswith(self.word):
                self.run("DROP DATABASE {} WITH (FORCE)", name)
        for (name,) in self.run("SELECT rolname FROM pg_roles ORDER BY 1"):
            if name.startswith(self.word):
                self.run("DROP ROLE {}", name)
        self._superuser.close()


POSTGRESQL = (
    Case(Role, lambda _, name: {"name": name}, {"connectionLimit": 7, "comment": "changed"}),
    Case(
        Database,
        lambda world, name: {"name": name, "owner": world.role(f"{name}_owner")},
        {"connectionLimit": 9},
        at_once=8,
        timeout=7.5,  # that long the provider waits for DROP DATABASE at the least
    ),
    Case(
        ResultTables,
        lambda world, name: world.tables(name),
        {"forceDestroy": True},
        at_once=_DATABASES,
    ),
    Case(
        DjangoTables,
        lambda world, name: world.django(name),
        {"forceDestroy": True},
        **DJANGO,
    ),
    Case(
        Grants,
        lambda world, name: world.grants(name),
        {"databasePrivileges": ["CONNECT", "TEMPORARY"]},
        at_once=_DATABASES,
    ),
)
