"""Django's tables for Celery: made ahead by their owner, so that no app needs CREATE."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, Self, cast

import psycopg
from psycopg import sql

from celeriac_provider.django.layout import APP, MIGRATIONS, Wanted
from celeriac_provider.django.process import run
from celeriac_provider.engine.context import Context
from celeriac_provider.engine.properties import prop
from celeriac_provider.engine.resource import Key, Resource
from celeriac_provider.postgresql import names, refusals
from celeriac_provider.postgresql.client import LOCK, Postgres
from celeriac_provider.postgresql.connections import Cursor
from celeriac_provider.postgresql.contents import rows
from celeriac_provider.postgresql.membership import member_of

_COMPLETE: Final = "complete"
_SCHEMA: Final = "public"


class DjangoTables(Resource):
    """The tables of django-celery-results, or one of Django's database cache.

    Those of django-celery-results (`django-db`) are made by its own migrations, which Django runs
    as the owner, in one transaction; the table of a cache (`django-cache`) is the one that
    `createcachetable` makes. Rights on them are given by `Grants`: SELECT, INSERT, UPDATE and
    DELETE are all that Celery needs, ids are the server's (no right on a sequence), and nobody but
    the owner reads `django_migrations`.

    An update applies the migrations that a newer django-celery-results brought and makes anew what
    was dropped, without touching a row. Deleting is refused while the tables hold rows, unless
    `forceDestroy` is set.
    """

    token = "postgresql:DjangoTables"  # noqa: S105 - no secret
    identity = ("database", "holds", "cache_table")

    database: str = prop("The database; its schema is `public`.", replaces=True, check=names.name)
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
    owner: str = prop("The role that owns them; it needs CREATE on the schema.")
    layout: Literal["complete"] = prop(
        "Whether tables, columns and migrations are all there. Leave it: it shows what is missing "
        "after a refresh.",
        default=_COMPLETE,
    )
    force_destroy: bool = prop("Delete them with the results in them.", default=False, local=True)

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """The tables as the catalog shows them; None when none is there."""
        client = ctx.client(Postgres)
        if not client.exists(ctx, key["database"]):
            return None
        named = cls(
            database=key["database"],
            holds=cast("Any", key["holds"]),
            cache_table=key["cache_table"],
            owner="",
        )

        def look(cursor: Cursor) -> Any:
            wanted = named.wanted
            seen = _Seen.of(cursor, wanted)
            if not seen.owners.keys() & {*wanted.tables, *_if_marked(seen, wanted)}:
                return None
            missing = ", ".join(wanted.missing(seen.columns, seen.applied))
            strangers = sorted(set(seen.owners.values()) - ({prior.owner} if prior else set()))
            return replace(
                named,
                owner=strangers[0] if strangers else next(iter(seen.owners.values())),
                layout=cast("Any", f"without {missing}" if missing else _COMPLETE),
                mark=next((m for name in wanted.all if (m := seen.marks.get(name))), None),
            )

        found: Self | None = named._inside(ctx, "read", look, locked=False)
        return found

    def create(self, ctx: Context) -> Self:
        """Make everything in one transaction."""
        self._complete(ctx)
        return self

    def update(self, old: Self, ctx: Context) -> Self:
        """Apply what is missing, change the owner, write the mark."""
        del old
        self._complete(ctx)
        return self

    def guard(self, ctx: Context) -> str | None:
        """Rows in the tables."""

        def count(cursor: Cursor) -> str | None:
            owners = _Seen.of(cursor, self.wanted).owners
            tables = [name for name in self.wanted.tables if name in owners]
            return rows(cursor, owners[tables[0]], _SCHEMA, tables) if tables else None

        found = self._inside(ctx, "look into", count, locked=False)
        return found and f"{self.what()} hold results, {found}"

    def delete(self, ctx: Context) -> None:
        """Drop the tables, and what is written down of their migrations."""

        def drop(cursor: Cursor) -> None:
            for name, owner in _Seen.of(cursor, self.wanted).owners.items():
                with member_of(cursor, owner):
                    table = sql.Identifier(_SCHEMA, name)
                    if name == MIGRATIONS:
                        cursor.execute(
                            sql.SQL("DELETE FROM {} WHERE app = %s").format(table), [APP]
                        )
                        others = sql.SQL("SELECT FROM {} LIMIT 1").format(table)
                        if cursor.execute(others).fetchone() is not None:
                            cursor.execute(sql.SQL("COMMENT ON TABLE {} IS NULL").format(table))
                            continue
                    cursor.execute(sql.SQL("DROP TABLE {}").format(table))

        self._inside(ctx, "drop", drop)

    # Inside.

    @property
    def wanted(self) -> Wanted:
        """What there should be."""
        return Wanted.of(self.holds, self.cache_table)

    def what(self) -> str:
        """For messages."""
        tables = "result tables" if self.holds == "results" else "cache table"
        return f"Django's {tables} in the database {self.database!r}"

    def _inside(
        self, ctx: Context, verb: str, work: Callable[[Cursor], Any], *, locked: bool = True
    ) -> Any:
        return ctx.client(Postgres).transaction(
            ctx, f"{verb} {self.what()}", work, database=self.database, locked=locked
        )

    def _complete(self, ctx: Context) -> None:
        def own(cursor: Cursor) -> None:
            for name, owner in _Seen.of(cursor, self.wanted).owners.items():
                if owner != self.owner:
                    with member_of(cursor, owner), member_of(cursor, self.owner):
                        cursor.execute(
                            sql.SQL("ALTER TABLE {} OWNER TO {}").format(
                                sql.Identifier(_SCHEMA, name), sql.Identifier(self.owner)
                            )
                        )
            if self.holds == "cache":
                self._make_cache(cursor)

        self._inside(ctx, "make", own)
        if self.holds == "results":
            self._migrate(ctx)

    def _make_cache(self, cursor: Cursor) -> None:
        """As django/core/management/commands/createcachetable.py."""
        table = sql.Identifier(_SCHEMA, self.cache_table)
        with member_of(cursor, self.owner):
            cursor.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(self.owner)))
            cursor.execute(
                sql.SQL(
                    "CREATE TABLE IF NOT EXISTS {} (cache_key varchar(255) NOT NULL PRIMARY KEY, "
                    "value text NOT NULL, expires timestamp with time zone NOT NULL)"
                ).format(table)
            )
            for column, type_ in (("value", "text"), ("expires", "timestamp with time zone")):
                cursor.execute(
                    sql.SQL("ALTER TABLE {} ADD COLUMN IF NOT EXISTS {} {} NOT NULL").format(
                        table, sql.Identifier(column), sql.SQL(cast("Any", type_))
                    )
                )
            cursor.execute(
                sql.SQL("CREATE INDEX IF NOT EXISTS {} ON {} (expires)").format(
                    sql.Identifier(f"{self.cache_table}_expires"), table
                )
            )
            cursor.execute(
                sql.SQL("COMMENT ON TABLE {} IS {}").format(table, sql.Literal(self.mark))
            )
            cursor.execute("RESET ROLE")

    def _migrate(self, ctx: Context) -> None:
        client = ctx.client(Postgres)
        doing = f"make {self.what()} as {self.owner!r}"
        request = {
            "login": client.login(ctx, self.database),
            "owner": self.owner,
            "tables": self.wanted.all,
            "mark": self.mark,
            "lock": LOCK,
        }
        child = "celeriac_provider.postgresql.django_child"
        answer = run(ctx, child, request, doing, client.server)
        if not answer.get("ok"):
            raise client.refused(_error(answer), doing, self.database)


@dataclass(frozen=True)
class _Seen:
    """What the catalog says.

    Args:
        owners: by table that is there.
        columns: by table.
        marks: by table.
        applied: the migrations that Django has written down.
    """

    owners: dict[str, str]
    columns: dict[str, list[str]]
    marks: dict[str, str | None]
    applied: set[str]

    @classmethod
    def of(cls, cursor: Cursor, wanted: Wanted) -> _Seen:
        """What there is of the wanted tables."""
        found = cursor.execute(
            "SELECT relname, pg_get_userbyid(relowner), obj_description(c.oid, 'pg_class'), "
            "array(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid "
            "  AND attnum > 0 AND NOT attisdropped) "
            "FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
            "WHERE nspname = %s AND relkind IN ('r', 'p') AND relname = ANY(%s)",
            [_SCHEMA, list(wanted.all)],
        ).fetchall()
        # In the order in which they are made, whatever the catalog's is.
        found.sort(key=lambda row: wanted.all.index(row[0]))
        owners = {name: owner for name, owner, _, _ in found}
        applied: set[str] = set()
        if MIGRATIONS in owners:
            with member_of(cursor, owners[MIGRATIONS]):
                query = sql.SQL("SELECT name FROM {} WHERE app = %s").format(
                    sql.Identifier(_SCHEMA, MIGRATIONS)
                )
                applied = {name for (name,) in cursor.execute(query, [APP])}
        return cls(
            owners=owners,
            columns={name: columns for name, _, _, columns in found},
            marks={name: names.mark(comment) for name, _, comment, _ in found},
            applied=applied,
        )


def _if_marked(seen: _Seen, wanted: Wanted) -> tuple[str, ...]:
    """Django's list of migrations, where it is ours: every app of Django's has one."""
    return (wanted.marked,) if seen.marks.get(wanted.marked) else ()


def _error(answer: dict[str, Any]) -> psycopg.Error:
    """What the child's driver raised."""
    if answer["sqlstate"] is None:
        return psycopg.OperationalError(answer["said"])
    return refusals.Told(answer["sqlstate"], answer["said"])
