"""The tables that Celery's result backends of Django read and write, and what there is of them.

https://django-celery-results.readthedocs.io, django.core.cache.backends.db
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal

APP: Final = "django_celery_results"
"""The Django app whose migrations make the tables of results."""
MIGRATIONS: Final = "django_migrations"
"""Where Django writes down which migrations a database has had."""

Holds = Literal["results", "cache"]

CACHE: Final = ("cache_key", "value", "expires")
"""Columns of a table of Django's database cache (the command createcachetable)."""
RESULTS: Final[Mapping[str, tuple[str, ...]]] = {
    "django_celery_results_taskresult": (
        *("id", "task_id", "periodic_task_name", "task_name", "task_args", "task_kwargs"),
        *("status", "worker", "content_type", "content_encoding", "result", "date_created"),
        *("date_started", "date_done", "traceback", "meta"),
    ),
    "django_celery_results_groupresult": (
        *("id", "group_id", "date_created", "date_done", "content_type", "content_encoding"),
        "result",
    ),
    "django_celery_results_chordcounter": ("id", "group_id", "sub_tasks", "count"),
}
"""Columns of the tables of django-celery-results 2.6, as its last migration leaves them."""


@cache
def migrations() -> tuple[str, ...]:
    """The migrations that the installed django-celery-results has, in their order."""
    package = find_spec(APP)
    if package is None or package.origin is None:
        raise RuntimeError("django-celery-results is not installed beside the provider")
    found = Path(package.origin).with_name("migrations").glob("[0-9]*.py")
    return tuple(sorted(one.stem for one in found))


@dataclass(frozen=True)
class Wanted:
    """The tables that there should be.

    Args:
        tables: columns by table.
        migrations: those of django-celery-results that should have been applied.
    """

    tables: Mapping[str, tuple[str, ...]]
    migrations: tuple[str, ...] = ()

    @classmethod
    def of(cls, holds: Holds, cache_table: str) -> Wanted:
        """For results, or for a cache."""
        if holds == "cache":
            return cls({cache_table: CACHE})
        return cls(RESULTS, migrations())

    @property
    def marked(self) -> str:
        """The table whose comment says whose all of it is: the first that is made."""
        return MIGRATIONS if self.migrations else next(iter(self.tables))

    @property
    def all(self) -> tuple[str, ...]:
        """Every table, the marked one first."""
        return tuple(dict.fromkeys((self.marked, *self.tables)))

    def missing(
        self, columns: Mapping[str, Collection[str]], applied: Collection[str]
    ) -> Iterator[str]:
        """What is not there, in words.

        Args:
            columns: those that are there, by table.
            applied: the migrations that Django has written down.
        """
        for table in self.all:
            if table not in columns:
                yield f"the table {table}"
        for table, wanted in self.tables.items():
            there = columns.get(table, wanted)
            yield from (f"the column {table}.{name}" for name in wanted if name not in there)
        yield from (f"the migration {name}" for name in self.migrations if name not in applied)


def is_known(columns: Collection[str]) -> Literal["results", "migrations"] | None:
    """What a table with these columns is, of all that Django makes for Celery."""
    there = set(columns)
    if there == {"id", "app", "name", "applied"}:
        return "migrations"
    if there == set(CACHE) or any(set(wanted) <= there for wanted in RESULTS.values()):
        return "results"
    return None
