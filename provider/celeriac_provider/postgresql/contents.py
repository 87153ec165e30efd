"""What a database holds, as far as its loss matters."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Final

from psycopg import sql

from celeriac_provider.django.layout import APP, is_known
from celeriac_provider.postgresql.connections import Cursor
from celeriac_provider.postgresql.layout import GROUPS, TASKS
from celeriac_provider.postgresql.membership import member_of


def loss(cursor: Cursor) -> str | None:
    """What a database holds that nobody can make again, in words; None when it is nothing."""
    tables = cursor.execute(
        "SELECT n.nspname, c.relname, pg_get_userbyid(c.relowner), "
        "  array(SELECT attname::text FROM pg_attribute "
        "    WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) "
        "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relkind IN ('r', 'p', 'm', 'f') AND c.relpersistence <> 't' "
        "AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' "
        "AND NOT EXISTS (SELECT FROM pg_depend d "
        "  WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') "
        "ORDER BY 1, 2"
    ).fetchall()
    for schema, table, owner, columns in tables:
        made_by_django = is_known(columns)
        if made_by_django == "migrations" and not _of_others(cursor, owner, schema, table):
            continue
        if made_by_django != "results" and not any(
            {"id", "result", "date_done", layout.key} <= {*columns} for layout in _LAYOUTS
        ):
            return f"the table {schema}.{table}, which is not one of Celery's"
        if found := rows(cursor, owner, schema, [table]):
            return found
    return None


def _of_others(cursor: Cursor, owner: str, schema: str, table: str) -> bool:
    """Whether Django wrote down migrations of another app than django-celery-results."""
    with member_of(cursor, owner):
        query = sql.SQL("SELECT FROM {} WHERE app <> %s LIMIT 1").format(
            sql.Identifier(schema, table)
        )
        return cursor.execute(query, [APP]).fetchone() is not None


def rows(cursor: Cursor, owner: str, schema: str, tables: Sequence[str]) -> str | None:
    """How many rows some tables of one owner hold, in words; None when there are none."""
    with ExitStack() as acting:
        acting.enter_context(member_of(cursor, owner))
        for table in tables:
            row = cursor.execute(
                sql.SQL("SELECT count(*) FROM (SELECT FROM {} LIMIT 1000) AS found").format(
                    sql.Identifier(schema, table)
                )
            ).fetchone()
            if row and row[0]:
                many = "1000 or more" if row[0] == 1000 else row[0]  # noqa: PLR2004 - the LIMIT
                return f"{many} {'row' if many == 1 else 'rows'} in {schema}.{table}"
    return None


_LAYOUTS: Final = (TASKS, GROUPS)
