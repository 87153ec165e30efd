"""What MySQL and MariaDB accept as a name, and how names and texts stand in a statement."""

from __future__ import annotations

import re
from typing import Final

_LONGEST: Final = 64
"""Characters of the name of a database or table:
https://dev.mysql.com/doc/refman/8.4/en/identifier-length.html."""
_LONGEST_USER: Final = 32
"""Characters of a user's name in MySQL; MariaDB takes 128."""
_LONGEST_HOST: Final = 255
_BASIC: Final = "\uffff"
"""The last character of the plane that names may have."""
_OWN: Final = frozenset({"mysql", "information_schema", "performance_schema", "sys"})
_OWN_USERS: Final = frozenset({"mysql.sys", "mysql.session", "mysql.infoschema", "mariadb.sys"})
_HOST: Final = re.compile(r"[\w%.:/-]+")


def name(value: str) -> str | None:
    """What is wrong with the name of a table, or None."""
    if not value:
        return "must not be empty: give it a name"
    if len(value) > _LONGEST:
        return f"is longer than {_LONGEST} characters, MySQL's limit: choose a shorter one"
    if value != value.rstrip():
        return "ends with a space, which MySQL refuses: leave it out"
    if any(c in "/\\.\0" or c > _BASIC for c in value):
        return "has a /, a backslash, a dot, a NUL or an emoji in it: leave it out"
    return None


def database(value: str) -> str | None:
    """What is wrong with the name of a database, or None."""
    if value.lower() in _OWN:
        return "is a database of the server's own: choose another name"
    return name(value)


def user(value: str) -> str | None:
    """What is wrong with the name of a user, or None."""
    if not value:
        return "must not be empty: that would be everybody"
    if len(value) > _LONGEST_USER:
        return f"is longer than {_LONGEST_USER} characters, MySQL's limit: choose a shorter one"
    if value != value.strip() or not value.isprintable():
        return "has a space at an end, or what cannot be printed: leave it out"
    if value in _OWN_USERS:
        return "is a user of the server's own: choose another name"
    return None


def host(value: str) -> str | None:
    """What is wrong with the host that a user may come from, or None."""
    if len(value) > _LONGEST_HOST or not _HOST.fullmatch(value):
        return "is no host: write %, a name, an address, or a network such as 10.0.0.0/255.0.0.0"
    return None


def quoted(*path: str) -> str:
    """A name in a statement: `database`.`table`.

    A percent sign is doubled: PyMySQL fills in parameters as `%` does.
    """
    return ".".join("`" + part.replace("`", "``").replace("%", "%%") + "`" for part in path)
