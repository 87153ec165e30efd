"""Whether messages wait in a subscription: Pub/Sub has no count, but one can be taken and put back.

How many there are only Cloud Monitoring says, minutes later and to who may read it. So one message
is pulled and handed back at once: a worker gets it next. It counts as one delivery, and what
workers hold at that moment is not seen.
"""

from __future__ import annotations

from typing import Final

from celeriac_provider.engine.context import Context
from celeriac_provider.pubsub.client import PubSub
from celeriac_provider.pubsub.refusals import Missing, NoneYet

_WAIT: Final = 2.0
"""Seconds: Pub/Sub may say that there is nothing when it is asked in a hurry."""


def loss(ctx: Context, subscription: str) -> str | None:
    """The sentence that deleting a subscription would lose messages, or None.

    Args:
        ctx: the call's surroundings.
        subscription: `projects/…/subscriptions/…`.
    """
    pubsub, name = ctx.client(PubSub), subscription.rpartition("/")[2]
    doing = f"look for messages in the subscription {name!r}"
    request = {"subscription": subscription, "max_messages": 1}
    try:
        found = pubsub.subscriber(ctx, "pull", doing, request, wait=_WAIT).received_messages
        if not found:
            return None
        back = [one.ack_id for one in found]
        request = {"subscription": subscription, "ack_ids": back, "ack_deadline_seconds": 0}
        pubsub.subscriber(ctx, "modify_ack_deadline", doing, request)
    except (Missing, NoneYet):
        return None
    return f"at least 1 message waits in the subscription {name!r} and would be lost"
