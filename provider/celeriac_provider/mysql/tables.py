"""Celery's tables: made ahead by the administrator, so that no app needs the right to create."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final, Literal, Self, cast

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import Mistake, Refused
from celeriac_provider.engine.properties import Problem, output, prop
from celeriac_provider.engine.resource import Key, Resource
from celeriac_provider.mysql import names
from celeriac_provider.mysql.client import MySql, Session
from celeriac_provider.mysql.contents import rows
from celeriac_provider.mysql.layout import GROUPS, TASKS, Parts, Seen
from celeriac_provider.mysql.names import quoted

_COMPLETE: Final = "complete"


class ResultTables(Resource):
    """The two tables of Celery's database backend, and on MariaDB its two sequences.

    They are exactly as Celery makes them, the columns of `result_extended` included: a result has
    at most 65,535 bytes (BLOB). Their mark is their comment, written with them. Rights on them are
    given by `User`; Celery's user needs no CREATE.

    An update adds what is missing (a column that a newer Celery brought, a dropped index) without
    touching a row. Deleting is refused while the tables hold rows, unless `forceDestroy` is set.
    """

    token = "mysql:ResultTables"  # noqa: S105 - no secret
    identity = ("database", "task_table", "group_table")

    database: str = prop("The database; it must exist.", replaces=True, check=names.database)
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
    layout: Literal["complete"] = prop(
        "Whether tables, columns, indexes and sequences are all there. Leave it: it shows what is "
        "missing after a refresh.",
        default=_COMPLETE,
    )
    force_destroy: bool = prop("Delete them with the results in them.", default=False, local=True)
    sequences: list[str] = output(
        "The sequences that Celery takes ids from: on MySQL, which counts by itself, none."
    )

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
        """The tables as information_schema shows them; None when neither is there."""
        del prior
        named = cls(
            database=key["database"],
            task_table=key["task_table"],
            group_table=key["group_table"],
            sequences=[],
        )

        def look(session: Session) -> Any:
            seen = Seen.of(session, named.database, named.parts())
            if not seen.columns:
                return None
            missing = ", ".join(seen.missing(named.parts()))
            marks = [seen.marks.get(table) for table, _ in named.parts() if table in seen.columns]
            return replace(
                named,
                layout=cast("Any", f"without {missing}" if missing else _COMPLETE),
                sequences=_sequences(session),
                mark=next(iter(marks), None),
            )

        found: Self | None = ctx.client(MySql).run(ctx, f"read {named.what()}", look)
        return found

    def create(self, ctx: Context) -> Self:
        """Make everything: what an interruption left carries the mark, and is completed."""
        return self._completed(ctx, taking_up=False)

    def update(self, old: Self, ctx: Context) -> Self:
        """Add what is missing, write the mark."""
        del old
        return self._completed(ctx, taking_up=True)

    def guard(self, ctx: Context) -> str | None:
        """Rows in the tables."""

        def count(session: Session) -> str | None:
            there = Seen.of(session, self.database, self.parts()).columns
            return rows(session, self.database, [t for t, _ in self.parts() if t in there])

        found = ctx.client(MySql).run(ctx, f"look into {self.what()}", count)
        return found and f"{self.what()} hold results, {found}"

    def delete(self, ctx: Context) -> None:
        """Drop sequences and tables: the tables, which carry the mark, last."""

        def drop(session: Session) -> None:
            for _, layout in reversed(self.parts()):
                if session.mariadb:
                    session.run(f"DROP SEQUENCE IF EXISTS {quoted(self.database, layout.sequence)}")
            for table, _ in reversed(self.parts()):
                session.run(f"DROP TABLE IF EXISTS {quoted(self.database, table)}")

        ctx.client(MySql).run(ctx, f"drop {self.what()}", drop)

    # Inside.

    def what(self) -> str:
        """For messages."""
        return f"the result tables of the database {self.database!r}"

    def parts(self) -> Parts:
        """The tables with their layouts."""
        return (self.task_table, TASKS), (self.group_table, GROUPS)

    def _completed(self, ctx: Context, *, taking_up: bool) -> Self:
        def complete(session: Session) -> list[str]:
            seen = Seen.of(session, self.database, self.parts())
            self._refuse_foreign(seen, taking_up=taking_up)
            self._refuse_other_types(seen)
            for table, layout in self.parts():
                for statement, values in seen.statements(self.database, table, layout, self.mark):
                    session.run(statement, *values)
            return _sequences(session)

        found = ctx.client(MySql).run(ctx, f"make {self.what()}", complete)
        return replace(self, sequences=found)

    def _refuse_foreign(self, seen: Seen, *, taking_up: bool) -> None:
        """What stands beside our first table and is somebody else's."""
        for name, mark in seen.marks.items():
            # One that lost its mark beside our tables is ours.
            if mark != self.mark and not (taking_up and mark is None) and not self.adopt:
                raise Mistake(
                    f"{name} in the database {self.database!r} was not made with these tables: "
                    f"give them a database of their own, or take it over with `adopt: true`",
                    "database",
                )

    def _refuse_other_types(self, seen: Seen) -> None:
        for table, layout in self.parts():
            wanted = dict(layout.columns)
            for column, type_ in seen.columns.get(table, {}).items():
                if type_ != wanted.get(column, type_):
                    raise Refused(
                        f"the column {column} of {self.database}.{table} is {type_}, Celery needs "
                        f"{wanted[column]}: change it with ALTER TABLE, or give other table names"
                    )


def _sequences(session: Session) -> list[str]:
    return [TASKS.sequence, GROUPS.sequence] if session.mariadb else []
