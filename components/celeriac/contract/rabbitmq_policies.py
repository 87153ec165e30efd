"""Policies of an app's queues on RabbitMQ: limits and dead letters.

Limits are policies, not arguments: they change without the queue being made anew. A queue has
exactly one policy, the one of highest priority that matches, so each of ours is complete.
https://www.rabbitmq.com/docs/policies
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from celeriac.contract.rabbitmq_permissions import exactly
from celeriac.contract.rabbitmq_topology import DEAD_LETTER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from celeriac.contract.queues import Queue
    from celeriac.contract.rabbitmq_topology import QueueType

DELIVERY_LIMIT = 20
"""Returns of a message to its queue before it is dead-lettered: RabbitMQ 4's own default, which
without a dead-letter exchange means dropped (https://www.rabbitmq.com/docs/quorum-queues)."""

LONGEST_TTL = (2**32 - 1) // 1000
"""Longest message-ttl and x-expires that RabbitMQ takes, in seconds: a little over 49 days."""

POLICY = "celeriac"
"""Name of the policy for all queues of the app; `celeriac.<queue>` is one queue's own."""

_ALL_QUEUES, _ONE_QUEUE = 10, 20


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A policy of RabbitMQ."""

    name: str
    """The policy's name in the vhost."""
    pattern: str
    """Anchored expression that matches exactly the queues meant."""
    apply_to: Literal["quorum_queues", "classic_queues"]
    """The type of queues it applies to."""
    priority: int
    """Of all that match the highest is the one that counts."""
    definition: Mapping[str, int | str]
    """Keys as RabbitMQ spells them; times in milliseconds."""


def policies(
    queues: Sequence[Queue],
    *,
    queue_type: QueueType = "quorum",
    delivery_limit: int = DELIVERY_LIMIT,
    consumer_timeout: int,
) -> tuple[Policy, ...]:
    """One policy for all queues of the app, and one for each queue with limits of its own.

    Args:
        queues: the app's queues. Neither the dead-letter queue nor those of delayed delivery.
        queue_type: their type.
        delivery_limit: for queues without their own.
        consumer_timeout: seconds, see `timeouts.consumer_timeout`.
    """
    apply_to: Literal["quorum_queues", "classic_queues"] = (
        "quorum_queues" if queue_type == "quorum" else "classic_queues"
    )

    def policy(name: str, names: Sequence[str], priority: int, queue: Queue | None) -> Policy:
        definition = _definition(queue, queue_type, delivery_limit, consumer_timeout)
        return Policy(
            name=name,
            pattern=exactly(names),
            apply_to=apply_to,
            priority=priority,
            definition=definition,
        )

    return (
        policy(POLICY, [queue.name for queue in queues], _ALL_QUEUES, None),
        *(
            policy(f"{POLICY}.{queue.name}", [queue.name], _ONE_QUEUE, queue)
            for queue in queues
            if queue.has_own_limits
        ),
    )


def _definition(
    queue: Queue | None, queue_type: QueueType, delivery_limit: int, consumer_timeout: int
) -> dict[str, int | str]:
    """A complete definition.

    `reject-publish`, because the other overflow drops the oldest task in silence, and
    `at-least-once` works with no other (https://www.rabbitmq.com/docs/quorum-queues#dead-lettering).
    """
    definition: dict[str, int | str] = {
        "consumer-timeout": consumer_timeout * 1000,
        "overflow": "reject-publish",
    }
    if queue is None or queue.dead_letter:
        definition["dead-letter-exchange"] = DEAD_LETTER
        if queue_type == "quorum":
            definition["dead-letter-strategy"] = "at-least-once"
    if queue_type == "quorum":
        own = None if queue is None else queue.delivery_limit
        definition["delivery-limit"] = delivery_limit if own is None else own
    if queue is not None:
        limits = {
            "max-length": queue.max_length,
            "max-length-bytes": queue.max_length_bytes,
            "message-ttl": None if queue.message_ttl is None else queue.message_ttl * 1000,
        }
        definition.update({key: limit for key, limit in limits.items() if limit is not None})
    return definition
