"""Django's tables for Celery: made ahead, so that no app needs the right to create."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, Literal, Self, cast

import pymysql

from celeriac_provider.django.layout import APP, MIGRATIONS, Wanted
from celeriac_provider.django.process import run
from celeriac_provider.engine.context import Context
from celeriac_provider.engine.marks import Mark
from celeriac_provider.engine.properties import prop
from celeriac_provider.engine.resource import Key, Resource
from celeriac_provider.mysql import names
from celeriac_provider.mysql.client import MySql, Session
from celeriac_provider.mysql.contents import rows
from celeriac_provider.mysql.names import quoted

_COMPLETE: Final = "complete"


class DjangoTables(Resource):
    """The tables of django-celery-results, or one of Django's database cache.

    Those of django-celery-results (`django-db`) are made by its own migrations, which Django runs;
    the table of a cache (`django-cache`) is the one that `createcachetable` makes. Their mark is
    their comment: the first table gets it with its making. Rights on them are given by `User`:
    SELECT, INSERT, UPDATE and DELETE are all that Celery needs.

    An update applies the migrations that a newer django-celery-results brought and makes anew what
    was dropped, without touching a row. Deleting is refused while the tables hold rows, unless
    `forceDestroy` is set.
    """

    token = "mysql:DjangoTables"  # noqa: S105 - no secret
    identity = ("database", "holds", "cache_table")

    database: str = prop("The database; it must exist.", replaces=True, check=names.database)
    holds: Literal["results", "cache"] = prop(
        "Results through Django's ORM (`results`), or through a cache of Django's (`cache`).",
        default="results",
        replaces=True,
    )
    cache_table: str = prop(
        "The table of a cache (Django: `LOCATION`). Of no meaning for `results`.",
        default="celery_cache",
        replaces=True,
        check=names.name,
    )
    layout: Literal["complete"] = prop(
        "Whether tables, columns and migrations are all there. Leave it: it shows what is missing "
        "after a refresh.",
        default=_COMPLETE,
    )
    force_destroy: bool = prop("Delete them with the results in them.", default=False, local=True)

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """The tables as information_schema shows them; None when none is there."""
        del prior
        named = cls(
            database=key["database"],
            holds=cast("Any", key["holds"]),
            cache_table=key["cache_table"],
        )

        def look(session: Session) -> Any:
            wanted = named.wanted
            seen = _Seen.of(session, named.database, wanted)
            marked = {wanted.marked} if seen.marks.get(wanted.marked) else set()
            if not seen.columns.keys() & ({*wanted.tables} | marked):
                return None
            missing = ", ".join(wanted.missing(seen.columns, seen.applied))
            return replace(
                named,
                layout=cast("Any", f"without {missing}" if missing else _COMPLETE),
                mark=next((m for name in wanted.all if (m := seen.marks.get(name))), None),
            )

        found: Self | None = ctx.client(MySql).run(ctx, f"read {named.what()}", look)
        return found

    def create(self, ctx: Context) -> Self:
        """Make everything: what an interruption left carries the mark, and is completed."""
        self._complete(ctx)
        return self

    def update(self, old: Self, ctx: Context) -> Self:
        """Apply what is missing, write the mark."""
        del old
        self._complete(ctx)
        return self

    def guard(self, ctx: Context) -> str | None:
        """Rows in the tables."""

        def count(session: Session) -> str | None:
            there = _Seen.of(session, self.database, self.wanted).columns
            return rows(session, self.database, [t for t in self.wanted.tables if t in there])

        found = ctx.client(MySql).run(ctx, f"look into {self.what()}", count)
        return found and f"{self.what()} hold results, {found}"

    def delete(self, ctx: Context) -> None:
        """Drop the tables: the one that carried the mark first last."""

        def drop(session: Session) -> None:
            there = _Seen.of(session, self.database, self.wanted).columns
            for name in reversed(self.wanted.all):
                if name not in there:
                    continue
                table = quoted(self.database, name)
                if name == MIGRATIONS:
                    session.run(f"DELETE FROM {table} WHERE app = %s", APP)  # noqa: S608 - quoted
                    others = f"SELECT 1 FROM {table} LIMIT 1"  # noqa: S608 - quoted
                    if session.one(others) is not None:
                        session.run(f"ALTER TABLE {table} COMMENT = ''")
                        continue
                session.run(f"DROP TABLE {table}")

        ctx.client(MySql).run(ctx, f"drop {self.what()}", drop)

    # Inside.

    @property
    def wanted(self) -> Wanted:
        """What there should be."""
        return Wanted.of(self.holds, self.cache_table)

    def what(self) -> str:
        """For messages."""
        tables = "result tables" if self.holds == "results" else "cache table"
        return f"Django's {tables} in the database {self.database!r}"

    def _complete(self, ctx: Context) -> None:
        client, doing = ctx.client(MySql), f"make {self.what()}"

        def begin(session: Session) -> None:
            # The table that carries the mark, with it: each statement commits by itself.
            marked = self.wanted.marked
            seen = _Seen.of(session, self.database, self.wanted)
            session.run(
                f"CREATE TABLE IF NOT EXISTS {quoted(self.database, marked)} "
                f"({_cache(marked) if self.holds == 'cache' else _MIGRATIONS}) COMMENT = %s",
                self.mark or "",
            )
            if self.holds == "cache" and marked in seen.columns:
                session.run(
                    f"ALTER TABLE {quoted(self.database, marked)} "
                    + ", ".join((*self._lost(seen), "COMMENT = %s")),
                    self.mark or "",
                )

        client.run(ctx, doing, begin)
        if self.holds == "cache":
            return
        request = {
            "login": client.login(patience=ctx.timeout),
            "database": self.database,
            "tables": self.wanted.all,
            "mark": self.mark or "",
        }
        child = "celeriac_provider.mysql.django_child"
        answer = run(ctx, child, request, doing, client.server)
        if not answer.get("ok"):
            error = pymysql.OperationalError(*answer["arguments"] or (0, answer["said"]))
            raise client.refused(error, doing)

    def _lost(self, seen: _Seen) -> list[str]:
        """What a cache's table that is there lacks."""
        there = seen.columns[self.cache_table]
        columns = {"value": "longtext NOT NULL", "expires": "datetime(6) NOT NULL"}
        return [f"ADD `{name}` {type_}" for name, type_ in columns.items() if name not in there]


