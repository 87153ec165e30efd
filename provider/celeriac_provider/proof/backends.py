"""A look at the result backend before a task is sent: is it there, does it let the user read?

Celery's own first use of it would wait and try again, and say less.
"""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from celeriac_provider.proof.faults import Failed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from celery import Celery


def look(app: Celery) -> None:
    """Read from the result backend, as a client that waits for a result does.

    Raises:
        Failed: Celery's tables are missing; a replica set leads to where no forwarding does.
        Exception: whatever the backend's client library raises.
    """
    backend = app.backend
    if _is_rpc(backend):
        return  # results come over the broker's connection
    if hasattr(backend, "session_manager"):
        _look_for_tables(backend)
    with _led_astray(backend):
        backend.get_task_meta(str(uuid.uuid4()))


def _is_rpc(backend: Any) -> bool:
    return type(backend).__module__ == "celery.backends.rpc"


@contextmanager
def _led_astray(backend: Any) -> Iterator[None]:
    """Say that a replica set of MongoDB named a member that has no way, if it was that."""
    try:
        yield
    except Exception as error:
        pool = getattr(backend, "options", {}).get("_pool_class")
        strangers = sorted(getattr(pool, "strangers", ()))
        if not strangers or type(error).__name__ != "ServerSelectionTimeoutError":
            raise
        raise Failed(
            "result backend",
            "missing",
            f"{','.join(backend.mongo_host)}, connecting: the replica set says that a member is at "
            f"{' and '.join(strangers)}, which no forwarding leads to: name every member in the "
            "URL as the set itself does (rs.conf())",
        ) from error


def _look_for_tables(backend: Any) -> None:
    import sqlalchemy  # noqa: PLC0415 - half a second that only SQL backends need

    engine = backend.session_manager.get_engine(backend.url, **backend.engine_options)
    tables = [backend.task_cls.__table__, backend.taskset_cls.__table__]
    with engine.connect() as connection:
        inspector = sqlalchemy.inspect(connection)
        missing = [t.fullname for t in tables if not inspector.has_table(t.name, schema=t.schema)]
    if missing:
        raise Failed(
            "result backend",
            "missing",
            f"{engine.url.host}:{engine.url.port}, looking for Celery's tables: "
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not there: create "
            "Celery's tables (ResultTables of celeriac:postgresql or celeriac:mysql)",
        )
