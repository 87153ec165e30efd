"""The administrator's way to one MySQL or MariaDB server."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl, urlsplit

import pymysql

from celeriac_provider.engine.configuration import Configuration, Server
from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import CeleriacError, Mistake, Refused
from celeriac_provider.engine.tls import tls
from celeriac_provider.mysql import refusals
from celeriac_provider.mysql.connections import Connection, Connections, reached
from celeriac_provider.reach.route import Route

T = TypeVar("T")
Row = tuple[Any, ...]

_CONNECTIONS: Final = 8
_GRACE: Final = 0.5
"""Seconds beyond the timeout until a silent server is given up: what waits for a lock has the
server's own word, a little earlier."""
_MODES: Final = ("VERIFY_IDENTITY", "DISABLED")
_OLDEST: Final = {"MySQL": (8, 0, 21), "MariaDB": (10, 5)}
"""Since then MySQL has attributes of users, MariaDB comments on databases: marks stand there."""


class Session:
    """One connection, for one piece of work.

    Args:
        connection: the connection.
        patience: seconds for one statement.
    """

    def __init__(self, connection: Connection, patience: float) -> None:
        self._connection, self._patience = connection, patience
        self.mariadb = connection.flavour == "MariaDB"

    def run(self, statement: str, *values: object) -> list[Row]:
        """Run a statement, values in the place of each %s; each commits by itself."""
        try:
            with self._connection.within(self._patience), self._connection.cursor() as cursor:
                cursor.execute(statement, values)
                return list(cursor.fetchall())
        except refusals.GARBAGE as error:
            raise pymysql.InternalError(0, "what came is not MySQL's protocol") from error

    def one(self, statement: str, *values: object) -> Row | None:
        """The first row, or None."""
        return next(iter(self.run(statement, *values)), None)


class MySql:
    """One server, administered over a few connections.

    The endpoint is `mysql://host:port?ssl-mode=…`. TLS is verified, the host's name included
    (`VERIFY_IDENTITY`), unless the endpoint says `DISABLED`. Whether it is MySQL or MariaDB is
    found out by connecting.

    Args:
        configuration: the provider's.

    Raises:
        Mistake: the endpoint is not a MySQL URL.
    """

    def __init__(self, configuration: Configuration) -> None:
        server = configuration.server("mysql")
        parts = urlsplit(server.endpoint)
        if parts.scheme not in ("mysql", "mariadb") or parts.path not in ("", "/"):
            raise Mistake(
                f"the endpoint {server.endpoint!r} is not a MySQL URL: write it as "
                f"mysql://host:3306, without a database",
                "endpoint",
            )
        options = dict(parse_qsl(parts.query))
        if options.keys() - {"ssl-mode"} or options.get("ssl-mode", _MODES[0]) not in _MODES:
            raise Mistake(
                f"the endpoint's query has {parts.query}: it can have ssl-mode={_MODES[0]} or "
                f"ssl-mode={_MODES[1]}",
                "endpoint",
            )
        host, port = parts.hostname or "", parts.port or 3306
        self._where = f"{host}:{port}"
        self._route = Route(server.via, host, port, server.timeout)
        self._timeout = server.timeout
        self._known = False
        encrypted = options.get("ssl-mode") != "DISABLED"
        self._authorities = _authorities(server) if encrypted else None
        seconds = math.ceil(server.timeout)
        self._parameters: dict[str, Any] = {
            "host": host,  # what the certificate is verified against
            "port": port,
            "user": server.username or "root",
            "password": (server.password or "").encode(),
            "charset": "utf8mb4",
            "program_name": "celeriac",
            "autocommit": True,
            "ssl": tls(server) if encrypted else None,
            "ssl_disabled": not encrypted,
            "sql_mode": "STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION",
            # Nothing waits for ever for a lock that somebody else holds.
            "init_command": f"SET lock_wait_timeout={seconds}, innodb_lock_wait_timeout={seconds}",
        }
        self._connections = Connections(self._connect, _CONNECTIONS)

    @property
    def server(self) -> str:
        """For sentences."""
        return f"the MySQL server at {self._where}"

    def close(self) -> None:
        """Close every connection."""
        self._connections.close()
        self._route.close()

    def run(self, ctx: Context, doing: str, work: Callable[[Session], T]) -> T:
        """Do some work on one connection. There is no transaction: MySQL commits each change.

        Args:
            ctx: the call's surroundings.
            doing: what is done, for the sentence of an error: "create the user 'orders'".
            work: given a session.

        Raises:
            Refused: the server refused a statement.
            Unreachable: there is no connection, or it was lost.
        """

        def attempt() -> T:
            with self._connections.one() as connection:
                try:
                    return work(Session(connection, ctx.timeout + _GRACE))
                except (pymysql.Error, OSError) as error:
                    connection.spoil(unless=refusals.told(error))
                    raise refusals.statement(error, self._where, doing) from None

        return ctx.wait_for_start(attempt, transient=(refusals.Starting,), what=self._where)

    def login(self, *, patience: float) -> dict[str, Any]:
        """What another process of ours connects with, as PyMySQL takes it: not to be shown.

        Beside that `tls`, the certificates by path or as text, and `address`, where to connect to
        instead.

        Args:
            patience: seconds for one statement.
        """
        seconds = math.ceil(patience)
        kept = ("host", "port", "user", "charset", "program_name", "ssl_disabled", "sql_mode")
        return {key: self._parameters[key] for key in kept} | {
            "password": self._parameters["password"].decode(),
            "init_command": self._parameters["init_command"],
            "connect_timeout": seconds,
            "read_timeout": seconds,
            "write_timeout": seconds,
            "tls": self._authorities,
            "address": None if self._route.direct else self._route.address(),
        }

    def refused(self, error: pymysql.Error, doing: str) -> CeleriacError:
        """What an error of such a process means."""
        return refusals.statement(error, self._where, doing)

    def _connect(self) -> Connection:
        try:
            with self._route.explaining(*refusals.ERRORS):
                line = reached(self._route.address(), self._timeout)
                connection = Connection(line, self._timeout, **self._parameters)
        except refusals.ERRORS as error:
            raise refusals.connecting(error, self._where, known=self._known) from None
        self._known = True
        oldest = _OLDEST[connection.flavour]
        if connection.version < oldest:
            connection.drop()
            raise Refused(
                f"the server at {self._where} is {connection.flavour} "
                f"{_dotted(connection.version)}: it must be {_dotted(oldest)} or later"
            )
        return connection


def _authorities(server: Server) -> dict[str, str | None]:
    """What TLS is made of."""
    return {
        "ca": server.ca,
        "ca_file": server.ca_file,
        "client_certificate_file": server.client_certificate_file,
        "client_key_file": server.client_key_file,
    }


def _dotted(version: Sequence[int]) -> str:
    return ".".join(map(str, version))
