"""How many messages wait in queues, now.

Statistics lag: those of a classic queue are true when asked with totals instead of statistics, a
quorum queue's are up to its tick (5 seconds) old. Deleting with if-empty works on classic queues
only. So an apparently empty quorum queue is asked for one message, which goes back to it at once:
only the redelivered flag of a message that is a few seconds old, in a queue that is then not
deleted, can tell.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from celeriac_provider.engine.errors import Refused

if TYPE_CHECKING:
    from celeriac_provider.rabbitmq.client import Api

_STATISTICS_LAG = 6.0
"""Seconds after which the totals of a queue that cannot be asked are true: its tick, and some."""

_SHOWN = 3


def loss(api: Api, vhost: str, what: str, queues: Collection[str] | None = None) -> str | None:
    """The sentence that deleting would lose messages, or None.

    Args:
        api: the server.
        vhost: where the queues are.
        what: what is to be deleted, with its name.
        queues: the queues in question; all of the vhost when None.
    """
    counts = waiting(api, vhost, queues)
    if not counts:
        return None
    total = sum(counts.values())
    largest = sorted(counts, key=lambda queue: (-counts[queue], queue))
    shown = ", ".join(repr(queue) for queue in largest[:_SHOWN])
    more = f" and {len(largest) - _SHOWN} more queues" if len(largest) > _SHOWN else ""
    noun = "message waits" if total == 1 else "messages wait"
    return f"at least {total} {noun} in {what} (in {shown}{more}) and would be lost"


def waiting(api: Api, vhost: str, queues: Collection[str] | None = None) -> dict[str, int]:
    """Messages, ready or in a consumer's hands, by queue; queues without any are left out."""
    counts, empty = _totals(api, vhost, queues)
    if counts:
        return counts
    unsure = []
    for queue in empty:
        ready = None if queue["type"] != "quorum" else _ready(api, vhost, queue["name"])
        if ready is None and queue["type"] != "classic":
            unsure.append(queue["name"])
        elif ready:
            counts[queue["name"]] = ready
    if unsure and not counts:
        api.ctx.cancelled.wait(_STATISTICS_LAG)
        counts, _ = _totals(api, vhost, unsure)
    return counts


def _totals(
    api: Api, vhost: str, queues: Collection[str] | None
) -> tuple[dict[str, int], list[dict[str, Any]]]:
    counts: dict[str, int] = {}
    found: dict[str, dict[str, Any]] = {}
    # Totals are true for classic queues, statistics are those of the whole cluster.
    for query in ("disable_stats=true&enable_queue_totals=true", "columns=name,type,messages"):
        for queue in api.get("queues", vhost, query=query) or []:
            name = queue["name"]
            if queues is not None and name not in queues:
                continue
            found[name] = queue
            if queue.get("messages"):
                counts[name] = max(counts.get(name, 0), queue["messages"])
    return counts, [queue for name, queue in found.items() if name not in counts]


def _ready(api: Api, vhost: str, queue: str) -> int | None:
    """Messages ready in a quorum queue; None when it cannot be asked (rights, one consumer)."""
    body = {"count": 1, "ackmode": "ack_requeue_true", "encoding": "auto", "truncate": 1}
    try:
        got = api.post("queues", vhost, queue, "get", body=body)
    except Refused:
        return None
    return got[0]["message_count"] + 1 if got else 0
