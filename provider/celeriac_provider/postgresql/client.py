"""The administrator's way to one PostgreSQL server."""

from __future__ import annotations

import os
import ssl
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg
from psycopg import sql

from celeriac_provider.engine.configuration import Configuration
from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import CeleriacError, Mistake
from celeriac_provider.engine.marks import Mark
from celeriac_provider.engine.tls import tls
from celeriac_provider.postgresql import refusals
from celeriac_provider.postgresql.certificate import flaw
from celeriac_provider.postgresql.connections import Connection, Connections, Cursor
from celeriac_provider.postgresql.membership import member_of
from celeriac_provider.reach.route import Route

T = TypeVar("T")
Work = Callable[[Cursor], T]

_CONNECTIONS: Final = 8
_GRACE: Final = 0.5
"""Seconds beyond the timeout until a silent server is given up."""
_LOGINS: Final = 4
"""How many passwords are tried at once, each over a connection of its own."""
LOCK: Final = 0x63656C6572696163
"""Key of the advisory lock on a database's rights: parallel GRANTs never meet."""
_ALLOWED: Final = frozenset(
    {"sslmode", "connect_timeout", "target_session_attrs", "channel_binding"}
)
_DEBIAN_AUTHORITIES: Final = Path("/etc/ssl/certs/ca-certificates.crt")


class _Again(Exception):  # noqa: N818 - not an error: another attempt may succeed
    """A transaction that met another one."""


