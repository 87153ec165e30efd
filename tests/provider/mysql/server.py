"""A real MariaDB or MySQL, and what a test asks it as its root."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pymysql

from celeriac_provider.engine.marks import Mark
from celeriac_provider.mysql.account import _HASHED, _HEAD
from celeriac_provider.mysql.database import bearer
from celeriac_provider.mysql.names import quoted
from tests import on_demand

Row = tuple[Any, ...]


def mysql_server(kind: str) -> Server:
    """MariaDB 11.8, or MySQL where Debian's newest could be had: started, if it does not run."""
    everything = on_demand.started(kind)
    return Server(kind, everything[kind], everything["ca"])


@dataclass(frozen=True)
class Server:
    """One server, and the administrator that the provider is configured with.

    Args:
        kind: `mariadb` or `mysql`.
        entry: its entry in servers.json.
        ca: path of the authority.
    """

    kind: str
    entry: dict[str, Any]
    ca: str

    def configuration(self, **changes: Any) -> dict[str, Any]:
        """The provider's configuration."""
        return {
            "endpoint": f"mysql://localhost:{self.entry['port']}",
            "caFile": self.ca,
            "username": self.entry["admin_username"],
            "password": self.entry["admin_password"],
            "timeout": 10,
        } | changes

    def login(self, user: str, password: str, **more: Any) -> pymysql.Connection[Any]:
        """A connection as somebody."""
        return pymysql.connect(
            host="127.0.0.1",
            port=self.entry["port"],
            user=user,
            password=password,
            charset="utf8mb4",
            autocommit=True,
            **more,
        )

    @contextmanager
    def root(self) -> Iterator[pymysql.Connection[Any]]:
        """A connection as root."""
        with self.login(self.entry["username"], self.entry["password"]) as connection:
            yield connection

    def run(self, statement: str, *values: object) -> list[Row]:
        """A statement as root."""
        with self.root() as connection, connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return list(cursor.fetchall())

    def account(self, name: str) -> Row | None:
        """What is kept of a user, without its password, and its mark last."""
        if self.kind == "mysql":
            found = self.run(
                "SELECT ssl_type, max_user_connections, account_locked, plugin, User_attributes "
                "FROM mysql.user WHERE User = %s",
                name,
            )
            return found[0] if found else None
        found = self.run("SELECT Priv FROM mysql.global_priv WHERE User = %s", name)
        if not found:
            return None
        said = json.loads(found[0][0])
        ways = [way or said for way in said.get("auth_or", [{}])]
        marks = [m for way in ways if (m := _HASHED.fullmatch(way["authentication_string"]))]
        mark = str(Mark(*(part.lower() for part in marks[0].groups()))) if marks else None
        keys = ("ssl_type", "max_user_connections", "account_locked", "plugin")
        return (*((said.get(key) or 0) for key in keys), len(ways), mark)

    def queries_per_hour(self, name: str) -> int:
        """A limit that is not managed."""
        if self.kind == "mysql":
            return int(self.run("SELECT max_questions FROM mysql.user WHERE User = %s", name)[0][0])
        found = self.run("SELECT Priv FROM mysql.global_priv WHERE User = %s", name)
        return int(json.loads(found[0][0])["max_questions"])

    def mark_user(self, name: str, mark: str | None) -> None:
        """Another mark for a user, or none."""
        if self.kind == "mysql":
            said = json.dumps({"celeriac": mark})
            self.run("ALTER USER %s@'%%' ATTRIBUTE %s", name, said)
            return
        found = self.run("SELECT Priv FROM mysql.global_priv WHERE User = %s", name)
        ways = [json.loads(found[0][0])["authentication_string"]]
        if (wanted := Mark.find(mark)) is not None:
            ways.append(f"{_HEAD}{wanted.scope}{wanted.urn}".upper())
        identified = " OR ".join(f"mysql_native_password USING '{way}'" for way in ways)
        self.run(f"ALTER USER '{name}'@'%' IDENTIFIED VIA {identified}")

    def mark_of_database(self, name: str) -> str | None:
        """Where it is."""
        if self.kind == "mysql":
            found = self.run("SELECT User_attributes FROM mysql.user WHERE User = %s", bearer(name))
            return str(found[0][0]) if found else None
        found = self.run(
            "SELECT schema_comment FROM information_schema.schemata WHERE schema_name = %s", name
        )
        return found[0][0] if found else None

    def clean(self, name: str) -> None:
        """Drop databases and users whose names begin so."""
        for (database,) in self.run("SHOW DATABASES"):
            if database.startswith(name):
                self.run(f"DROP DATABASE {quoted(database)}".replace("%%", "%"))
        for user, host in self.run("SELECT User, Host FROM mysql.user"):
            if user.startswith(name):
                self.run("DROP USER %s@%s", user, host)
