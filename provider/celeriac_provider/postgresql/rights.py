"""Rights as PostgreSQL keeps them: access lists, read whole and brought to what is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Final

from psycopg import sql

from celeriac_provider.postgresql.connections import Cursor
from celeriac_provider.postgresql.membership import member_of

PUBLIC: Final = "PUBLIC"
"""The name that stands for every role."""

_GRANTABLE: Final = " WITH GRANT OPTION"


@dataclass(frozen=True)
class Kind:
    """A kind of object that rights are given on.

    Args:
        keyword: SQL's.
        all: what ALL stands for. MAINTAIN, which only PostgreSQL 17 and later have on tables, is
            given when it is named.
        more: what exists beside.
    """

    keyword: str
    all: tuple[str, ...]
    more: tuple[str, ...] = ()


DATABASE: Final = Kind("DATABASE", ("CONNECT", "CREATE", "TEMPORARY"))
SCHEMA: Final = Kind("SCHEMA", ("CREATE", "USAGE"))
TABLE: Final = Kind(
    "TABLE",
    ("DELETE", "INSERT", "REFERENCES", "SELECT", "TRIGGER", "TRUNCATE", "UPDATE"),
    ("MAINTAIN",),
)
SEQUENCE: Final = Kind("SEQUENCE", ("SELECT", "UPDATE", "USAGE"))


@dataclass(frozen=True)
class Item:
    """One object that rights are given on.

    Args:
        kind: what it is.
        path: its name, the schema's before it.
        owner: whose rights the grants are.
        held: what the role has: privilege, with the grant option where it has it.
        grantors: who gave it, where that was not the owner.
    """

    kind: Kind
    path: tuple[str, ...]
    owner: str
    held: frozenset[str]
    grantors: frozenset[str] = frozenset()


def normal(kind: Kind, privileges: Iterable[str]) -> list[str]:
    """Privileges in PostgreSQL's own spelling and in order, ALL spelt out."""
    found: set[str] = set()
    for privilege in privileges:
        word = " ".join(privilege.upper().split())
        if word in ("ALL", "ALL PRIVILEGES"):
            found |= set(kind.all)
        else:
            found.add("TEMPORARY" if word == "TEMP" else word)
    return sorted(found)


def wrong(kind: Kind, privileges: Iterable[str]) -> str | None:
    """What is wrong with a list of privileges, or None."""
    known = {*kind.all, *kind.more}
    bad = [privilege for privilege in normal(kind, privileges) if privilege not in known]
    if not bad:
        return None
    noun = kind.keyword.lower()
    return f"names {', '.join(bad)}: a {noun} has ALL, {', '.join(sorted(known))}"


def held(cursor: Cursor, database: str, schema: str, role: str) -> list[Item]:
    """Every object in a database and one of its schemas, with what a role was given on it.

    What a role has as an owner is not given and not listed.
    """
    rows = cursor.execute(
        _HELD, {"database": database, "schema": schema, "public": role == PUBLIC, "role": role}
    ).fetchall()
    return [
        Item(
            kind=_KINDS[keyword],
            path=tuple(path),
            owner=owner,
            held=frozenset(right + (_GRANTABLE if more else "") for right, more, _ in given),
            grantors=frozenset(grantor for _, _, grantor in given if grantor),
        )
        for keyword, path, owner, given in rows
    ]


def bring(cursor: Cursor, item: Item, role: str, wanted: frozenset[str]) -> None:
    """Give and take what is missing and what is too much on one object."""
    if wanted == item.held:
        return
    names: Mapping[str, Any] = {
        "on": sql.SQL(item.kind.keyword + " ") + sql.Identifier(*item.path),
        "role": sql.SQL(PUBLIC) if role == PUBLIC else sql.Identifier(role),
    }
    with ExitStack() as acting:
        acting.enter_context(member_of(cursor, item.owner))
        if surplus := {right.removesuffix(_GRANTABLE) for right in item.held - wanted}:
            cursor.execute(
                sql.SQL("REVOKE {rights} ON {on} FROM {role}").format(
                    rights=_list(surplus), **names
                )
            )
        if wanted:
            cursor.execute(
                sql.SQL("GRANT {rights} ON {on} TO {role}").format(rights=_list(wanted), **names)
            )


_KINDS: Final = {kind.keyword: kind for kind in (DATABASE, SCHEMA, TABLE, SEQUENCE)}


def _list(rights: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL(right) for right in sorted(rights))


# Every object with what a role was given on it. The schema `public` belongs to pg_database_owner,
# whose only member is the database's owner: so that is who acts for it.
_HELD: Final = """
WITH item (keyword, kind, path, owner, acl) AS (
  SELECT 'DATABASE', 'd', ARRAY[datname::text], datdba, datacl
    FROM pg_database WHERE datname = %(database)s
  UNION ALL SELECT 'SCHEMA', 'n', ARRAY[nspname::text], nspowner, nspacl
    FROM pg_namespace WHERE nspname = %(schema)s
  UNION ALL SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END,
      CASE relkind WHEN 'S' THEN 's' ELSE 'r' END,
      ARRAY[nspname::text, relname::text], relowner, relacl
    FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND nspname = %(schema)s
)
SELECT keyword, path,
  CASE WHEN pg_get_userbyid(owner) = 'pg_database_owner'
    THEN (SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %(database)s)
    ELSE pg_get_userbyid(owner) END,
  (SELECT coalesce(json_agg(json_build_array(privilege_type, is_grantable,
      CASE WHEN grantor <> owner THEN pg_get_userbyid(grantor) END)), '[]')
    FROM aclexplode(coalesce(acl, acldefault(kind::"char", owner)))
    WHERE grantee <> owner AND grantee = CASE WHEN %(public)s THEN 0
      ELSE (SELECT oid FROM pg_roles WHERE rolname = %(role)s) END)
FROM item ORDER BY 1, 2
"""
