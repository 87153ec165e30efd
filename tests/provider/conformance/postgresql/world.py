"""A PostgreSQL, beside the provider, whose administrator is no superuser: he can do less."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any, LiteralString

from psycopg import sql

from celeriac_provider.engine.marks import Mark
from celeriac_provider.engine.resource import Resource
from celeriac_provider.postgresql import Database, Role
from tests.lifecycle import Lifecycle
from tests.provider.conformance import deaths
from tests.provider.conformance.case import Case
from tests.provider.postgresql.conftest import Row, Server


class PostgresWorld:
    """A PostgreSQL, and a name of this test's own.

    Args:
        servers: servers.json.
    """

    def __init__(self, servers: Mapping[str, Any]) -> None:
        entry = servers["postgresql"]
        self.server = Server(entry, servers["ca"], entry["admin_username"], entry["admin_password"])
        self.name = f"t{secrets.token_hex(6)}"
        self._lives: list[Lifecycle] = []

    def life(self, resource: type[Resource], *, stack: str = "test", **config: Any) -> Lifecycle:
        """A provider, closed after the test."""
        life = Lifecycle(resource, self.server.configuration(**config), stack=stack)
        self._lives.append(life)
        return life

    def watched(self, life: Lifecycle) -> Any:
        """Statements."""
        return deaths.of_postgresql(life)

    def provide(self, resource: type[Resource], **given: Any) -> None:
        """A prerequisite that the same stack made."""
        name = given.get("name", "container")
        self.life(resource).create(given, name=f"prepared {name}", settled=False)

    def run(self, statement: LiteralString, *names: str, database: str = "postgres") -> list[Row]:
        """As the superuser, names in the place of {}."""
        return self.server.run(statement, *names, database=database)

    def query(self, statement: LiteralString, *values: str, database: str = "postgres") -> Any:
        """As the superuser: the first row, or None."""
        with self.server.login(database) as connection:
            return connection.execute(statement, values).fetchone()

    def as_administrator(
        self, statement: LiteralString, *names: str, database: str = "postgres"
    ) -> None:
        """What somebody else does with the same rights."""
        composed = sql.SQL(statement).format(*map(sql.Identifier, names))
        with self.server.login(database, self.server.username, self.server.password) as connection:
            connection.execute(composed)

    def comment(self, on: LiteralString, *name: str, text: str | None, database: str) -> None:
        """COMMENT ON, as the superuser."""
        statement = sql.SQL("COMMENT ON " + on + " {} IS {}").format(
            sql.Identifier(*name), sql.Literal(text)
        )
        with self.server.login(database) as connection:
            connection.execute(statement)

    def clean(self) -> None:
        """Drop what carries the name."""
        for life in self._lives:
            life.close()
        for (database,) in self.run("SELECT datname FROM pg_database"):
            if database.startswith(self.name):
                self.run("DROP DATABASE {} WITH (FORCE)", database)
        for (role,) in self.run("SELECT rolname FROM pg_roles"):
            if role.startswith(self.name):
                self.run("DROP OWNED BY {}", role)
                self.run("DROP ROLE {}", role)


def mark_in(comment: str | None) -> str | None:
    """The mark in a comment."""
    found = Mark.find(comment)
    return str(found) if found else None


class PostgresCase(Case):
    """A resource type of PostgreSQL's."""

    def __init__(self, world: PostgresWorld) -> None:
        self.world, self.name = world, world.name
        self.owner, self.other = f"{self.name}_owner", f"{self.name}_other"

    def role(self, name: str, *, by_hand: bool) -> None:
        """A role without login, of this stack or of somebody else."""
        if by_hand:
            self.world.as_administrator("CREATE ROLE {}", name)
        else:
            self.world.provide(Role, name=name, login=False)

    def database(self, *, by_hand: bool) -> None:
        """A database with its owner."""
        self.role(self.owner, by_hand=by_hand)
        if by_hand:
            self.world.run("CREATE DATABASE {} OWNER {}", self.name, self.owner)
        else:
            self.world.provide(Database, name=self.name, owner=self.owner)

    def does(
        self, statement: LiteralString, *names: str, inside: bool = False
    ) -> Callable[[], object]:
        """Runs a statement as the superuser later."""
        database = self.name if inside else "postgres"
        return lambda: self.world.run(statement, *names, database=database)
