"""Acting for a role: what an administrator who is no superuser needs on somebody else's objects.

A superuser may do everything. Any other administrator (RDS gives one with LOGIN, CREATEROLE and
CREATEDB) changes, grants on and drops what belongs to a role only as its member: with INHERIT to
have its rights, with SET to make objects that belong to it. From PostgreSQL 16 on the two are
options of the membership, and who creates a role may grant himself both, but has neither; before,
a member has both.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg import sql

from celeriac_provider.postgresql.connections import Cursor

OPTIONS_SINCE: Final = 160000
"""Server version from which memberships have the options INHERIT and SET."""


@contextmanager
def member_of(cursor: Cursor, role: str) -> Iterator[None]:
    """Make the administrator a member of a role for a while, unless it is one or needs not be.

    Inside a transaction that fails, the transaction takes the membership back.
    """
    row = cursor.execute(
        "SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    administrator, superuser = row or ("", False)
    modern = cursor.connection.info.server_version >= OPTIONS_SINCE
    if superuser or role == administrator or _is_member(cursor, role, modern=modern):
        yield
        return
    before = _options(cursor, role) if modern else None
    names = {"role": sql.Identifier(role), "me": sql.Identifier(administrator)}
    grant = "GRANT {role} TO {me} WITH INHERIT TRUE, SET TRUE" if modern else "GRANT {role} TO {me}"
    cursor.execute(sql.SQL(grant).format(**names))
    try:
        yield
    finally:
        failed = psycopg.pq.TransactionStatus.INERROR
        if cursor.connection.info.transaction_status != failed and not cursor.connection.closed:
            if before is None:
                cursor.execute(sql.SQL("REVOKE {role} FROM {me}").format(**names))
            else:
                inherit, set_ = (sql.SQL("TRUE" if option else "FALSE") for option in before)
                cursor.execute(
                    sql.SQL("GRANT {role} TO {me} WITH INHERIT {inherit}, SET {set_}").format(
                        **names, inherit=inherit, set_=set_
                    )
                )


def _is_member(cursor: Cursor, role: str, *, modern: bool) -> bool:
    # USAGE is membership with INHERIT; before 16, it brings SET.
    needed = ("USAGE", "SET") if modern else ("USAGE",)
    rows = (
        cursor.execute("SELECT pg_has_role(oid, %s) FROM pg_roles WHERE rolname = %s", [kind, role])
        for kind in needed
    )
    return all((row := result.fetchone()) is not None and row[0] for result in rows)


def _options(cursor: Cursor, role: str) -> tuple[bool, bool] | None:
    """INHERIT and SET of the membership that the administrator has given itself, if there is one.

    The one that the server gave it with CREATE ROLE has another grantor.
    """
    return cursor.execute(
        "SELECT inherit_option, set_option FROM pg_auth_members "
        "WHERE roleid = (SELECT oid FROM pg_roles WHERE rolname = %s) "
        "AND member = current_user::regrole AND grantor = current_user::regrole",
        [role],
    ).fetchone()
