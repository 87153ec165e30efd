"""The queues of an app in a stack file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celeriac.contract import Queue, default_problem, queue_problem
from celeriac.contract.rabbitmq_policies import LONGEST_TTL
from celeriac.settings import readers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from celeriac.contract import BrokerKind
    from celeriac.settings.section import Section

RECEIVE_COUNT = 5
"""Deliveries of a message on SQS before it is dead-lettered, unless something else is written; as
in terraform-aws-modules. SQS takes 1 to 1,000."""
RETENTION = 4 * 24 * 60 * 60
"""Seconds that SQS keeps a message which nobody takes, unless something else is written: its own
default. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html."""

receive_count = readers.whole(1, 1000)
"""Reads a maxReceiveCount."""
retention = readers.duration(60, 14 * 24 * 60 * 60)
"""Reads a retention: SQS takes a minute to 14 days."""

_RABBITMQS = "is a limit of RabbitMQ's, and {} has none: leave it out"
_OF_OTHERS: Mapping[BrokerKind, Mapping[str, str]] = {
    "rabbitmq": {
        "maxReceiveCount": "is for queues on SQS: on RabbitMQ write deliveryLimit",
        "retention": "is for queues on SQS: on RabbitMQ write messageTtl",
    },
    "redis": {
        **dict.fromkeys(
            ("maxLength", "maxLengthBytes", "messageTtl", "deliveryLimit", "deadLetter"),
            _RABBITMQS.format("Redis"),
        ),
        **dict.fromkeys(
            ("maxReceiveCount", "retention"), "is for queues on SQS, not on Redis: leave it out"
        ),
    },
    "kafka": {
        **dict.fromkeys(
            ("maxLength", "maxLengthBytes", "messageTtl", "deliveryLimit", "deadLetter"),
            _RABBITMQS.format("Kafka"),
        ),
        "maxReceiveCount": "is for queues on SQS, not on Kafka: leave it out",
        "retention": "is for queues on SQS: on Kafka write it in broker, for all queues",
    },
    "pubsub": {
        **dict.fromkeys(("maxLength", "maxLengthBytes"), _RABBITMQS.format("Pub/Sub")),
        "messageTtl": "is a limit of RabbitMQ's: on Pub/Sub write retention in broker",
        "deliveryLimit": "is a limit of RabbitMQ's: on Pub/Sub write maxDeliveryAttempts in broker",
        "maxReceiveCount": "is for queues on SQS: on Pub/Sub write maxDeliveryAttempts in broker",
        "retention": "is for queues on SQS: on Pub/Sub write it in broker, for all queues",
    },
    "sqs": {
        "maxLength": _RABBITMQS.format("SQS"),
        "maxLengthBytes": _RABBITMQS.format("SQS"),
        "messageTtl": "is a limit of RabbitMQ's: on SQS write retention",
        "deliveryLimit": "is a limit of RabbitMQ's: on SQS write maxReceiveCount",
    },
}
"""Keys of a queue that another kind of broker has."""
_QUORUM_ONLY = ("deliveryLimit",)
"""Keys that on RabbitMQ classic queues do not have."""


def read_queues(
    broker: Section, app: str, *, kind: BrokerKind | None, quorum: bool = True
) -> tuple[Queue, ...]:
    """The queues, sorted by name; one named like the app where none is written.

    Args:
        broker: the map that has the key `queues`.
        app: the app's name.
        kind: the broker's kind; None where it is not known.
        quorum: whether they are quorum queues, on RabbitMQ.
    """
    section = broker.child("queues")
    entries = [(name, section.child(name)) for name in section]
    queues = tuple(
        _read_queue(name, section, entry, kind=kind, quorum=quorum) for name, entry in entries
    )
    if not queues:
        return (Queue(name=app, default=True),)
    wrong = default_problem([(queue.name, queue.default) for queue in queues])
    if wrong is not None and not any("default" in entry.wrong for _, entry in entries):
        section.problem(wrong)
    return queues


def _read_queue(
    name: str, section: Section, entry: Section, *, kind: BrokerKind | None, quorum: bool
) -> Queue:
    wrong = queue_problem(name)
    if wrong is not None:
        section.problem(wrong, name)
    for key, what in _OF_OTHERS[kind].items() if kind is not None else ():
        entry.refuse(key, what)
    if kind == "rabbitmq" and not quorum:
        for key in _QUORUM_ONLY:
            entry.refuse(key, "needs queueType: quorum, classic queues count no returns")
    queue = Queue(
        name=name,
        default=entry.get("default", readers.boolean, default=False),
        max_length=entry.get("maxLength", readers.whole(1), None),
        max_length_bytes=entry.get("maxLengthBytes", readers.size, None),
        message_ttl=entry.get("messageTtl", readers.duration(most=LONGEST_TTL), None),
        delivery_limit=entry.get("deliveryLimit", readers.whole(1), None),
        dead_letter=entry.get("deadLetter", readers.boolean, default=True),
        max_receive_count=entry.get("maxReceiveCount", receive_count, None),
        retention=entry.get("retention", retention, None),
    )
    if queue.max_receive_count is not None and not queue.dead_letter:
        entry.problem(
            "needs a dead-letter queue, and deadLetter is false: leave one of them out",
            "maxReceiveCount",
        )
    entry.finish()
    return queue