def _cache(table: str) -> str:
    """A cache's table, as django/core/management/commands/createcachetable.py makes it."""
    return (
        "cache_key varchar(255) NOT NULL PRIMARY KEY, value longtext NOT NULL, "
        f"expires datetime(6) NOT NULL, KEY {quoted(f'{table}_expires')} (expires)"
    )


_MIGRATIONS: Final = (
    "id bigint AUTO_INCREMENT NOT NULL PRIMARY KEY, app varchar(255) NOT NULL, "
    "name varchar(255) NOT NULL, applied datetime(6) NOT NULL"
)
"""As django/db/migrations/recorder.py makes it."""


@dataclass(frozen=True)
class _Seen:
    """What information_schema says.

    Args:
        columns: by table that is there.
        marks: by table.
        applied: the migrations that Django has written down.
    """

    columns: dict[str, list[str]]
    marks: dict[str, str | None]
    applied: set[str]

    @classmethod
    def of(cls, session: Session, database: str, wanted: Wanted) -> _Seen:
        """What there is of the wanted tables."""
        marks = {
            name: str(mark) if (mark := Mark.find(comment)) else None
            for name, comment in session.run(
                "SELECT table_name, table_comment FROM information_schema.tables "
                "WHERE table_schema = %s AND table_name IN %s",
                database,
                list(wanted.all),
            )
        }
        columns: dict[str, list[str]] = {}
        for table, column in session.run(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = %s AND table_name IN %s",
            database,
            list(wanted.all),
        ):
            columns.setdefault(table, []).append(column)
        applied: set[str] = set()
        if MIGRATIONS in columns:
            query = f"SELECT name FROM {quoted(database, MIGRATIONS)} WHERE app = %s"  # noqa: S608
            applied = {name for (name,) in session.run(query, APP)}
        return cls(columns=columns, marks=marks, applied=applied)
