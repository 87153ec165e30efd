"""What a database holds, as far as its loss matters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from celeriac_provider.mysql.client import Session
from celeriac_provider.mysql.layout import LAYOUTS
from celeriac_provider.mysql.names import quoted

_ENOUGH: Final = 1000


def loss(session: Session, database: str) -> str | None:
    """What a database holds that nobody can make again, in words; None when it is nothing."""
    columns: dict[str, set[str]] = {}
    for table, kind, column in session.run(
        "SELECT t.table_name, t.table_type, c.column_name FROM information_schema.tables t "
        "JOIN information_schema.columns c USING (table_schema, table_name) "
        "WHERE t.table_schema = %s ORDER BY 1",
        database,
    ):
        if kind == "BASE TABLE":
            columns.setdefault(table, set()).add(column)
    for table, there in columns.items():
        if not any({"id", "result", "date_done", layout.key} <= there for layout in LAYOUTS):
            return f"the table {database}.{table}, which is not one of Celery's"
        if found := rows(session, database, [table]):
            return found
    return None


def rows(session: Session, database: str, tables: Sequence[str]) -> str | None:
    """How many rows some tables hold, in words; None when there are none."""
    for table in tables:
        found = session.one(
            f"SELECT count(*) FROM (SELECT 1 FROM {quoted(database, table)} "  # noqa: S608 - quoted
            f"LIMIT {_ENOUGH}) AS found"
        )
        if found and found[0]:
            many = f"{_ENOUGH} or more" if found[0] == _ENOUGH else found[0]
            return f"{many} {'row' if many == 1 else 'rows'} in {database}.{table}"
    return None
