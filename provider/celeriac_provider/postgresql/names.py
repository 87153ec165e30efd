"""What PostgreSQL accepts as a name, and how a mark lives in a comment."""

from __future__ import annotations

from typing import Final

from celeriac_provider.engine.marks import Mark

_LONGEST: Final = 63
"""NAMEDATALEN - 1, in bytes: a longer name is cut silently."""
_RESERVED: Final = frozenset({"public", "none"})


def name(value: str) -> str | None:
    """What is wrong with a name, or None."""
    if not value:
        return "must not be empty: give it a name"
    if "\0" in value:
        return "must not hold a NUL character"
    if len(value.encode()) > _LONGEST:
        return f"is longer than {_LONGEST} bytes, where PostgreSQL cuts names: choose a shorter one"
    return None


def role_name(value: str) -> str | None:
    """What is wrong with the name of a role to be made, or None."""
    if value.startswith("pg_") or value in _RESERVED:
        return "is reserved by PostgreSQL: choose another name"
    return name(value)


def comment(text: str, mark: str | None) -> str:
    """A comment that holds the user's words and the mark."""
    return " ".join(part for part in (text, mark) if part)


def words(comment: str | None) -> str:
    """The user's words in a comment: all but the mark."""
    found = Mark.find(comment)
    return (comment or "").replace(str(found), "").strip() if found else (comment or "")


def mark(comment: str | None) -> str | None:
    """The mark in a comment."""
    found = Mark.find(comment)
    return str(found) if found else None
