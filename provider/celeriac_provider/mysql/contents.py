"""What a database holds, as far as its loss matters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from celeriac_provider.django.layout import APP, is_known
from celeriac_provider.mysql.client import Session
from celeriac_provider.mysql.layout import LAYOUTS
from celeriac_provider.mysql.names import quoted

_ENOUGH: Final = 1000


def loss(session: Session, database: str) -> str | None:
    """What a database holds that nobody can make again, in words; None when it is nothing."""
    # Not joined: only constants lead MariaDB to a schema, or it would open all there are.
    columns: dict[str, set[str]] = {
        table: set()
        for (table,) in session.run(
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_schema = %s AND table_type = 'BASE TABLE' ORDER BY 1",
            database,
        )
    }
    for table, column in session.run(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = %s",
        database,
    ):
        if table in columns:
            columns[table].add(column)
    for table, there in columns.items():
        made_by_django = is_known(there)
        if made_by_django == "migrations":
            query = f"SELECT app FROM {quoted(database, table)} WHERE app <> %s LIMIT 1"  # noqa: S608
            if session.one(query, APP) is None:
                continue
            made_by_django = None
        if made_by_django is None and not any(
            {"id", "result", "date_done", layout.key} <= there for layout in LAYOUTS
        ):
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
