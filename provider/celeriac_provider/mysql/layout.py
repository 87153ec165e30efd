"""The layout of Celery's tables, what there is of it, and the statements that complete it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from celeriac_provider.engine.marks import Mark
from celeriac_provider.mysql.client import Session
from celeriac_provider.mysql.names import quoted


@dataclass(frozen=True)
class Layout:
    """How one of Celery's tables looks.

    Args:
        sequence: on MariaDB, the sequence that the client takes ids from; MySQL counts by itself.
        index: the index on `date_done`, whatever the table is called.
        key: the unique column beside the primary key `id`.
        columns: name and type of each column, as the server spells it.
    """

    sequence: str
    index: str
    key: str
    columns: tuple[tuple[str, str], ...]


_TEXT = "varchar(155)"

# celery/backends/database/models.py, as SQLAlchemy makes them. Celery makes the columns of
# `result_extended` always. A blob takes 65,535 bytes.
TASKS: Final = Layout(
    sequence="task_id_sequence",
    index="ix_celery_taskmeta_date_done",
    key="task_id",
    columns=(
        ("id", "int"),
        ("task_id", _TEXT),
        ("status", "varchar(50)"),
        ("result", "blob"),
        ("date_done", "datetime"),
        ("traceback", "text"),
        ("children", "blob"),
        ("name", _TEXT),
        ("args", "blob"),
        ("kwargs", "blob"),
        ("worker", _TEXT),
        ("retries", "int"),
        ("queue", _TEXT),
        ("stamps", "blob"),
    ),
)
GROUPS: Final = Layout(
    sequence="taskset_id_sequence",
    index="ix_celery_tasksetmeta_date_done",
    key="taskset_id",
    columns=(
        ("id", "int"),
        ("taskset_id", _TEXT),
        ("result", "blob"),
        ("date_done", "datetime"),
    ),
)
LAYOUTS: Final = (TASKS, GROUPS)

Parts = tuple[tuple[str, Layout], ...]
"""Tables by name with their layouts."""


@dataclass(frozen=True)
class Seen:
    """What information_schema says.

    Args:
        mariadb: whether ids come from sequences.
        marks: the mark of each table and sequence that is there, by name.
        columns: types by column by table.
        counted: tables whose ids the server counts.
        unique: (table, column) of unique indexes on one column.
        indexed: (table, column) of indexes that begin with the column.
        starts: where a sequence that is missing beside its table has to begin.
    """

    mariadb: bool
    marks: dict[str, str | None]
    columns: dict[str, dict[str, str]]
    counted: set[str]
    unique: set[tuple[str, str]]
    indexed: set[tuple[str, str]]
    starts: dict[str, int]

    @classmethod
    def of(cls, session: Session, database: str, parts: Parts) -> Seen:
        """What there is of the wanted tables and sequences."""
        wanted = [name for name, _ in parts]
        if session.mariadb:
            wanted += [layout.sequence for _, layout in parts]
        marks = {
            name: _mark(comment)
            for name, comment in session.run(
                "SELECT table_name, table_comment FROM information_schema.tables "
                "WHERE table_schema = %s AND table_name IN %s",
                database,
                wanted,
            )
        }
        columns: dict[str, dict[str, str]] = {}
        counted: set[str] = set()
        for table, column, type_, extra in session.run(
            "SELECT table_name, column_name, column_type, extra FROM information_schema.columns "
            "WHERE table_schema = %s AND table_name IN %s",
            database,
            [name for name, _ in parts],
        ):
            # MariaDB still tells a width, which means nothing.
            columns.setdefault(table, {})[column] = "int" if type_ == "int(11)" else type_
            if extra == "auto_increment":
                counted.add(table)
        indexes: dict[tuple[str, str, int], list[str]] = {}
        # Only constants lead MariaDB to a schema: with a join it would open all there are.
        for table, index, repeated, column in session.run(
            "SELECT table_name, index_name, non_unique, column_name "
            "FROM information_schema.statistics WHERE table_schema = %s AND table_name IN %s "
            "ORDER BY table_name, index_name, seq_in_index",
            database,
            [name for name, _ in parts],
        ):
            indexes.setdefault((table, index, repeated), []).append(column)
        indexed = {(table, columns[0]) for (table, _, _), columns in indexes.items()}
        unique = {
            (table, columns[0])
            for (table, _, repeated), columns in indexes.items()
            if not repeated and len(columns) == 1
        }
        starts = {
            layout.sequence: _next(session, database, table)
            for table, layout in parts
            if session.mariadb and layout.sequence not in marks and "id" in columns.get(table, {})
        }
        return cls(session.mariadb, marks, columns, counted, unique, indexed, starts)

    def missing(self, parts: Parts) -> Iterator[str]:
        """What is not there, in words."""
        for table, layout in parts:
            if self.mariadb and layout.sequence not in self.marks:
                yield f"the sequence {layout.sequence}"
            if table not in self.columns:
                yield f"the table {table}"
                continue
            for column, _ in layout.columns:
                if column not in self.columns[table]:
                    yield f"the column {table}.{column}"
            if not self.mariadb and table not in self.counted:
                yield f"the counter of {table}.id"
            for column in ("id", layout.key):
                if (table, column) not in self.unique:
                    yield f"the key on {table}.{column}"
            if (table, "date_done") not in self.indexed:
                yield f"the index on {table}.date_done"

    def statements(
        self, database: str, table: str, layout: Layout, mark: str | None
    ) -> Iterator[tuple[str, tuple[object, ...]]]:
        """What completes one table, its mark included, with the values in it."""
        # The table first: it is what tells whose all of it is.
        me, comment = quoted(database, table), mark or ""
        if table not in self.columns:
            number = "int NOT NULL" if self.mariadb else "int NOT NULL AUTO_INCREMENT"
            parts = [f"`id` {number}"]
            parts += [f"`{name}` {type_}" for name, type_ in layout.columns if name != "id"]
            parts += ["PRIMARY KEY (`id`)", f"UNIQUE KEY `{layout.key}` (`{layout.key}`)"]
            parts += [f"KEY `{layout.index}` (`date_done`)"]
            yield f"CREATE TABLE {me} ({', '.join(parts)}) ENGINE=InnoDB COMMENT=%s", (comment,)
        else:
            yield from self._completing(me, table, layout, mark)
        if not self.mariadb:
            return
        sequence = quoted(database, layout.sequence)
        if layout.sequence not in self.marks:
            start = self.starts.get(layout.sequence, 1)
            yield f"CREATE SEQUENCE {sequence} START WITH {start} COMMENT=%s", (comment,)
        elif self.marks[layout.sequence] != mark:
            yield f"ALTER TABLE {sequence} COMMENT=%s", (comment,)

    def _completing(
        self, me: str, table: str, layout: Layout, mark: str | None
    ) -> Iterator[tuple[str, tuple[object, ...]]]:
        there, changes = self.columns[table], []
        changes += [f"ADD `{n}` {type_}" for n, type_ in layout.columns if n not in there]
        if (table, "id") not in self.unique:
            changes.append("ADD PRIMARY KEY (`id`)")
        if not self.mariadb and table not in self.counted:
            changes.append("MODIFY `id` int NOT NULL AUTO_INCREMENT")
        if (table, layout.key) not in self.unique:
            changes.append(f"ADD UNIQUE KEY `{layout.key}` (`{layout.key}`)")
        if (table, "date_done") not in self.indexed:
            changes.append(f"ADD KEY `{layout.index}` (`date_done`)")
        if self.marks.get(table) != mark:
            yield f"ALTER TABLE {me} {', '.join([*changes, 'COMMENT=%s'])}", (mark or "",)
        elif changes:
            yield f"ALTER TABLE {me} {', '.join(changes)}", ()


def _next(session: Session, database: str, table: str) -> int:
    """The id after all that are taken."""
    row = session.one(f"SELECT coalesce(max(id), 0) + 1 FROM {quoted(database, table)}")  # noqa: S608 - quoted
    return int(row[0]) if row else 1


def _mark(comment: str | None) -> str | None:
    found = Mark.find(comment)
    return str(found) if found else None
