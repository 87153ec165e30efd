"""What Celery must be told about results in MySQL and MariaDB, and which names they take.

Celery's backend is the same as for PostgreSQL (SQLAlchemy); the driver is PyMySQL.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from celeriac.contract.results import SEQUENCES, TABLES, postgresql_settings
from celeriac.contract.urls import authority

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from celeriac.contract.urls import Tls

RESULT_SIZE: Final = 65_535
"""Bytes of a result: Celery's columns are BLOBs
(https://dev.mysql.com/doc/refman/8.4/en/storage-requirements.html)."""
_NAME: Final = 64
"""Characters of a database's name:
https://dev.mysql.com/doc/refman/8.4/en/identifier-length.html."""
_USER: Final = 32
"""Characters of a user's name in MySQL; MariaDB takes more."""
_SERVERS_OWN: Final = frozenset({"mysql", "information_schema", "performance_schema", "sys"})
_PLAIN: Final = re.compile(r"[A-Za-z0-9_-]+")


def mysql_url(
    *, host: str, port: int, user: str, password: str, database: str, tls: Tls | None = None
) -> str:
    """MySQL's result_backend, with the driver named.

    With TLS the certificate and the host are checked: PyMySQL does so only where it is given the
    CA's file.

    Raises:
        ValueError: with TLS and no path of a CA.
    """
    options = {"charset": "utf8mb4"}
    if tls is not None:
        if tls.ca_path is None:
            raise ValueError("PyMySQL verifies a server only with the path of its CA's file")
        options |= {"ssl_ca": tls.ca_path, "ssl_check_hostname": "true"}
    query = urlencode(options, quote_via=quote, safe="")
    where = authority(host, port, user, password)
    return f"db+mysql+pymysql://{where}/{quote(database, safe='')}?{query}"


def mysql_settings(*, expires: int | None) -> dict[str, Any]:
    """Settings of an app whose results are in MySQL: the same backend as PostgreSQL's.

    Args:
        expires: seconds after which beat's daily cleanup deletes a result; None for never.
    """
    return postgresql_settings(expires=expires)


def mysql_privileges(database: str, sequences: Sequence[str]) -> Mapping[str, list[str]]:
    """What the app's user may do: rows of Celery's tables, and nothing else.

    Args:
        database: the app's.
        sequences: those that ids are taken from: `SEQUENCES` on MariaDB, none on MySQL. MariaDB
            counts taking a number as an INSERT.
    """
    rows = {f"{database}.{table}": ["SELECT", "INSERT", "UPDATE", "DELETE"] for table in TABLES}
    return rows | {f"{database}.{name}": ["SELECT", "INSERT"] for name in sequences}


def mysql_user_problem(name: str) -> str | None:
    """Names of users: what is wrong and what to do, or None."""
    if len(name) > _USER:
        return f"is longer than {_USER} characters, MySQL's limit: use a shorter name"
    if not name:
        return "is empty, which would be everybody: use at least one character"
    if name != name.strip() or not name.isprintable():
        return "has a space at an end, or what cannot be printed: leave it out"
    if name.startswith(("mysql.", "mariadb.")):
        return "is a name that the server keeps for itself: use another"
    return None


def mysql_database_problem(name: str) -> str | None:
    """Names of databases: narrower than MySQL.

    A dot separates database and table in what a right is on, and SQLAlchemy before 2.1 does not
    unquote this part of a URL.
    """
    if name.lower() in _SERVERS_OWN:
        return "is a database of the server's own: use another"
    if not _PLAIN.fullmatch(name):
        return "has a character in it that is no letter or digit of ASCII, _ or -: leave it out"
    if len(name) > _NAME:
        return f"is longer than {_NAME} characters, MySQL's limit: use a shorter name"
    return None


__all__ = [
    "RESULT_SIZE",
    "SEQUENCES",
    "mysql_database_problem",
    "mysql_privileges",
    "mysql_settings",
    "mysql_url",
    "mysql_user_problem",
]
