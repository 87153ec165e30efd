"""`python -m`: Django's migrations in a database of MySQL or MariaDB."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, Final, cast

import pymysql
from pymysql.constants import ER

from celeriac_provider.django.child import DATABASE, configure, main, migrate
from celeriac_provider.engine.tls import tls
from celeriac_provider.mysql.names import quoted

_DONE: Final = (
    *(ER.TABLE_EXISTS_ERROR, ER.DUP_FIELDNAME, ER.DUP_KEYNAME),
    *(ER.BAD_TABLE_ERROR, ER.CANT_DROP_FIELD_OR_KEY),
)
"""What the server says of a change that was made already: it is there, or gone."""


def work(request: Mapping[str, Any]) -> None:
    """Migrate, and write the mark."""
    pymysql.install_as_MySQLdb()  # Django knows mysqlclient only
    login = dict(request["login"])
    password = login.pop("password").encode()
    authorities = login.pop("tls")
    if authorities is not None:
        login["ssl"] = tls(cast("Any", SimpleNamespace(**authorities)))
    if login.pop("address") is not None:
        _direct(login["host"], login["port"], *request["login"]["address"])
    configure(
        {
            "ENGINE": "django.db.backends.mysql",
            "NAME": request["database"],
            "OPTIONS": {**login, "password": password},
        }
    )
    from django.db import connections  # noqa: PLC0415 - once it is configured

    _go_on()
    migrate()
    with connections[DATABASE].cursor() as cursor:
        for table in request["tables"]:
            cursor.execute(f"ALTER TABLE {quoted(table)} COMMENT = %s", [request["mark"]])


def _go_on() -> None:
    """Take up a migration that was cut short: each of its statements has committed by itself.

    Django writes it down at its end only, so that it begins anew, and would end at its first table.
    Whose the tables are was looked at before.
    """
    from django.db.backends.mysql.schema import DatabaseSchemaEditor  # noqa: PLC0415 - as above
    from django.db.utils import DatabaseError  # noqa: PLC0415

    execute = DatabaseSchemaEditor.execute

    def going_on(self: DatabaseSchemaEditor, *arguments: Any, **more: Any) -> None:
        try:
            execute(self, *arguments, **more)
        except DatabaseError as error:
            if not error.args or error.args[0] not in _DONE:
                raise

    DatabaseSchemaEditor.execute = going_on


def _direct(host: str, port: int, to_host: str, to_port: int) -> None:
    """Connect to the end of a forwarding: the certificate is verified against the host's name."""
    create = socket.create_connection

    def directed(address: Any, *arguments: Any, **more: Any) -> Any:
        target = (to_host, to_port) if tuple(address) == (host, port) else address
        return create(target, *arguments, **more)

    socket.create_connection = directed  # PyMySQL takes it from there


if __name__ == "__main__":
    main(work)
