"""The queues of an app: what is asked of each, and which one is the default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, kw_only=True)
class Queue:
    """One task queue of an app.

    Limits left at None are those of the broker (`delivery_limit`) or none at all.
    """

    name: str
    """The queue's name; in RabbitMQ also its exchange's."""
    default: bool = False
    """Whether tasks without a queue of their own go here (Celery's task_default_queue)."""
    max_length: int | None = None
    """Most messages waiting; above it a publish is rejected. Default: no limit."""
    max_length_bytes: int | None = None
    """Most bytes of message bodies waiting; above it a publish is rejected. Default: no limit."""
    message_ttl: int | None = None
    """Seconds a message may wait before it is dead-lettered. Default: for ever."""
    delivery_limit: int | None = None
    """Returns to the queue before a message is dead-lettered. Default: the broker's."""
    dead_letter: bool = True
    """Whether what is rejected, expired or over its limit goes to the dead-letter queue."""
    max_receive_count: int | None = None
    """SQS: deliveries before a message goes to the dead-letter queue. Default: the broker's."""
    retention: int | None = None
    """SQS: seconds that a message is kept which nobody takes. Default: the broker's."""

    @property
    def has_own_limits(self) -> bool:
        """Whether the queue needs a policy of its own (RabbitMQ applies one policy per queue)."""
        limits = (self.max_length, self.max_length_bytes, self.message_ttl, self.delivery_limit)
        return not self.dead_letter or any(limit is not None for limit in limits)


def default_queue(queues: Sequence[Queue]) -> Queue:
    """The queue marked default, or the only one.

    Pulumi sorts the keys of a map, so there is no "first" queue to fall back on.

    Raises:
        ValueError: when no queue or more than one can be the default.
    """
    if len(queues) == 1:
        return queues[0]
    marked = [queue for queue in queues if queue.default]
    if len(marked) != 1:
        names = ", ".join(queue.name for queue in marked or queues) or "there are no queues"
        how_many = "more than one queue is" if marked else "no queue is"
        raise ValueError(
            f"{how_many} marked default ({names}): mark exactly one with default: true"
        )
    return marked[0]


def direct_queue_settings(queues: Sequence[Queue]) -> dict[str, Any]:
    """The settings that name queues, where each has a direct exchange of its own."""
    default = default_queue(queues).name
    return {
        "task_default_queue": default,
        "task_default_exchange": default,
        "task_default_exchange_type": "direct",
        "task_default_routing_key": default,
        "task_queues": {
            queue.name: {
                "exchange": queue.name,
                "exchange_type": "direct",
                "binding_key": queue.name,
            }
            for queue in queues
        },
    }
