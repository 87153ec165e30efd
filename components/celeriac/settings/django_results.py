"""Results through Django in a stack file: `resultBackend: {server: NAME, django: orm}`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from celeriac.contract import DJANGO_MAX_ENTRIES, RedisSentinels
from celeriac.settings import readers
from celeriac.settings.model import (
    DjangoResults,
    MemcachedResults,
    MysqlResults,
    PostgresqlResults,
    RedisResults,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Literal

    from celeriac.contract import DjangoBackend
    from celeriac.settings.results_draft import ResultsDraft
    from celeriac.settings.section import Section
    from celeriac.settings.server_model import AnyServer

KEYS = ("django", "maxEntries")
"""Keys that only results through Django have."""
_BACKENDS: Mapping[Literal["orm", "cache"], DjangoBackend] = {
    "orm": "django-db",
    "cache": "django-cache",
}


def through_django(entry: Section, draft: ResultsDraft, server: AnyServer) -> ResultsDraft:
    """The draft as it is, or with Django between Celery and the server.

    Args:
        entry: the result backend's.
        draft: what it would be without Django.
        server: its server.
    """
    on = draft.results
    ways: Callable[[object], Literal["orm", "cache"]] = readers.choice("orm", "cache")
    way = entry.get("django", ways, None)
    if "django" not in entry:
        entry.refuse("maxEntries", "is for django: cache in a database: leave it out")
        return draft
    in_database = isinstance(on, PostgresqlResults | MysqlResults)
    entry.refuse("driver", "has no meaning beside django, which finds its driver: leave it out")
    if in_database and way == "cache":
        entries = entry.get("maxEntries", readers.whole(1), DJANGO_MAX_ENTRIES)
    else:
        entries = DJANGO_MAX_ENTRIES
        entry.refuse("maxEntries", "is for django: cache in a database: leave it out")
    if way == "orm" and not in_database:
        entry.problem(
            "is orm, which needs a database: write cache, or name a postgresql or mysql server",
            "django",
        )
    if isinstance(getattr(server, "form", None), RedisSentinels):
        entry.problem(
            f"is written, and Django's client does not know sentinels, behind which {server.name} "
            "is: leave it out, or name another server",
            "django",
        )
    if way is None or not isinstance(
        on, PostgresqlResults | MysqlResults | RedisResults | MemcachedResults
    ):
        return replace(draft, kind=None, results=None)
    backend = _BACKENDS[way]
    results = DjangoResults(backend=backend, on=on, expires=draft.expires, max_entries=entries)
    return replace(draft, kind=backend, results=results)


def refuse_django(entry: Section, why: str) -> None:
    """Where Django does not keep results."""
    for key in KEYS:
        entry.refuse(
            key,
            f"is for results on a postgresql, mysql, redis or memcached server, and {why}: "
            "leave it out",
        )
