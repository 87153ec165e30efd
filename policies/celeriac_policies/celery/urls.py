"""What Celery's URLs say: which broker, which result backend, where; never their password."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self
from urllib.parse import parse_qs, unquote, urlsplit

_BROKERS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("amqp", "amqps", "pyamqp", "librabbitmq"), "rabbitmq"),
    **dict.fromkeys(("redis", "rediss", "redis+socket", "sentinel", "valkey", "valkeys"), "redis"),
    **dict.fromkeys(("confluentkafka", "kafka"), "kafka"),
    "gcpubsub": "pubsub",
}
_BACKENDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("redis", "rediss", "redis+socket", "sentinel", "socket"), "redis"),
    **dict.fromkeys(("cache+memcached", "cache+memcache", "cache+pylibmc"), "memcached"),
    **dict.fromkeys(("mongodb", "mongodb+srv"), "mongodb"),
    **dict.fromkeys(("elasticsearch", "elasticsearch+https"), "elasticsearch"),
    "disabled": "",
}
_DATABASES: Final[Mapping[str, str]] = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
}


@dataclass(frozen=True)
class Address:
    """A URL of Celery without its password.

    Args:
        scheme: `amqps`, `db+postgresql+psycopg2` …
        user: name of the user, unquoted; empty for none.
        host: host and port, as written; of a socket its path.
        path: vhost, number of the database or its name, unquoted.
    """

    scheme: str
    user: str
    host: str
    path: str

    @classmethod
    def of(cls, url: Any) -> Self | None:
        """The URL's address; None where there is no URL.

        Of several URLs (`url1;url2`) the first counts; the others stand in for it.
        """
        if not isinstance(url, str) or not url:
            return None
        first = url.split(";")[0]
        scheme, separator, rest = first.partition("://")
        if not separator:  # a name alone: `django-db`, `rpc`
            return cls(first, "", "", "")
        # urlsplit knows no netloc for schemes with a `+` in some versions of Python.
        parts = urlsplit(f"//{rest}")
        login, _, host = parts.netloc.rpartition("@")
        user = unquote(login.partition(":")[0])
        path = unquote(parts.path.removeprefix("/"))
        if scheme.lower() == "redis+socket":
            # kombu's number of the database, which the backend takes from there too.
            database = parse_qs(parts.query).get("virtual_host", [""])[0]
            return cls("redis+socket", user, unquote(parts.path), database.removeprefix("/"))
        return cls(scheme.lower(), user, host.lower(), path)

    @property
    def place(self) -> tuple[str, str]:
        """Which database on which server of Redis."""
        return self.host, self.path or "0"

    @property
    def driver(self) -> str:
        """Python driver of a database, as named; empty where it is not."""
        return self.scheme.removeprefix("db+").partition("+")[2]

    @property
    def in_database(self) -> bool:
        """Whether SQLAlchemy is what opens it."""
        return self.scheme.startswith("db+")


def broker_kind(scheme: str) -> str:
    """Which broker a scheme means; the scheme itself for those that few have."""
    return _BROKERS.get(scheme, scheme)


def backend_kind(scheme: str) -> str:
    """Which result backend a scheme means; the scheme itself for those that few have."""
    if scheme.startswith("db+"):
        name = scheme.removeprefix("db+").partition("+")[0]
        return _DATABASES.get(name, "database")
    return _BACKENDS.get(scheme, scheme)
