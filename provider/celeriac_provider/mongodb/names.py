"""Names of databases in MongoDB."""

from __future__ import annotations

import re
from typing import Final

_LONGEST: Final = 63
_OWN: Final = ("admin", "local", "config")
_NAME: Final = re.compile(r"[^/\\. \"$*<>:|?\0]+")


def database_problem(name: str) -> str | None:
    """What is wrong with a name: https://www.mongodb.com/docs/manual/reference/limits/."""
    if name in _OWN:
        return "is a database of MongoDB's own: name another"
    if not _NAME.fullmatch(name):
        return 'must be a name without any of /\\. "$*<>:|?'
    if len(name.encode()) > _LONGEST:
        return f"must have at most {_LONGEST} bytes"
    return None
