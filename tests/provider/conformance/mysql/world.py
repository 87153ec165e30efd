"""A MariaDB or a MySQL, beside the provider, whose administrator is not its root."""

from __future__ import annotations

import secrets
from typing import Any

from celeriac_provider.engine.marks import Mark
from celeriac_provider.engine.resource import Resource
from celeriac_provider.mysql import Database
from celeriac_provider.mysql.database import bearer
from celeriac_provider.mysql.names import quoted
from tests.lifecycle import Lifecycle
from tests.provider.conformance import deaths
from tests.provider.conformance.case import Case
from tests.provider.mysql.server import Row, Server

BEARERS = "celeriac.invalid"


class MysqlWorld:
    """A server, and a name of this test's own.

    Args:
        server: which.
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        self.mariadb = server.kind == "mariadb"
        self.name = f"t{secrets.token_hex(6)}"
        self._lives: list[Lifecycle] = []

    def life(self, resource: type[Resource], *, stack: str = "test", **config: Any) -> Lifecycle:
        """A provider, closed after the test."""
        life = Lifecycle(resource, self.server.configuration(**config), stack=stack)
        self._lives.append(life)
        return life

    def watched(self, life: Lifecycle) -> Any:
        """Statements."""
        return deaths.of_mysql(life)

    def provide(self, resource: type[Resource], **given: Any) -> None:
        """A prerequisite that the same stack made."""
        name = given.get("name", "container")
        self.life(resource).create(given, name=f"prepared {name}", settled=False)

    def run(self, statement: str, *values: object) -> list[Row]:
        """As root, {} for a name of the test's."""
        return self.server.run(statement, *values)

    def bearer(self, mark: str | None) -> None:
        """On MySQL, which has no comments on databases: another mark for one, or none."""
        account = f"'{bearer(self.name)}'@'{BEARERS}'"
        self.run(f"DROP USER IF EXISTS {account}")
        if mark:
            self.run(
                f'CREATE USER {account} ACCOUNT LOCK ATTRIBUTE \'{{"celeriac": "{mark}"}}\'',
            )

    def clean(self) -> None:
        """Drop what carries the name."""
        for life in self._lives:
            life.close()
        self.server.clean(self.name)
        if not self.mariadb:
            self.bearer(None)


def mark_in(text: str | None) -> str | None:
    """The mark in a comment or an attribute."""
    found = Mark.find(text)
    return str(found) if found else None


class MysqlCase(Case):
    """A resource type of MySQL's."""

    def __init__(self, world: MysqlWorld) -> None:
        self.world, self.name = world, world.name
        self.mariadb = world.mariadb
        self.me = quoted(self.name)

    def database(self, *, by_hand: bool) -> None:
        """A database, of this stack or of somebody else."""
        if by_hand:
            self.world.run(f"CREATE DATABASE {self.me} COLLATE utf8mb4_bin")
        else:
            self.world.provide(Database, name=self.name)
