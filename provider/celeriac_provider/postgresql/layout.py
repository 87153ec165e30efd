"""The layout of Celery's tables, what there is of it, and the statements that complete it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from psycopg import sql

from celeriac_provider.postgresql import names
from celeriac_provider.postgresql.connections import Cursor


@dataclass(frozen=True)
class Layout:
    """How one of Celery's tables looks.

    Args:
        sequence: the sequence that the client takes ids from.
        index: the index on `date_done`, whatever the table is called.
        key: the unique column beside the primary key `id`.
        columns: name and type of each column, as `format_type` spells it.
    """

    sequence: str
    index: str
    key: str
    columns: tuple[tuple[str, str], ...]


_TEXT = "character varying(155)"
_MOMENT = "timestamp without time zone"

# celery/backends/database/models.py. Celery makes the columns of `result_extended` always, and
# warns when one is missing, whether the setting is on or not.
TASKS: Final = Layout(
    sequence="task_id_sequence",
    index="ix_celery_taskmeta_date_done",
    key="task_id",
    columns=(
        ("id", "integer"),
        ("task_id", _TEXT),
        ("status", "character varying(50)"),
        ("result", "bytea"),
        ("date_done", _MOMENT),
        ("traceback", "text"),
        ("children", "bytea"),
        ("name", _TEXT),
        ("args", "bytea"),
        ("kwargs", "bytea"),
        ("worker", _TEXT),
        ("retries", "integer"),
        ("queue", _TEXT),
        ("stamps", "bytea"),
    ),
)
GROUPS: Final = Layout(
    sequence="taskset_id_sequence",
    index="ix_celery_tasksetmeta_date_done",
    key="taskset_id",
    columns=(
        ("id", "integer"),
        ("taskset_id", _TEXT),
        ("result", "bytea"),
        ("date_done", _MOMENT),
    ),
)


Parts = tuple[tuple[str, Layout], ...]
"""Tables by name with their layouts."""


@dataclass(frozen=True)
class Seen:
    """What the catalog says.

    Args:
        tables: owner by name, of those that are there.
        sequences: the same.
        columns: types by column by table.
        unique: (table, column) of unique indexes on one column.
        indexed: (table, column) of indexes that begin with the column.
        marks: by name, of tables and sequences.
        mark: that of the tables.
    """

    tables: dict[str, str]
    sequences: dict[str, str]
    columns: dict[str, dict[str, str]]
    unique: set[tuple[str, str]]
    indexed: set[tuple[str, str]]
    marks: dict[str, str | None]
    mark: str | None

    @property
    def owners(self) -> set[str]:
        """All owners."""
        return {*self.tables.values(), *self.sequences.values()}

    @classmethod
    def of(cls, cursor: Cursor, schema: str, parts: Parts) -> Seen:
        """What there is of the wanted tables and sequences."""
        tables = [name for name, _ in parts]
        relations = cursor.execute(
            "SELECT relname, relkind::text, pg_get_userbyid(relowner), "
            "obj_description(c.oid, 'pg_class') "
            "FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = %s "
            "AND (relkind IN ('r', 'p') AND relname = ANY(%s) "
            "  OR relkind = 'S' AND relname = ANY(%s)) ORDER BY 1",
            [schema, tables, [layout.sequence for _, layout in parts]],
        ).fetchall()
        columns: dict[str, dict[str, str]] = {}
        for table, column, type_ in cursor.execute(
            "SELECT relname, attname, format_type(atttypid, atttypmod) "
            "FROM pg_attribute JOIN pg_class c ON c.oid = attrelid "
            "JOIN pg_namespace n ON n.oid = relnamespace "
            "WHERE nspname = %s AND relname = ANY(%s) AND attnum > 0 AND NOT attisdropped",
            [schema, tables],
        ):
            columns.setdefault(table, {})[column] = type_
        indexes = cursor.execute(
            "SELECT relname, attname, indisunique AND indnkeyatts = 1 "
            "FROM pg_index JOIN pg_class c ON c.oid = indrelid "
            "JOIN pg_namespace n ON n.oid = relnamespace "
            "JOIN pg_attribute a ON attrelid = indrelid AND attnum = indkey[0] "
            "WHERE nspname = %s AND relname = ANY(%s) AND indisvalid AND indpred IS NULL",
            [schema, tables],
        ).fetchall()
        marks = {name: names.mark(comment) for name, _, _, comment in relations}
        return cls(
            tables={name: owner for name, kind, owner, _ in relations if kind != "S"},
            sequences={name: owner for name, kind, owner, _ in relations if kind == "S"},
            columns=columns,
            unique={(table, column) for table, column, unique in indexes if unique},
            indexed={(table, column) for table, column, _ in indexes},
            marks=marks,
            mark=next((m for name in tables if (m := marks.get(name))), None),
        )

    def missing(self, parts: Parts) -> Iterator[str]:
        """What is not as Celery needs it, in words."""
        for table, layout in parts:
            if layout.sequence not in self.sequences:
                yield f"the sequence {layout.sequence}"
            if table not in self.tables:
                yield f"the table {table}"
                continue
            columns = self.columns.get(table, {})
            for column, type_ in layout.columns:
                if column not in columns:
                    yield f"the column {table}.{column}"
                elif columns[column] != type_:
                    yield f"the type {type_} of {table}.{column}"
            yield from (
                f"the {'unique ' if unique else ''}index on {table}.{column}"
                for column, unique in _indexes(layout)
                if column in columns and not self._has_index(table, column, unique=unique)
            )

    def statements(self, schema: str, table: str, layout: Layout) -> Iterator[sql.Composed]:
        """What makes it as Celery needs it."""
        on = sql.Identifier(schema, table)
        if layout.sequence not in self.sequences:
            yield sql.SQL("CREATE SEQUENCE {}").format(sql.Identifier(schema, layout.sequence))
        if table not in self.tables:
            columns = (
                sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(type_))
                for name, type_ in layout.columns
            )
            yield sql.SQL("CREATE TABLE {} ({}, PRIMARY KEY (id), UNIQUE ({}))").format(
                on, sql.SQL(", ").join(columns), sql.Identifier(layout.key)
            )
        columns_there = self.columns.get(table, dict(layout.columns))
        for name, type_ in layout.columns:
            if name not in columns_there:
                yield sql.SQL("ALTER TABLE {} ADD COLUMN {} {}").format(
                    on, sql.Identifier(name), sql.SQL(type_)
                )
        for column, unique in _indexes(layout):
            if unique and (table not in self.tables or self._has_index(table, column, unique=True)):
                continue
            if unique:
                add = "PRIMARY KEY" if column == "id" else "UNIQUE"
                yield sql.SQL("ALTER TABLE {} ADD {} ({})").format(
                    on, sql.SQL(add), sql.Identifier(column)
                )
            elif not self._has_index(table, column, unique=False):
                yield sql.SQL("CREATE INDEX {} ON {} ({})").format(
                    sql.Identifier(layout.index), on, sql.Identifier(column)
                )

    def _has_index(self, table: str, column: str, *, unique: bool) -> bool:
        return (table, column) in (self.unique if unique else self.indexed)


def _indexes(layout: Layout) -> tuple[tuple[str, bool], ...]:
    """Columns with an index, and whether it is a unique one."""
    return ("id", True), (layout.key, True), ("date_done", False)
