"""How long a broker must wait for an acknowledgement before it delivers a task again.

The clock starts at delivery. A task then waits in the worker, first for its ETA (where the worker
holds it), then for the tasks prefetched before it, and then it runs. With acks_late it is
acknowledged only after that:

    longest delay + (prefetch + 1) x longest task + margin

where prefetch is worker_prefetch_multiplier: that many tasks per process are delivered ahead.
On SQS it counts once per queue: there kombu's worker polls all queues at once, each for as many
messages as it has room for (kombu/transport/SQS, `_schedule_queue`).
https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/redis.html#visibility-timeout
https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/sqs.html#visibility-timeout
https://www.rabbitmq.com/docs/consumers#acknowledgement-timeout
"""

from __future__ import annotations

MARGIN_SHARE = 10
"""One tenth of the time is added as a margin …"""
MARGIN_LEAST = 60
"""… and never less than this many seconds (RabbitMQ checks once a minute)."""
RABBITMQ_DEFAULT = 30 * 60
"""RabbitMQ's own consumer timeout, in seconds: there is no reason to go below it."""
SQS_LONGEST = 43_200
"""Seconds of the longest visibility timeout that SQS takes, 12 hours:
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html."""


def visibility_timeout(*, longest_task: int, longest_delay: int, prefetch: int) -> int:
    """Seconds after which Redis delivers an unacknowledged task again.

    A Redis worker holds ETA and countdown tasks itself, so the longest delay counts too.

    Args:
        longest_task: seconds of the longest run.
        longest_delay: seconds of the longest ETA, countdown or retry.
        prefetch: worker_prefetch_multiplier.
    """
    return _with_margin(longest_delay + (prefetch + 1) * longest_task)


def sqs_visibility_timeout(
    *, longest_task: int, longest_delay: int, prefetch: int, queues: int
) -> int:
    """Seconds after which SQS delivers an unacknowledged task again.

    As on Redis the worker holds delayed tasks. Enough for a worker that consumes all queues, or
    `SQS_LONGEST` where only workers that consume fewer (`celery worker -Q`) have enough with that.
    Above `SQS_LONGEST` no worker has: the app cannot be on SQS.

    Args:
        longest_task: seconds of the longest run.
        longest_delay: seconds of the longest ETA, countdown or retry.
        prefetch: worker_prefetch_multiplier.
        queues: how many queues the app has.
    """
    of_one, of_all = (
        visibility_timeout(
            longest_task=longest_task, longest_delay=longest_delay, prefetch=prefetch * count
        )
        for count in (1, queues)
    )
    return max(of_one, min(of_all, SQS_LONGEST))


def consumer_timeout(
    *, longest_task: int, longest_delay: int, prefetch: int, delayed_delivery: bool
) -> int:
    """Seconds after which RabbitMQ closes the channel of a worker that does not acknowledge.

    With native delayed delivery the broker holds delayed tasks, and only runs count. The policy
    key `consumer-timeout` wants milliseconds: multiply there.
    """
    held = 0 if delayed_delivery else longest_delay
    return max(RABBITMQ_DEFAULT, _with_margin(held + (prefetch + 1) * longest_task))


def _with_margin(seconds: int) -> int:
    return seconds + max(MARGIN_LEAST, -(-seconds // MARGIN_SHARE))