class Postgres:
    """One server, administered over a few connections.

    The endpoint is `postgresql://host:port/maintenance_database?sslmode=…`. TLS is verified, the
    host's name included (`sslmode=verify-full`), unless the endpoint says otherwise: with the
    configured authority, or with the system's.

    Args:
        configuration: the provider's.

    Raises:
        Mistake: the endpoint is not a PostgreSQL URL.
    """

    def __init__(self, configuration: Configuration) -> None:
        server = configuration.server("postgresql")
        parts = urlsplit(server.endpoint)
        if parts.scheme not in ("postgresql", "postgres"):
            raise Mistake(
                f"the endpoint {server.endpoint!r} is not a PostgreSQL URL: write it as "
                f"postgresql://host:5432/postgres",
                "endpoint",
            )
        options = dict(parse_qsl(parts.query))
        if unknown := sorted(options.keys() - _ALLOWED):
            raise Mistake(
                f"the endpoint's query has {', '.join(unknown)}: it can have "
                f"{', '.join(sorted(_ALLOWED))}",
                "endpoint",
            )
        self.maintenance_database = unquote(parts.path.strip("/")) or "postgres"
        self._where = f"{parts.hostname}:{parts.port or 5432}"
        self._route = Route(server.via, parts.hostname or "", parts.port or 5432, server.timeout)
        self._administrator = server.username or "postgres"
        self._password = server.password
        self._timeout = server.timeout
        self._temporary: Path | None = None
        self._known = False
        self._parameters: dict[str, Any] = {
            "host": parts.hostname,
            "port": parts.port or 5432,
            "sslmode": "verify-full",
            "connect_timeout": max(2, int(server.timeout)),
            "application_name": "celeriac",
            "client_encoding": "UTF8",
            "gssencmode": "disable",
            "sslcert": server.client_certificate_file,
            "sslkey": server.client_key_file or server.client_certificate_file,
        } | options
        if self._parameters["sslmode"] in ("verify-full", "verify-ca"):
            tls(server)  # says which file is wrong; libpq passes over a missing certificate
            self._parameters["sslrootcert"] = server.ca_file or self._authorities(server.ca)
        self._connections = Connections(self._connect, _CONNECTIONS)
        self._logins = threading.BoundedSemaphore(_LOGINS)

    @property
    def server(self) -> str:
        """For sentences."""
        return f"the PostgreSQL server at {self._where}"

    def close(self) -> None:
        """Close every connection."""
        self._connections.close()
        if self._temporary is not None:
            self._temporary.unlink(missing_ok=True)
        self._route.close()

    def transaction(
        self,
        ctx: Context,
        doing: str,
        work: Work[T],
        *,
        database: str | None = None,
        locked: bool = False,
    ) -> T:
        """Do some work in one transaction; again, when it met a parallel one.

        Args:
            ctx: the call's surroundings.
            doing: what is done, for the sentence of an error: "create the role 'orders'".
            work: given a cursor.
            database: where; the maintenance database when not given.
            locked: only one such transaction at a time in this database.

        Raises:
            Refused: the server refused a statement.
            Unreachable: there is no connection, or it was lost.
        """

        def attempt() -> T:
            with self.connection(ctx, doing, database) as connection:
                try:
                    with connection.transaction(), connection.cursor() as cursor:
                        if locked:
                            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
                        return work(cursor)
                except psycopg.Error as error:
                    if refusals.worth_repeating(error):
                        raise _Again from error
                    raise

        try:
            return ctx.wait_for(attempt, transient=(_Again,), what="a parallel change")
        except _Again as again:
            cause = again.__cause__
            assert isinstance(cause, psycopg.Error)  # noqa: S101 - raised so just above
            raise refusals.statement(cause, self._where, doing) from None

    @contextmanager
    def connection(
        self, ctx: Context, doing: str, database: str | None = None
    ) -> Iterator[Connection]:
        """A connection in autocommit mode: what cannot be done in a transaction."""
        name = database or self.maintenance_database
        connection = ctx.wait_for_start(
            lambda: self._enter(ctx, name), transient=(refusals.Starting,), what=self._where
        )
        # What waits for a lock has the server's own word, a little earlier.
        connection.patience = ctx.timeout + _GRACE
        try:
            yield connection
        except psycopg.Error as error:
            raise refusals.statement(error, self._at(name), doing) from None
        finally:
            self._connections.give_back(name, connection)

    def login(self, ctx: Context, database: str) -> dict[str, Any]:
        """What another process of ours connects with, as libpq takes it: not to be shown.

        It connects anew, while ours may be older than the database's closing to PUBLIC: so the
        administrator is let in here, should that be needed.

        Args:
            ctx: the call's surroundings; a statement may take as long as its timeout.
            database: where to.
        """

        def may(cursor: Cursor) -> bool:
            query = "SELECT has_database_privilege(%s, 'CONNECT')"
            return cursor.execute(query, [database]).fetchone() == (True,)

        if not self.transaction(ctx, f"look who may enter the database {database!r}", may):
            self._admit(ctx, database)
        milliseconds = round(ctx.timeout * 1000)
        waits = f"-c lock_timeout={milliseconds} -c statement_timeout={milliseconds}"
        own = {"dbname": database, "user": self._administrator, "password": self._password}
        return {**self._to_server(), **own, "passfile": os.devnull, "options": waits}

    def refused(self, error: psycopg.Error, doing: str, database: str) -> CeleriacError:
        """What an error of such a process means."""
        if error.sqlstate is None and not isinstance(error, refusals.Told):
            return refusals.connecting(error, self._at(database), self._flaw(error), known=True)
        return refusals.statement(error, self._at(database), doing)

    def exists(self, ctx: Context, database: str) -> bool:
        """Whether there is a database of this name."""

        def look(cursor: Cursor) -> bool:
            query = "SELECT FROM pg_database WHERE datname = %s"
            return cursor.execute(query, [database]).fetchone() is not None

        return self.transaction(ctx, f"look for the database {database!r}", look)

    def forget(self, database: str) -> None:
        """Close our own idle connections to a database, so that it can be dropped."""
        self._connections.forget(database)

    def accepts(self, ctx: Context, name: str, password: str) -> bool | None:
        """Whether a role can log in with a password, tried; None when that cannot be told.

        `pg_authid` shows the password's verifier to superusers only.
        """

        def attempt() -> bool | None:
            try:
                with self._logins:
                    self._raw(self.maintenance_database, name, password).close()
            except psycopg.Error as error:
                wrong = refusals.password_is_wrong(error)
                if wrong is not None:
                    return not wrong
                reason = refusals.connecting(error, self._where)
                if isinstance(reason, refusals.Starting):
                    raise reason from None
                return None
            return True

        return ctx.wait_for_start(attempt, transient=(refusals.Starting,), what=self._where)

    def _at(self, database: str) -> str:
        return f"{self._where}/{database}"

    def _enter(self, ctx: Context, database: str) -> Connection:
        try:
            return self._connections.take(database)
        except refusals.Denied:
            if database == self.maintenance_database or not self._admit(ctx, database):
                raise
            return self._connections.take(database)

    def _admit(self, ctx: Context, database: str) -> bool:
        """Let the administrator, who is no superuser, into a database of ours closed to PUBLIC.

        Returns:
            False when it is not ours: then it is not ours to enter.
        """

        def admit(cursor: Cursor) -> bool:
            row = cursor.execute(
                "SELECT pg_get_userbyid(datdba), shobj_description(oid, 'pg_database'), "
                "shobj_description(datdba, 'pg_authid') FROM pg_database WHERE datname = %s",
                [database],
            ).fetchone()
            owner, *comments = row or ("",)
            marks = [mark for mark in map(Mark.find, comments) if mark]
            if not any(mark.scope == ctx.mark.scope for mark in marks):
                return False
            with member_of(cursor, owner):
                cursor.execute(
                    sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                        sql.Identifier(database), sql.Identifier(self._administrator)
                    )
                )
            return True

        # Parallel grants on the same database meet here too: one at a time, and again.
        doing = f"let the administrator into the database {database!r}"
        return self.transaction(ctx, doing, admit, locked=True)

    def _connect(self, database: str) -> Connection:
        try:
            connection = self._raw(database, self._administrator, self._password)
            connection.patience = self._timeout
            # Nothing waits for ever for a lock that somebody else holds; and when we are gone
            # without a word in a transaction, the locks that it holds do not stay for ever.
            for setting in ("lock_timeout", "idle_in_transaction_session_timeout"):
                connection.execute(
                    sql.SQL("SET {} = {}").format(
                        sql.Identifier(setting), sql.Literal(round(self._timeout * 1000))
                    )
                )
        except psycopg.Error as error:
            raise refusals.connecting(
                error, self._at(database), self._flaw(error), known=self._known
            ) from None
        self._known = True
        return connection

    def _flaw(self, error: psycopg.Error) -> str | None:
        if "certificate verify failed" not in str(error):
            return None
        parameters = self._parameters
        return flaw(parameters["host"], self._route.address(), parameters["sslrootcert"])

    def _raw(self, database: str, user: str, password: str | None) -> Connection:
        parameters = self._to_server()
        if user != self._administrator:
            # A role logs in with its password, not with the administrator's certificate.
            parameters |= {"sslcert": None, "sslkey": None}
        with self._route.explaining(psycopg.OperationalError):
            return Connection.connect(
                **parameters,
                dbname=database,
                user=user,
                password=password,
                passfile=os.devnull,
                autocommit=True,
                prepare_threshold=None,
            )

    def _to_server(self) -> dict[str, Any]:
        parameters = dict(self._parameters)
        if not self._route.direct:
            # libpq verifies the certificate against `host`, and connects to `hostaddr`.
            parameters["hostaddr"], parameters["port"] = self._route.address()
        return parameters

    def _authorities(self, pem: str | None) -> str:
        """The path of the trusted authorities' certificates.

        psycopg's wheel brings an OpenSSL that knows nothing of the system's store.
        """
        if pem is not None:
            with tempfile.NamedTemporaryFile("w", suffix=".pem", delete=False) as file:
                file.write(pem)
            self._temporary = Path(file.name)
            return file.name
        system = ssl.get_default_verify_paths().cafile
        if system is None and _DEBIAN_AUTHORITIES.exists():
            return str(_DEBIAN_AUTHORITIES)
        return system or "system"
