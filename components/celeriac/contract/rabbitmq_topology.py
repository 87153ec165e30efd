"""The exchanges, queues and bindings of an app on RabbitMQ, as Celery itself would declare them.

They are declared ahead, so that a producer that starts before any worker finds them; and they are
the same objects, because a declaration that differs in one argument is refused with 406.

Each queue has an exchange of its own, with the queue's name, as Celery gives every queue that it
makes by itself. The routing key is the queue's name in one word: native delayed delivery binds
`#.<routing key>` on an exchange that all queues share (kombu/transport/native_delayed_delivery.py),
so with the key `bulk.emails` a delayed message would reach the queue `emails` as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from celeriac.contract.queues import Queue

QueueType = Literal["quorum", "classic"]
ExchangeType = Literal["topic", "direct", "fanout"]

DEAD_LETTER = "celeriac.dead-letter"
"""Exchange and queue of dead-lettered messages: one of each per vhost, and a vhost is one app's."""

DELAYED_LEVELS = 28
"""Queues and exchanges of native delayed delivery: celery_delayed_0 to celery_delayed_27."""
DELAYED_ENTRY = f"celery_delayed_{DELAYED_LEVELS - 1}"
"""The exchange to which Celery publishes every delayed task (celery/app/base.py, apply_async)."""
DELAYED_DELIVERY = "celery_delayed_delivery"
"""The exchange that hands messages whose delay is over to the exchanges of the queues."""

MAX_ROUTING_KEY = 255 - 2 * DELAYED_LEVELS
"""Bytes left for a routing key: an AMQP short string has 255, the delay's 28 words come first."""


@dataclass(frozen=True, kw_only=True)
class ExchangeDeclaration:
    """A durable exchange without arguments."""

    name: str
    """The exchange's name."""
    type: ExchangeType
    """Its type."""


@dataclass(frozen=True, kw_only=True)
class QueueDeclaration:
    """A durable queue."""

    name: str
    """The queue's name."""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    """Arguments; limits are not among them (a changed argument is refused with 406)."""


@dataclass(frozen=True, kw_only=True)
class BindingDeclaration:
    """A binding without arguments."""

    source: str
    """The exchange that messages come from."""
    destination: str
    """The queue or exchange that they go to."""
    destination_type: Literal["queue", "exchange"]
    """Which of the two the destination is."""
    routing_key: str
    """The key, or pattern of a topic exchange."""


@dataclass(frozen=True, kw_only=True)
class Topology:
    """All objects of an app's vhost that are declared ahead."""

    exchanges: tuple[ExchangeDeclaration, ...]
    """One per queue, and that of dead letters."""
    queues: tuple[QueueDeclaration, ...]
    """The app's, and that of dead letters."""
    bindings: tuple[BindingDeclaration, ...]
    """Each queue to its exchange. Those of delayed delivery are `delayed_bindings`."""


def routing_key(queue: str) -> str:
    """The queue's name as one word of a topic exchange: `.`, `*`, `#` and `%` percent-encoded."""
    return "".join(f"%{ord(char):02X}" if char in ".*#%" else char for char in queue)


def exchange_type(queue_type: QueueType) -> Literal["topic", "direct"]:
    """The type of the queues' exchanges.

    Celery delays tasks in the broker where there are quorum queues and the exchange is not direct;
    with a direct one it warns and holds them in the worker (celery/app/base.py, apply_async).
    """
    return "topic" if queue_type == "quorum" else "direct"


def queue_arguments(queue_type: QueueType, *, priorities: int | None = None) -> dict[str, Any]:
    """Arguments with which both we and Celery declare a queue.

    Celery finds quorum queues by `x-queue-type` in its own settings only; it cannot see the
    vhost's default (celery/utils/quorum_queues.py). Classic queues need the type as well, because
    our vhosts default to quorum.

    Args:
        queue_type: the type of the app's queues.
        priorities: priority levels of a classic queue; refused by quorum queues, which have two
            without asking (https://www.rabbitmq.com/docs/quorum-queues#priorities).
    """
    arguments: dict[str, Any] = {"x-queue-type": queue_type}
    if priorities is not None and queue_type == "classic":
        arguments["x-max-priority"] = priorities - 1
    return arguments


def topology(
    queues: Sequence[Queue], *, queue_type: QueueType = "quorum", priorities: int | None = None
) -> Topology:
    """What is declared ahead for these queues, with the exchange and the queue of dead letters."""
    kind = exchange_type(queue_type)
    arguments = queue_arguments(queue_type, priorities=priorities)
    return Topology(
        exchanges=(
            *(ExchangeDeclaration(name=queue.name, type=kind) for queue in queues),
            ExchangeDeclaration(name=DEAD_LETTER, type="fanout"),
        ),
        queues=(
            *(QueueDeclaration(name=queue.name, arguments=arguments) for queue in queues),
            QueueDeclaration(name=DEAD_LETTER, arguments={"x-queue-type": "quorum"}),
        ),
        bindings=(
            *(_to_queue(queue.name, routing_key(queue.name)) for queue in queues),
            _to_queue(DEAD_LETTER, ""),
        ),
    )


def delayed_bindings(queues: Sequence[Queue]) -> tuple[BindingDeclaration, ...]:
    """The two bindings per queue through which a delayed message comes back.

    From the delivery exchange to the queue's exchange, and from there to the queue, both
    `#.<routing key>` (kombu, bind_queue_to_native_delayed_delivery_exchange).
    """
    found: list[BindingDeclaration] = []
    for queue in queues:
        pattern = f"#.{routing_key(queue.name)}"
        found.append(
            BindingDeclaration(
                source=DELAYED_DELIVERY,
                destination=queue.name,
                destination_type="exchange",
                routing_key=pattern,
            )
        )
        found.append(_to_queue(queue.name, pattern))
    return tuple(found)


def _to_queue(name: str, key: str) -> BindingDeclaration:
    return BindingDeclaration(
        source=name, destination=name, destination_type="queue", routing_key=key
    )
