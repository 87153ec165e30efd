"""What Celery must be told about results in PostgreSQL and over RPC (Redis: redis_settings)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Backend = Literal[
    "rpc",
    "redis",
    "postgresql",
    "mysql",
    "memcached",
    "mongodb",
    "elasticsearch",
    "django-db",
    "django-cache",
]

NEEDS_BEAT: frozenset[Backend] = frozenset({"postgresql", "mysql", "django-db"})
"""Backends where expired results stay until beat runs celery.backend_cleanup (celery/beat.py)."""

CHORDS: frozenset[Backend] = frozenset(
    {
        *("redis", "postgresql", "mysql", "memcached", "mongodb", "elasticsearch"),
        *("django-db", "django-cache"),
    }
)
"""Backends with chords: Redis, memcached and Django's ORM count, the others are polled; rpc raises
NotImplementedError."""

Cleaner = Literal["server", "beat", "command", "nobody"]

CLEANED_BY: Mapping[Backend, Cleaner] = {
    "rpc": "server",
    "redis": "server",
    "memcached": "server",
    "mongodb": "server",
    "postgresql": "beat",
    "mysql": "beat",
    "elasticsearch": "command",
    "django-db": "beat",
    "django-cache": "server",
}
"""Who deletes a result after `result_expires`: the server itself (MongoDB by an index of ours, a
cache of Django's by its timeout; in a database Django removes such rows when there are many),
celery.backend_cleanup where beat runs, or `celeriac-cleanup` where it is scheduled."""


def cleaned_by(backend: Backend, expires: int | None) -> Cleaner:
    """Who deletes an app's expired results: `nobody` where none expire.

    Args:
        backend: kind of the result backend.
        expires: seconds until a result expires; None for never.
    """
    return "nobody" if expires is None else CLEANED_BY[backend]


TABLES = ("celery_taskmeta", "celery_tasksetmeta")
"""Celery's tables of results and of groups (celery/backends/database/models.py)."""
SEQUENCES = ("task_id_sequence", "taskset_id_sequence")
"""Sequences of their keys, which Celery reads itself: no column default uses them."""


def owner_role(database: str) -> str:
    """The role that owns the database and its tables; it cannot log in."""
    return f"{database}_owner"


def group_role(database: str) -> str:
    """The role that has the rights on rows; the app's logins are its members."""
    return f"{database}_rw"


def postgresql_settings(*, expires: int | None) -> dict[str, Any]:
    """Settings of an app whose results are in PostgreSQL.

    `database_create_tables_at_setup` would not help: it defers CREATE TABLE, and where the tables
    are there already Celery only looks (celery/backends/database/session.py).

    Args:
        expires: seconds after which beat's daily cleanup deletes a result; None for never.
    """
    settings: dict[str, Any] = {
        "result_expires": expires,
        # Celery's own default from 5.6 on: a connection that the server closed is made anew.
        "database_engine_options": {"pool_pre_ping": True, "pool_recycle": 3600},
    }
    return settings


def rpc_settings(*, expires: int | None) -> dict[str, Any]:
    """Settings of an app whose results are messages to the caller.

    Args:
        expires: seconds after which RabbitMQ deletes a caller's unused queue of results; None for
            never. 0 would be refused by RabbitMQ.
    """
    return {"result_expires": expires}
