"""Results that expire, on the real servers, as the app's own user with what the stack hands out."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from amqp.exceptions import NotFound
from celery.app.task import Context

from tests.e2e.stores import celery_app

_SOON = 2
"""Seconds, where a test waits for the end."""


def check_redis(outputs: dict[str, Any], expires: int) -> None:
    """Redis drops a result by itself.

    Args:
        outputs: what the stack hands out for the app.
        expires: seconds, as its stack file says.
    """
    app = _soon(outputs, expires)
    app.backend.store_result("an-id", 42, "SUCCESS")
    assert app.AsyncResult("an-id").get() == 42
    time.sleep(_SOON + 0.5)
    assert app.AsyncResult("an-id").state == "PENDING"


def check_rpc(outputs: dict[str, Any], expires: int) -> None:
    """RabbitMQ drops the queue of a caller that is gone, with the results in it.

    Args:
        outputs: what the stack hands out for the app.
        expires: seconds, as its stack file says.
    """
    app = _soon(outputs, expires)
    caller = app.backend.oid
    # As when a task is sent, and as when a worker ends it; the caller never comes for the result.
    with app.amqp.producer_pool.acquire() as producer:
        app.backend.on_task_call(producer, "an-id")
    asked = Context(reply_to=caller, correlation_id="an-id")
    app.backend.store_result("an-id", 42, "SUCCESS", request=asked)
    with app.connection_for_read() as connection:
        assert connection.channel().queue_declare(caller, passive=True).message_count == 1
        time.sleep(_SOON + 1.5)
        with pytest.raises(NotFound):
            connection.channel().queue_declare(caller, passive=True)


def check_postgresql(outputs: dict[str, Any], expires: int) -> None:
    """Beat's task deletes what has expired, and nothing else.

    Args:
        outputs: what the stack hands out for the app.
        expires: seconds, as its stack file says.
    """
    app = celery_app(outputs)
    assert app.conf.result_expires == expires
    for task in ("fresh", "old"):
        app.backend.store_result(task, 42, "SUCCESS")
    row = app.backend.task_cls
    with app.backend.ResultSession() as session:
        done = datetime.now(UTC) - timedelta(seconds=expires + 60)
        session.query(row).filter(row.task_id == "old").update({row.date_done: done})
        session.commit()
    app.tasks["celery.backend_cleanup"]()
    assert {task: app.AsyncResult(task).state for task in ("fresh", "old")} == {
        "fresh": "SUCCESS",
        "old": "PENDING",
    }


def _soon(outputs: dict[str, Any], expires: int) -> Any:
    """The app as it is handed out, but that its results expire in seconds."""
    app = celery_app(outputs)
    assert app.conf.result_expires == expires
    app.conf.result_expires = _SOON
    return app
