"""`python -m`: Django's migrations in a PostgreSQL database, as their owner, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg import sql

from celeriac_provider.django.child import DATABASE, configure, main, migrate
from celeriac_provider.postgresql.membership import member_of


def work(request: Mapping[str, Any]) -> None:
    """Migrate as the owner, and write the mark."""
    login = request["login"]
    configure(
        {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": login["dbname"],
            "OPTIONS": {key: value for key, value in login.items() if key != "dbname"},
        }
    )
    from django.db import connections, transaction  # noqa: PLC0415 - once it is configured

    with transaction.atomic(using=DATABASE):
        connections[DATABASE].ensure_connection()
        with connections[DATABASE].connection.cursor() as cursor:
            cursor.execute(sql.SQL("SELECT pg_advisory_xact_lock({})").format(request["lock"]))
            with member_of(cursor, request["owner"]):
                owner = sql.Identifier(request["owner"])
                cursor.execute(sql.SQL("SET LOCAL ROLE {}").format(owner))
                migrate()
                for table in request["tables"]:
                    cursor.execute(
                        sql.SQL("COMMENT ON TABLE {} IS {}").format(
                            sql.Identifier(table), request["mark"]
                        )
                    )
                cursor.execute("RESET ROLE")


if __name__ == "__main__":
    main(work)
