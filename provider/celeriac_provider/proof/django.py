"""Results through Django: the proof's process becomes a Django project with the app's entries."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final
from urllib.parse import urlsplit

from celeriac_provider.proof.authority import with_authority_in_url
from celeriac_provider.proof.directions import Directions, of_libpq

RESULTS: Final = ("django-db", "django-cache")
"""What `result_backend` is where results go through Django."""
ALIAS: Final = "celery"
"""The name of the entries in DATABASES and CACHES."""
_APPS: Final = frozenset({"django_celery_results", "django_cache"})
_MYSQL: Final = "django.db.backends.mysql"
_POSTGRESQL: Final = "django.db.backends.postgresql"
_SCHEMES: Final = {_POSTGRESQL: ("postgresql", 5432), _MYSQL: ("mysql", 3306)}

Entries = Mapping[str, Any]
"""`DATABASES` and `CACHES`, as settings of Django."""


def read(text: str | None) -> dict[str, Any]:
    """The entries of a request; none where results do not go through Django."""
    found: dict[str, Any] = {} if text is None else json.loads(text)
    return {key: found[key] for key in ("DATABASES", "CACHES") if key in found}


def server_url(entries: Entries) -> str:
    """A URL of the server behind the entries, without credentials: for addresses and ways."""
    database = (entries.get("DATABASES") or {}).get(ALIAS)
    if database:
        scheme, port = _SCHEMES[database["ENGINE"]]
        host = database["HOST"]
        host = f"[{host}]" if ":" in host else host
        return f"{scheme}://{host}:{database.get('PORT') or port}"
    location = (entries.get("CACHES") or {}).get(ALIAS, {}).get("LOCATION", "")
    if isinstance(location, list):
        return f"memcached://{';'.join(location)}"
    parts = urlsplit(location)
    if parts.scheme == "unix":
        return f"redis+socket://{parts.path}"
    return str(parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl())


def configure(
    entries: Entries, *, ca_file: str | None, patience: int, directions: Directions
) -> None:
    """Be a Django project with these entries: once in a process.

    Args:
        entries: the app's.
        ca_file: stands in for the paths in them, which are of the app's host.
        patience: seconds for one connection, or one answer.
        directions: where to connect to instead of the servers.
    """
    from django.conf import settings  # noqa: PLC0415 - only such an app needs Django

    found = deepcopy(dict(entries))
    for database in found.get("DATABASES", {}).values():
        _prepare_database(database, ca_file, patience, directions)
    for cache in found.get("CACHES", {}).values():
        _prepare_cache(cache, ca_file, patience)
    # The first request for `default` is Django's own.
    databases = {"default": {}, **found.get("DATABASES", {})}
    dummy = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    settings.configure(
        DATABASES=databases,
        CACHES={"default": dummy, **found.get("CACHES", {})},
        DATABASE_ROUTERS=[Router()],
        INSTALLED_APPS=["django_celery_results"],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
    )
    import django  # noqa: PLC0415

    if any(database.get("ENGINE") == _MYSQL for database in databases.values()):
        import pymysql  # noqa: PLC0415

        pymysql.install_as_MySQLdb()
    django.setup()


class Router:
    """Sends results to their database, as the app's own router does (docs/django.md)."""

    @staticmethod
    def db_for_read(model: Any, **hints: Any) -> str | None:
        """Where a model is."""
        del hints
        label = model._meta.app_label  # noqa: SLF001 - Django's documented way
        return ALIAS if label in _APPS else None

    db_for_write = db_for_read


def _prepare_database(
    database: dict[str, Any], ca_file: str | None, patience: int, directions: Directions
) -> None:
    options = database.setdefault("OPTIONS", {})
    options["connect_timeout"] = patience
    if database["ENGINE"] == _MYSQL:
        options |= {"read_timeout": patience, "write_timeout": patience}
        if ca_file is not None and "ssl" in options:
            options["ssl"] = {**options["ssl"], "ca": ca_file}
        return
    if ca_file is not None and str(options.get("sslmode", "")).startswith("verify"):
        options["sslrootcert"] = ca_file
    found = of_libpq(directions, f"postgresql://{database['HOST']}:{database['PORT']}")
    if found:
        options["hostaddr"], database["PORT"] = found["hostaddr"], str(found["port"])


def _prepare_cache(cache: dict[str, Any], ca_file: str | None, patience: int) -> None:
    options = cache.setdefault("OPTIONS", {})
    kind = cache["BACKEND"].rpartition(".")[2]
    if kind == "RedisCache":
        options |= {"socket_timeout": patience, "socket_connect_timeout": patience}
        if ca_file is not None:
            cache["LOCATION"] = with_authority_in_url(cache["LOCATION"], ca_file)
    if kind == "PyMemcacheCache":
        options |= {"timeout": patience, "connect_timeout": patience}
