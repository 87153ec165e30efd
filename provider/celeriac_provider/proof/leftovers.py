"""What the proof makes on the broker, and how it goes again.

Its queue and exchange are its own. Celery's exchanges of remote control and of events are every
worker's: they go only where they were not there before and nothing is bound to them.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from amqp.exceptions import NotFound

from celeriac_provider.proof import kafka, pubsub, sqs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from celery import Celery


def absent_exchanges(app: Celery, connection: Any) -> list[str]:
    """Which of Celery's own exchanges are not there yet; on Pub/Sub, what a worker makes of one."""
    if connection.transport.driver_type == "gcpubsub":
        return pubsub.absent(connection.default_channel, _celerys_own(app)[1])
    return [name for name in _celerys_own(app) if not _is_there(connection, name)]


def empty(connection: Any, queue: Any) -> None:
    """Clear away what a proof that was killed has left in its queue.

    Args:
        connection: to the broker.
        queue: the proof's queue, bound to a channel.
    """
    if connection.transport.driver_type == "sqs":
        sqs.clear(queue.channel, queue.name)
    elif connection.transport.driver_type == "kafka":
        kafka.clear(queue.channel, queue.name)
    elif connection.transport.driver_type == "gcpubsub":
        pubsub.clear(queue.channel, queue.name)
    else:
        queue.purge()


def remove(app: Celery, queue: str, absent: list[str], *, taken: bool) -> None:
    """Remove the proof's queue and what came with its worker; what cannot go is left.

    On SQS, Kafka and Pub/Sub the queue is part of the app's: only messages go, on Kafka by
    themselves.

    Args:
        app: the proof's app.
        queue: the proof's queue.
        absent: exchanges that were not there before the proof.
        taken: whether the worker has taken the task.
    """
    with app.connection_for_write() as connection:
        if connection.transport.driver_type == "sqs":
            with _channel(connection) as channel:
                sqs.clear(channel, queue, wait=not taken)
            return
        if connection.transport.driver_type == "kafka":
            return
        if connection.transport.driver_type == "gcpubsub":
            with _channel(connection) as channel:
                if not taken:
                    app.amqp.queues[queue](channel).declare()
                    pubsub.clear(channel, queue)
                pubsub.remove_replies(channel, queue, absent)
            return
        over_amqp = connection.transport.driver_type == "amqp"
        with _channel(connection) as channel:
            bound = app.amqp.queues[queue](channel)
            if not over_amqp:
                # kombu deletes only the bindings that this connection has made.
                bound.declare()
            bound.delete()
        if connection.transport.driver_type == "redis":
            with _channel(connection) as channel:
                _forget_deadlines(app, channel)
        if type(app.backend).__module__ == "celery.backends.rpc":
            with _channel(connection) as channel:
                # It would go by itself, some time after the connection.
                channel.queue_delete(app.backend.binding.name)
        for name in absent if over_amqp else ():
            with _channel(connection) as channel:
                channel.exchange_delete(name, if_unused=True)


def _celerys_own(app: Celery) -> tuple[str, ...]:
    control = f"{app.conf.control_exchange}.pidbox"
    return (control, f"reply.{control}", app.conf.event_exchange)


def _is_there(connection: Any, exchange: str) -> bool:
    """Whether an exchange exists; only AMQP has exchanges to ask for."""
    if connection.transport.driver_type != "amqp":
        return True
    with connection.channel() as channel:
        try:
            channel.exchange_declare(exchange, "topic", passive=True)
        except NotFound:
            return False
    return True


def _forget_deadlines(app: Celery, channel: Any) -> None:
    """Kombu's record of when to sweep tables of bindings, where the tables are gone already."""
    with channel.conn_or_acquire() as client:
        for name in _celerys_own(app):
            if not client.smembers(channel.keyprefix_queue % name):
                client.zrem(channel.keyprefix_binding_deadlines, name)


@contextmanager
def _channel(connection: Any) -> Iterator[Any]:
    """A channel of its own: a refusal closes it."""
    with suppress(Exception), connection.channel() as channel:
        yield channel
