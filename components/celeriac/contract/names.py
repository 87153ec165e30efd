"""Which names the systems accept. Each function gives what is wrong and what to do, or None."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from celeriac.contract.rabbitmq_topology import DEAD_LETTER, MAX_ROUTING_KEY, routing_key
from celeriac.contract.results import group_role, owner_role

if TYPE_CHECKING:
    from collections.abc import Sequence

SHORT_STRING = 255
"""Bytes of a name in AMQP 0-9-1, a short string (section 4.2.5.3 of its specification)."""
IDENTIFIER = 63
"""Bytes of a name in PostgreSQL; longer ones are cut, so that two may become one:
https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS."""
APP = 40
"""Characters of an app's name: names of resources, users and databases are made from it."""

_APP = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]+")
"""What a URL holds without quoting (RFC 3986, section 2.3)."""
_GLOB = "*?[]\\"
"""What is special in a pattern of Redis."""
_CELERYS_OWN = re.compile(
    r"amq\..*|celeryev(\..*)?|(.*\.)?celery\.pidbox|celery_delayed_(\d+|delivery)"
    rf"|{re.escape(DEAD_LETTER)}|.*\.celeriac-proof"
)


def app_problem(name: str) -> str | None:
    """Names of apps become names of resources, vhosts, users, databases and key prefixes."""
    if len(name) > APP:
        return f"is longer than {APP} characters: use a shorter name"
    if not _APP.fullmatch(name):
        return (
            "is not a name of an app: use small letters, digits, and single - or _ between them, "
            "with a letter first"
        )
    return None


def server_problem(name: str) -> str | None:
    """Names of servers become names of resources."""
    if _APP.fullmatch(name) and len(name) <= APP:
        return None
    return (
        f"is not a name of a server: use at most {APP} small letters, digits, and single - or _ "
        "between them, with a letter first"
    )


def queue_problem(name: str) -> str | None:
    """Names of queues, which Celery also takes as a list with commas (celery worker -Q)."""
    if len(routing_key(name).encode()) > MAX_ROUTING_KEY:
        return (
            f"is longer than the {MAX_ROUTING_KEY} bytes that a delayed task leaves for it (a dot "
            "counts for three): use a shorter name"
        )
    if _CELERYS_OWN.fullmatch(name):
        return "is a name that RabbitMQ, Celery or Celeriac uses itself: use another"
    if "," in name:
        return "has a comma in it, at which celery worker -Q splits its queues: leave it out"
    return _path_problem(name) or _text_problem(name)


def vhost_problem(name: str) -> str | None:
    """Names of vhosts in RabbitMQ."""
    return _long_problem(name, SHORT_STRING) or _path_problem(name) or _text_problem(name)


def user_problem(name: str, *, system: str) -> str | None:
    """Names of users on any of the systems: `rabbitmq`, `redis` or `postgresql`."""
    if system == "postgresql":
        return role_problem(name)
    if system == "redis":
        if name == "default":
            return "is the user of clients that do not log in: use another"
        if " " in name:
            return "has a space in it, which Redis refuses in the name of a user: leave it out"
        return _text_problem(name)
    if name == "guest":
        return "is RabbitMQ's default user, open to everybody who knows it: use another"
    return _long_problem(name, SHORT_STRING) or _path_problem(name) or _text_problem(name)


def role_problem(name: str) -> str | None:
    """Names of roles in PostgreSQL: anything, they are always quoted."""
    if name in {"public", "none"}:
        return "is a word that PostgreSQL keeps for itself: use another"
    if name.startswith("pg_"):
        return "starts with pg_, which PostgreSQL keeps for itself: use another"
    return _long_problem(name, IDENTIFIER) or _text_problem(name)


def database_problem(name: str) -> str | None:
    """Names of databases in PostgreSQL, from which the names of their roles are made.

    Narrower than PostgreSQL: the app finds the name in its result_backend, and SQLAlchemy before
    2.1 does not unquote that part of a URL (sqlalchemy/engine/url.py, _parse_url).
    """
    if name.startswith("pg_"):
        return "starts with pg_, which PostgreSQL refuses in the roles made from it: use another"
    if not _UNRESERVED.fullmatch(name):
        return (
            "has a character in it that SQLAlchemy before 2.1 cannot read from a URL: use letters "
            "and digits of ASCII, and . _ ~ -"
        )
    room = IDENTIFIER - max(len(owner_role("")), len(group_role("")))
    if len(name) > room:
        return f"is longer than {room} bytes, names of roles are made from it: use a shorter name"
    return _text_problem(name)


def prefix_problem(prefix: str) -> str | None:
    """Prefixes of keys in Redis.

    With any other end than `:` (or `_`, `-`, `.`) Celery's result backend adds a `_` that its
    broker does not. Rules of an ACL are split at spaces, and kombu subscribes to patterns that
    begin with the prefix, which Redis compares with the rules as they are: what is special in a
    pattern would need to be escaped in one and not in the other.
    """
    if not prefix.endswith(":"):
        return 'does not end in ":": write it at the end'
    for char in _GLOB:
        if char in prefix:
            return f'has "{char}" in it, which is special in patterns of Redis: leave it out'
    if " " in prefix:
        return "has a space in it, at which Redis splits the rules of an ACL: leave it out"
    return _text_problem(prefix)


def nested_prefixes(one: str, other: str) -> bool:
    """Whether keys below one prefix are below the other, so that a rule for it lets both in."""
    return one.startswith(other) or other.startswith(one)


def default_problem(queues: Sequence[tuple[str, bool]]) -> str | None:
    """Whether exactly one of the queues (name, marked default) is the default."""
    marked = [name for name, default in queues if default]
    if len(queues) == 1 or len(marked) == 1:
        return None
    if not marked:
        return "have no default: write default: true in one of them"
    names = ", ".join(sorted(marked))
    return f"have {len(marked)} defaults ({names}): leave default: true in one of them"


def _long_problem(name: str, most: int) -> str | None:
    if len(name.encode()) > most:
        return f"is longer than {most} bytes: use a shorter name"
    return None


def _path_problem(name: str) -> str | None:
    if name in {".", ".."}:
        return "is a step in the path of a URL, as in RabbitMQ's management API: use another"
    return None


def _text_problem(name: str) -> str | None:
    if not name:
        return "is empty: use at least one character"
    if name != name.strip():
        return "has a space at an end: leave it out"
    if not name.isprintable():
        return "has a character in it that cannot be printed: leave it out"
    return None
