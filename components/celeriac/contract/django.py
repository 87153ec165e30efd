"""What Django and Celery must be told about results through Django.

`django-db` writes rows through Django's ORM, `django-cache` entries of one of Django's caches, both
by django-celery-results: https://django-celery-results.readthedocs.io. Django is told where that is
by an entry in `DATABASES` or `CACHES`, under one alias.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import quote, urlencode

from celeriac.contract.mongodb import named
from celeriac.contract.redis_acl import AclRules, Keyspace, glob_escape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from celeriac.contract.urls import Tls

DJANGO_ALIAS: Final = "celery"
"""The name of the entry in `DATABASES` and `CACHES`: an app has others beside it."""
DJANGO_TABLES: Final = (
    "django_celery_results_taskresult",
    "django_celery_results_groupresult",
    "django_celery_results_chordcounter",
)
"""Tables of django-celery-results; ids are the server's, so there is no right on a sequence."""
DJANGO_CACHE_TABLE: Final = "celery_cache"
"""The table of a cache in a database."""
DJANGO_MAX_ENTRIES: Final = 100_000
"""Rows of a cache in a database from which on Django removes a third of them, fresh results among
them. Its own default is 300: https://docs.djangoproject.com/en/5.2/ref/settings/#caches."""

DjangoBackend = Literal["django-db", "django-cache"]
Entries = dict[str, Any]
"""`DATABASES` and `CACHES`, each with one entry or none."""

_ROWS: Final = ["SELECT", "INSERT", "UPDATE", "DELETE"]


def django_tables(backend: DjangoBackend) -> tuple[str, ...]:
    """The tables that the app reads and writes, in a database."""
    return DJANGO_TABLES if backend == "django-db" else (DJANGO_CACHE_TABLE,)


def django_privileges(backend: DjangoBackend, database: str | None = None) -> dict[str, list[str]]:
    """What the app's user may do: rows of its tables, and nothing else.

    Args:
        backend: which tables.
        database: put before each table's name, as MySQL has it.
    """
    before = "" if database is None else f"{database}."
    return {f"{before}{table}": list(_ROWS) for table in django_tables(backend)}


def django_settings(backend: DjangoBackend, *, expires: int | None) -> dict[str, Any]:
    """Settings of Celery.

    Args:
        backend: through the ORM, or through a cache. A cache's results are pickles: Celery hands
            Django the objects, and `result_serializer` says nothing about them.
        expires: seconds until a result expires; None for never.
    """
    settings: dict[str, Any] = {"result_expires": expires}
    if backend == "django-cache":
        settings["cache_backend"] = DJANGO_ALIAS
    return settings


def django_database(
    system: Literal["postgresql", "mysql"],
    *,
    host: str,
    port: int,
    user: str,
    password: str,
    database: str,
    tls: Tls | None = None,
) -> dict[str, Any]:
    """An entry of `DATABASES`.

    With TLS the certificate and the host are checked, as in the URLs of results without Django:
    PyMySQL does so where it is given the CA's file, libpq with sslmode=verify-full.

    Raises:
        ValueError: MySQL with TLS and no path of a CA.
    """
    options: dict[str, Any] = {}
    if system == "postgresql":
        options = {"sslmode": "disable"}
        if tls is not None:
            options = {"sslmode": "verify-full", "sslrootcert": tls.ca_path or "system"}
    elif tls is not None:
        if tls.ca_path is None:
            raise ValueError("PyMySQL verifies a server only with the path of its CA's file")
        options = {"ssl": {"ca": tls.ca_path}}
    return {
        "ENGINE": f"django.db.backends.{system}",
        "NAME": database,
        "HOST": host,
        "PORT": str(port),
        "USER": user,
        "PASSWORD": password,
        "OPTIONS": options,
        # A worker lives for weeks: a connection that the server closed is made anew.
        "CONN_HEALTH_CHECKS": True,
    }


def django_redis_cache(*, url: str, prefix: str) -> dict[str, Any]:
    """An entry of `CACHES` on Redis.

    Args:
        url: as Celery has it.
        prefix: begin of all keys, with `:` at the end, which Django puts there itself.
    """
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": url,
        "KEY_PREFIX": prefix.removesuffix(":"),
    }


def django_redis_socket_url(*, path: str, user: str, password: str, db: int) -> str:
    """A Redis behind a Unix socket, as redis-py itself has it."""
    query = urlencode({"db": db})
    login = f"{quote(user, safe='')}:{quote(password, safe='')}"
    return f"unix://{login}@{quote(path, safe='/')}?{query}"


def django_memcached_cache(*, servers: Sequence[tuple[str, int]], prefix: str) -> dict[str, Any]:
    """An entry of `CACHES` on memcached. A result that is too large is lost without a word."""
    return {
        "BACKEND": "django.core.cache.backends.memcached.PyMemcacheCache",
        "LOCATION": [named(*server) for server in servers],
        "KEY_PREFIX": prefix.removesuffix(":"),
    }


def django_database_cache(*, max_entries: int = DJANGO_MAX_ENTRIES) -> dict[str, Any]:
    """An entry of `CACHES` in a database: a router says in which (docs/django.md)."""
    return {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": DJANGO_CACHE_TABLE,
        "OPTIONS": {"MAX_ENTRIES": max_entries},
    }


def django_entries(
    *, database: Mapping[str, Any] | None = None, cache: Mapping[str, Any] | None = None
) -> Entries:
    """Entries under their alias."""
    found = {"DATABASES": database, "CACHES": cache}
    return {key: {DJANGO_ALIAS: dict(entry)} for key, entry in found.items() if entry is not None}


def django_output(
    entries: Mapping[str, Any], *, broker_url: str, result_backend: str, settings: str
) -> str:
    """All that a settings.py needs, as one JSON object: entries, and Celery's settings as CELERY_*.

    Args:
        entries: `DATABASES` and `CACHES`.
        broker_url: Celery's.
        result_backend: `django-db` or `django-cache`.
        settings: the other settings, as JSON.
    """
    celery = {"broker_url": broker_url, "result_backend": result_backend, **json.loads(settings)}
    named_for_django = {f"CELERY_{name.upper()}": value for name, value in celery.items()}
    return json.dumps({**entries, **named_for_django}, sort_keys=True, ensure_ascii=False)


def django_redis_rules(results: Keyspace) -> AclRules:
    """The least rights on Redis of Celery's results in Django's RedisCache.

    Proved with real workers. Django's `clear()` would be FLUSHDB, which nobody gets; nothing is
    published, so there are no channels. https://docs.djangoproject.com/en/5.2/topics/cache/#redis
    """
    commands = (
        *("ping", "select", "multi", "exec"),
        *("get", "mget", "set", "mset", "del", "exists", "expire", "persist", "incrby", "decrby"),
    )
    return AclRules(
        keys=(f"~{glob_escape(results.prefix)}*",),
        channels=(),
        commands=("-@all", *(f"+{command}" for command in commands)),
    )
