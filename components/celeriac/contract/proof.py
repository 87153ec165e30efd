"""The proof's own queue: its worker never consumes the app's, whose tasks it does not know."""

from __future__ import annotations

from celeriac.contract.queues import Queue


def proof_queue(app: str) -> Queue:
    """The queue of the proof of an app: `<app>.celeriac-proof`.

    Its settings are `rabbitmq_queue_settings` or `direct_queue_settings` of it, merged over the
    app's own; its name is among the queues that the app's user has rights on.
    """
    return Queue(name=f"{app}.celeriac-proof", default=True)
