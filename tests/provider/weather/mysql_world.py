"""MariaDB in bad weather; of MySQL only a mark's place differs, and the line is the same."""

from __future__ import annotations

from typing import Any

from celeriac_provider.mysql import Database, DjangoTables, ResultTables, User
from tests.provider.mysql.server import mysql_server
from tests.provider.weather.worlds import DJANGO, Case, World


class MysqlWorld(World):
    """MariaDB 11.8, with the administrator who is not root."""

    system = "MySQL"
    timeout = 2.0

    def __init__(self) -> None:
        self.server = mysql_server("mariadb")
        super().__init__(self.server.entry)

    @property
    def username(self) -> str:
        """Not root."""
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
        return f"mysql://127.0.0.1:{port}?ssl-mode=DISABLED"

    def database(self, name: str) -> str:
        """A database of this stack's."""
        given = {"name": name}
        self.direct(Database).create(given, name=f"{name} database", settled=False)
        return name

    def tables(self, name: str) -> dict[str, Any]:
        """In a database of their own."""
        return {"database": self.database(name)}

    def user(self, name: str) -> dict[str, Any]:
        """With a right on a database of its own."""
        return {"name": name, "privileges": {f"{self.database(name)}.*": ["SELECT"]}}

    def clean(self) -> None:
        """Databases and users."""
        self.server.clean(self.word)


MYSQL = (
    Case(User, lambda world, name: world.user(name), {"connectionLimit": 7}, at_once=24),
    Case(Database, lambda _, name: {"name": name}, {"collation": "utf8mb4_general_ci"}, at_once=24),
    Case(ResultTables, lambda world, name: world.tables(name), {"forceDestroy": True}, at_once=24),
    Case(DjangoTables, lambda world, name: world.tables(name), {"forceDestroy": True}, **DJANGO),
)
