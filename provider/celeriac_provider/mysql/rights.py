"""What a user may do: as `SHOW GRANTS` says it, and as statements bring it to what is wanted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from celeriac_provider.mysql.client import Session
from celeriac_provider.mysql.names import quoted

Held = dict[str, list[str]]
"""Privileges by what they are on: `database.table`, `database.*` or `*.*`."""

_ALL: Final = "ALL PRIVILEGES"
_OPTION: Final = "GRANT OPTION"
_KNOWN: Final = frozenset(
    {
        "ALTER", "CREATE", "CREATE ROUTINE", "CREATE TEMPORARY TABLES", "CREATE VIEW", "DELETE",
        "DROP", "EVENT", "EXECUTE", "INDEX", "INSERT", "LOCK TABLES", "REFERENCES", "SELECT",
        "SHOW VIEW", "TRIGGER", "UPDATE", _ALL, _OPTION,
    }
)  # fmt: skip
_NAME: Final = r"`(?:[^`]|``)+`"
_LINE: Final = re.compile(
    rf"GRANT (?P<what>.+?) ON (?:TABLE )?(?P<on>\*\.\*|{_NAME}\.\*|{_NAME}\.{_NAME}) TO ", re.DOTALL
)
_ROLE: Final = re.compile(rf"GRANT (?P<role>{_NAME}(?:@{_NAME})?(?:,\s*{_NAME}@{_NAME})*) TO ")
OTHER: Final = "other"
"""What is on no table and no database: roles, routines, proxies, as the server says it."""


def wrong(held: Mapping[str, list[str]]) -> str | None:
    """What is wrong with wanted privileges, as a predicate, or None."""
    for on, privileges in held.items():
        if on.count(".") != 1 or on.startswith(("*", ".")) or on.endswith("."):
            return f"has {on!r}: write database.table, or database.*"
        for privilege in privileges:
            if _normal(privilege) not in _KNOWN:
                known = ", ".join(sorted(_KNOWN))
                return f"has {privilege!r} on {on}: it can be {known}"
    return None


def normal(held: Mapping[str, list[str]]) -> Held:
    """Privileges in capitals and in order, nothing empty."""
    return {
        on: sorted({_normal(privilege) for privilege in privileges})
        for on, privileges in sorted(held.items())
        if privileges
    }


def _normal(privilege: str) -> str:
    text = " ".join(privilege.upper().split())
    return _ALL if text == "ALL" else text


def held(session: Session, account: tuple[str, str]) -> Held:
    """All that a user was given."""
    found: Held = {}
    for (line,) in session.run("SHOW GRANTS FOR %s@%s", *account):
        match = _LINE.match(line)
        if match is None:
            found.setdefault(OTHER, []).append(line.partition(" TO ")[0])
            continue
        on = match["on"]
        privileges = [part.strip() for part in re.split(r",(?![^(]*\))", match["what"])]
        if line.endswith(f" WITH {_OPTION}"):
            privileges.append(_OPTION)
        privileges = [p for p in privileges if p != "USAGE"]
        if privileges:
            found.setdefault(_plain(on), []).extend(privileges)
    return {on: sorted(privileges) for on, privileges in found.items()}


def bring(session: Session, account: tuple[str, str], wanted: Held) -> None:
    """Give what is missing, then take what is too much."""
    there = held(session, account)
    for on, privileges in wanted.items():
        if missing := sorted(set(privileges) - set(there.get(on, ()))):
            option = f" WITH {_OPTION}" if _OPTION in missing else ""
            session.run(f"GRANT {_listed(missing)} ON {_target(on)} TO %s@%s{option}", *account)
    for on, privileges in there.items():
        if on == OTHER:
            for statement in _taking(privileges):
                session.run(f"{statement} FROM %s@%s", *account)
        elif extra := sorted(set(privileges) - set(wanted.get(on, ()))):
            # Of single columns, too, whose names may hold anything.
            listed = ", ".join(extra).replace("%", "%%")
            session.run(f"REVOKE {listed} ON {_target(on)} FROM %s@%s", *account)


def _taking(others: list[str]) -> Iterator[str]:
    for grant in others:
        yield "REVOKE " + grant.removeprefix("GRANT ").replace("%", "%%")


def _listed(privileges: list[str]) -> str:
    return ", ".join(p for p in privileges if p != _OPTION) or "USAGE"


def _target(on: str) -> str:
    """As a statement says it: in a name before `.*`, `_` and `%` would be wildcards."""
    database, _, table = on.partition(".")
    if table != "*":
        return quoted(database, table)
    if database == "*":
        return "*.*"
    escaped = re.sub(r"([_%])", r"\\\1", database)
    return f"{quoted(escaped)}.*"


def _plain(on: str) -> str:
    """As the property says it."""
    if on == "*.*":
        return on
    parts = re.findall(rf"{_NAME}|\*$", on)
    database, table = (part.strip("`").replace("``", "`") for part in parts)
    if table == "*":
        database = re.sub(r"\\([_%])", r"\1", database)
    return f"{database}.{table}"
