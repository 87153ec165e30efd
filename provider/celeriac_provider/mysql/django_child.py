"""`python -m`: Django's migrations in a database of MySQL or MariaDB."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pymysql

from celeriac_provider.django.child import DATABASE, configure, main, migrate
from celeriac_provider.engine.tls import tls
from celeriac_provider.mysql.names import quoted


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

    migrate()
    with connections[DATABASE].cursor() as cursor:
        for table in request["tables"]:
            cursor.execute(f"ALTER TABLE {quoted(table)} COMMENT = %s", [request["mark"]])


def _direct(host: str, port: int, to_host: str, to_port: int) -> None:
    """Connect to the end of a forwarding: the certificate is verified against the host's name."""
    create = socket.create_connection

    def directed(address: Any, *arguments: Any, **more: Any) -> Any:
        target = (to_host, to_port) if tuple(address) == (host, port) else address
        return create(target, *arguments, **more)

    socket.create_connection = directed  # PyMySQL takes it from there


if __name__ == "__main__":
    main(work)
