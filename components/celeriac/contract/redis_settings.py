"""What Celery must be told so that it fits Redis, as broker and as result backend.

https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/redis.html
TLS is in the URLs (`urls.redis_url`), the same on both sides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from celeriac.contract.queues import direct_queue_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from celeriac.contract.queues import Queue

PRIORITIES = 4
"""Priority levels of kombu's Redis transport unless told otherwise (priority_steps)."""


def redis_settings(
    queues: Sequence[Queue],
    *,
    prefix: str,
    visibility_timeout: int,
    prefetch: int = 1,
    priorities: int | None = None,
) -> dict[str, Any]:
    """Settings of an app whose broker is Redis; all are JSON.

    Args:
        queues: the app's queues, exactly one of them the default.
        prefix: begin of all its keys.
        visibility_timeout: seconds, see `timeouts.visibility_timeout`. It is an int: Redis
            refuses a float.
        prefetch: messages delivered ahead per process (worker_prefetch_multiplier).
        priorities: priority levels that the app uses; None when it uses none.
    """
    options: dict[str, Any] = {
        "global_keyprefix": prefix,
        "visibility_timeout": visibility_timeout,
    }
    if priorities is not None:
        # Without it a worker of several queues takes turns and pays no heed to priorities.
        options["queue_order_strategy"] = "priority"
        if priorities > PRIORITIES:
            options["priority_steps"] = list(range(priorities))
    return {
        **direct_queue_settings(queues),
        # A queue that nobody knows is a list that nobody reads: QueueNotFound says so at once.
        "task_create_missing_queues": False,
        "broker_transport_options": options,
        # Celery's documentation wants it in all three places.
        "result_backend_transport_options": {"visibility_timeout": visibility_timeout},
        "visibility_timeout": visibility_timeout,
        "broker_connection_retry_on_startup": True,
        "worker_prefetch_multiplier": prefetch,
    }


def redis_result_settings(*, prefix: str, expires: int | None) -> dict[str, Any]:
    """Settings of an app whose results are on Redis.

    Args:
        prefix: begin of all keys; ends in `:`, or Celery adds a `_` (celery/backends/base.py).
        expires: seconds until a result is deleted by Redis itself; None for never.
    """
    return {
        "result_backend_transport_options": {"global_keyprefix": prefix},
        "result_expires": expires,
    }
