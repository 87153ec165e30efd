"""Celery's tables: made ahead by their owner, so that no app needs the right to create."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final, Literal, Self, cast

from psycopg import sql

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import Mistake, Refused
from celeriac_provider.engine.properties import Problem, output, prop
from celeriac_provider.engine.resource import Key, Resource
from celeriac_provider.postgresql import names
from celeriac_provider.postgresql.client import Postgres
from celeriac_provider.postgresql.connections import Cursor
from celeriac_provider.postgresql.contents import rows
from celeriac_provider.postgresql.layout import GROUPS, TASKS, Parts, Seen
from celeriac_provider.postgresql.membership import member_of

_COMPLETE: Final = "complete"


class ResultTables(Resource):
    """The two tables and two sequences of Celery's database backend, exactly as Celery makes them.

    The columns of `result_extended` are always there, as they are when Celery makes the tables:
    the setting can be turned on at any time. Rights on the tables are given by `Grants`; Celery's
    login needs no CREATE, and no rights on the database but CONNECT.

    An update adds what is missing (a column that a newer Celery brought, a dropped index) without
    touching a row. Deleting is refused while the tables hold rows, unless `forceDestroy` is set.
    """

    token = "postgresql:ResultTables"  # noqa: S105 - no secret
    identity = ("database", "schema", "task_table", "group_table")

    database: str = prop("The database.", replaces=True, check=names.name)
    schema: str = prop(
        "The schema; it must exist. Celery's sequences have fixed names, so one schema has one "
        "set of tables.",
        default="public",
        replaces=True,
        check=names.name,
    )
    task_table: str = prop(
        "The table of task results (Celery: `database_table_names['task']`).",
        default="celery_taskmeta",
        replaces=True,
        check=names.name,
    )
    group_table: str = prop(
        "The table of group results (Celery: `database_table_names['group']`).",
        default="celery_tasksetmeta",
        replaces=True,
        check=names.name,
    )
    owner: str = prop("The role that owns them; it needs CREATE on the schema.")
    layout: Literal["complete"] = prop(
        "Whether tables, columns, indexes and sequences are all there. Leave it: it shows what is "
        "missing after a refresh.",
        default=_COMPLETE,
    )
    force_destroy: bool = prop("Delete them with the results in them.", default=False, local=True)
    sequences: list[str] = output("The sequences that Celery takes ids from, for `Grants`.")

    def problems(self) -> Iterable[Problem]:
        """Two tables need two names."""
        if self.task_table == self.group_table:
            yield Problem(
                "groupTable",
                f"groupTable of ResultTables is {self.group_table!r} like taskTable: tasks and "
                f"groups need a table each",
            )

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """The tables as the catalog shows them; None when neither is there."""
        client = ctx.client(Postgres)
        if not client.exists(ctx, key["database"]):
            return None
        named = cls(
            database=key["database"],
            schema=key["schema"],
            task_table=key["task_table"],
            group_table=key["group_table"],
            owner="",
            sequences=[],
        )

        def look(cursor: Cursor) -> Any:
            seen = Seen.of(cursor, named.schema, named.parts())
            if not seen.tables:
                return None
            missing = ", ".join(seen.missing(named.parts()))
            strangers = sorted(seen.owners - ({prior.owner} if prior else set()))
            return replace(
                named,
                owner=strangers[0] if strangers else next(iter(seen.owners)),
                layout=cast("Any", f"without {missing}" if missing else _COMPLETE),
                sequences=[TASKS.sequence, GROUPS.sequence],
                mark=seen.mark,
            )

        found: Self | None = client.transaction(
            ctx, f"read {named.what()}", look, database=named.database
        )
        return found

    def create(self, ctx: Context) -> Self:
        """Make everything in one transaction."""
        return self._completed(ctx, taking_up=False)

    def update(self, old: Self, ctx: Context) -> Self:
        """Add what is missing, change the owner, write the mark."""
        del old
        return self._completed(ctx, taking_up=True)

    def guard(self, ctx: Context) -> str | None:
        """Rows in the tables."""

        def count(cursor: Cursor) -> str | None:
            seen = Seen.of(cursor, self.schema, self.parts())
            tables = [name for name in (self.task_table, self.group_table) if name in seen.tables]
            return rows(cursor, seen.tables[tables[0]], self.schema, tables) if tables else None

        found = ctx.client(Postgres).transaction(
            ctx, f"look into {self.what()}", count, database=self.database
        )
        return found and f"{self.what()} hold results, {found}"

    def delete(self, ctx: Context) -> None:
        """Drop tables and sequences."""

        def drop(cursor: Cursor) -> None:
            seen = Seen.of(cursor, self.schema, self.parts())
            for kind, found in (("TABLE", seen.tables), ("SEQUENCE", seen.sequences)):
                for name, owner in found.items():
                    with member_of(cursor, owner):
                        cursor.execute(
                            sql.SQL("DROP {} {}").format(
                                sql.SQL(kind), sql.Identifier(self.schema, name)
                            )
                        )

        ctx.client(Postgres).transaction(
            ctx, f"drop {self.what()}", drop, database=self.database, locked=True
        )

    # Inside.

    def what(self) -> str:
        """For messages."""
        return f"the result tables of the database {self.database!r}"

    def parts(self) -> Parts:
        """The tables with their layouts."""
        return (self.task_table, TASKS), (self.group_table, GROUPS)

    def _completed(self, ctx: Context, *, taking_up: bool) -> Self:
        def complete(cursor: Cursor) -> None:
            seen = Seen.of(cursor, self.schema, self.parts())
            self._refuse_foreign_sequences(seen, taking_up=taking_up)
            self._refuse_other_types(seen)
            for kind, found in (("TABLE", seen.tables), ("SEQUENCE", seen.sequences)):
                for name, owner in found.items():
                    if owner != self.owner:
                        self._give(cursor, kind, name, owner)
            with _acting_as(cursor, self.owner):
                for table, layout in self.parts():
                    for statement in seen.statements(self.schema, table, layout):
                        cursor.execute(statement)
                    for kind, name in (("TABLE", table), ("SEQUENCE", layout.sequence)):
                        cursor.execute(
                            sql.SQL("COMMENT ON {} {} IS {}").format(
                                sql.SQL(kind),
                                sql.Identifier(self.schema, name),
                                sql.Literal(self.mark),
                            )
                        )

        ctx.client(Postgres).transaction(
            ctx,
            f"make {self.what()} as {self.owner!r}",
            complete,
            database=self.database,
            locked=True,
        )
        return replace(self, sequences=[TASKS.sequence, GROUPS.sequence])

    def _give(self, cursor: Cursor, kind: str, name: str, owner: str) -> None:
        with member_of(cursor, owner), member_of(cursor, self.owner):
            cursor.execute(
                sql.SQL("ALTER {} {} OWNER TO {}").format(
                    sql.SQL(kind), sql.Identifier(self.schema, name), sql.Identifier(self.owner)
                )
            )

    def _refuse_foreign_sequences(self, seen: Seen, *, taking_up: bool) -> None:
        for name in seen.sequences:
            mark = seen.marks[name]
            # One that lost its mark beside our tables is ours.
            if mark != self.mark and not (taking_up and mark is None) and not self.adopt:
                raise Mistake(
                    f"Celery's sequence {name} in the schema {self.schema!r} of the database "
                    f"{self.database!r} was not made with these tables: give them a schema of "
                    f"their own, or take it over with `adopt: true`",
                    "schema",
                )

    def _refuse_other_types(self, seen: Seen) -> None:
        for table, layout in self.parts():
            wanted = dict(layout.columns)
            for column, type_ in seen.columns.get(table, {}).items():
                if type_ != wanted.get(column, type_):
                    raise Refused(
                        f"the column {column} of {self.schema}.{table} in the database "
                        f"{self.database!r} is {type_}, Celery needs {wanted[column]}: change it "
                        f"with ALTER TABLE, or give other table names"
                    )


@contextmanager
def _acting_as(cursor: Cursor, role: str) -> Iterator[None]:
    """What is made inside belongs to the role."""
    with member_of(cursor, role):
        cursor.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
        yield
        cursor.execute("RESET ROLE")
