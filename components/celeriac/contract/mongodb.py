"""What Celery must be told about results in MongoDB.

https://docs.celeryq.dev/en/stable/userguide/configuration.html#mongodb-backend-settings
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from celeriac.contract.urls import Tls

PORT = 27_017
"""MongoDB's own port."""
SOCKET_TIMEOUT = 30_000
"""Milliseconds that the app waits for one answer: pymongo would wait for ever."""
LONGEST_NAME = 63
"""Bytes of a database's name: https://www.mongodb.com/docs/manual/reference/limits/."""

_DATABASE = re.compile(r"[a-z0-9_-]+")
_USER = re.compile(r"[A-Za-z0-9._~-]+")
_OWN = ("admin", "local", "config")


def mongodb_url(
    *,
    servers: Sequence[tuple[str, int]],
    user: str,
    password: str,
    database: str,
    replica_set: str | None = None,
    tls: Tls | None = None,
) -> str:
    """Celery's result_backend; the user logs in to its own database.

    With TLS pymongo checks certificate and host name by default, against the system's CAs unless
    told others.

    Args:
        servers: host and port of the server, or of members of the replica set.
        user: the app's user.
        password: its password.
        database: the app's database.
        replica_set: the replica set's name; None for a server alone.
        tls: how the app verifies the server; None where the connection is in clear.
    """
    options = {"authSource": database, "authMechanism": "SCRAM-SHA-256"}
    if replica_set is not None:
        options["replicaSet"] = replica_set
    options["tls"] = "false" if tls is None else "true"
    if tls is not None and tls.ca_path is not None:
        options["tlsCAFile"] = tls.ca_path
    login = f"{quote(user, safe='')}:{quote(password, safe='')}"
    hosts = ",".join(named(*server) for server in servers)
    query = urlencode(options, quote_via=quote, safe="")
    return f"mongodb://{login}@{hosts}/{quote(database, safe='')}?{query}"


def mongodb_settings(*, expires: int | None) -> dict[str, Any]:
    """Settings of an app whose results are in MongoDB.

    The timeout is no option of the URL: pymongo reads those as seconds, and Celery hands them to it
    as milliseconds (celery/backends/mongodb.py), so that 30 seconds would be 30 milliseconds.

    Args:
        expires: seconds until MongoDB deletes a result, by an index of ours; None for never.
    """
    return {
        "result_expires": expires,
        "mongodb_backend_settings": {"socketTimeoutMS": SOCKET_TIMEOUT},
    }


def mongodb_database_problem(name: str) -> str | None:
    """Names of databases: MongoDB has no two that differ in the case of letters only."""
    if name in _OWN:
        return "is a database of MongoDB's own: use another"
    if not _DATABASE.fullmatch(name):
        return "has a character in it that it may not have: use small letters, digits, _ and -"
    if len(name) > LONGEST_NAME:
        return f"is longer than {LONGEST_NAME} bytes: use a shorter name"
    return None


def mongodb_user_problem(name: str) -> str | None:
    """Names of users, which both MongoDB and its client prepare where they are not ASCII."""
    if not _USER.fullmatch(name):
        return "has a character in it that it may not have: use letters, digits and . _ ~ -"
    if len(name) > LONGEST_NAME:
        return f"is longer than {LONGEST_NAME} bytes: use a shorter name"
    return None


def named(host: str, port: int) -> str:
    """A server as a URL has it."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
