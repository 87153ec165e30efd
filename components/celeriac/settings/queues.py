"""The queues of an app in a stack file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celeriac.contract import Queue, default_problem, queue_problem
from celeriac.contract.rabbitmq_policies import LONGEST_TTL
from celeriac.settings import readers

if TYPE_CHECKING:
    from celeriac.settings.section import Section

LIMITS = ("maxLength", "maxLengthBytes", "messageTtl", "deliveryLimit", "deadLetter")
"""Keys of a queue that only RabbitMQ has."""
QUORUM_ONLY = ("deliveryLimit",)
"""Of these, what classic queues do not have."""


def read_queues(broker: Section, app: str, *, limits: bool, quorum: bool) -> tuple[Queue, ...]:
    """The queues, sorted by name; one named like the app where none is written.

    Args:
        broker: the map that has the key `queues`.
        app: the app's name.
        limits: whether the broker has limits (RabbitMQ).
        quorum: whether they are quorum queues.
    """
    section = broker.child("queues")
    entries = [(name, section.child(name)) for name in section]
    queues = tuple(
        _read_queue(name, section, entry, limits=limits, quorum=quorum) for name, entry in entries
    )
    if not queues:
        return (Queue(name=app, default=True),)
    wrong = default_problem([(queue.name, queue.default) for queue in queues])
    if wrong is not None and not any("default" in entry.wrong for _, entry in entries):
        section.problem(wrong)
    return queues


def _read_queue(
    name: str, section: Section, entry: Section, *, limits: bool, quorum: bool
) -> Queue:
    wrong = queue_problem(name)
    if wrong is not None:
        section.problem(wrong, name)
    if not limits:
        for key in LIMITS:
            entry.refuse(key, "is a limit of RabbitMQ's, and Redis has none: leave it out")
    elif not quorum:
        for key in QUORUM_ONLY:
            entry.refuse(key, "needs queueType: quorum, classic queues count no returns")
    queue = Queue(
        name=name,
        default=entry.get("default", readers.boolean, default=False),
        max_length=entry.get("maxLength", readers.whole(1), None),
        max_length_bytes=entry.get("maxLengthBytes", readers.size, None),
        message_ttl=entry.get("messageTtl", readers.duration(most=LONGEST_TTL), None),
        delivery_limit=entry.get("deliveryLimit", readers.whole(1), None),
        dead_letter=entry.get("deadLetter", readers.boolean, default=True),
    )
    entry.finish()
    return queue
