"""Behind an RDS instance for MySQL: a MariaDB, which is not MySQL, and is said to be none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pymysql

from tests.own_servers import MariaDB
from tests.standins.aws.behind import Behind


class _MariaDB(MariaDB):
    """One within the twelve ports of its own instance."""

    _port_offset = 8


class MySQLBehind(Behind):
    """A MariaDB 11.8; its administrator has the rights that RDS hands out, and is not root."""

    kind = _MariaDB
    _OWN = "celeriac_admin"
    _TAKEN = frozenset({"require_secure_transport"})
    """What a MariaDB has of the parameters and can change while it runs; logs are not looked at."""

    def _names(self) -> Mapping[str, Any]:
        return self.server.describe()

    @property
    def port(self) -> int:
        """TLS and in clear on one, unless `require_secure_transport`."""
        return int(self._names()["port"])

    def start(self, username: str, password: str, database: str | None) -> None:
        """Start it with its administrator."""
        self.launch()
        self._run(f"RENAME USER {self._OWN}@'%%' TO %s@'%%'", username)
        self.set_password(username, password)
        if database:
            self._run(f"CREATE DATABASE `{database}`")

    def set_password(self, username: str, password: str) -> None:
        """Another password of the administrator."""
        self._run("ALTER USER %s@'%%' IDENTIFIED BY %s", username, password)

    def apply(self, parameters: Mapping[str, str]) -> None:
        """Make the parameters what the parameter group says."""
        for name in self._TAKEN & parameters.keys():
            self._run(f"SET GLOBAL {name} = %s", int(parameters[name]))

    def _run(self, statement: str, *values: object) -> None:
        own = self._names()
        with pymysql.connect(
            host=str(own["host"]),
            port=int(own["port"]),
            user=str(own["username"]),
            password=str(own["password"]),
            autocommit=True,
        ) as connection, connection.cursor() as cursor:  # fmt: skip
            cursor.execute(statement, values)
