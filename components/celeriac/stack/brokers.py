"""An app's broker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from celeriac import settings
from celeriac.brokers.kafka import KafkaBroker
from celeriac.brokers.pubsub import PubSubBroker
from celeriac.brokers.rabbitmq import RabbitMQBroker
from celeriac.brokers.redis import RedisBroker
from celeriac.brokers.sqs import SQSBroker
from celeriac.monitor import Monitor
from celeriac.servers.references import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from celeriac.parts import RedisKind, Server
    from celeriac.servers.existing_kafka import KafkaServer
    from celeriac.servers.existing_pubsub import PubSubProject
    from celeriac.sqs_queue import SQSKind

Broker = RabbitMQBroker | RedisBroker | SQSBroker | KafkaBroker | PubSubBroker


def make_broker(app: settings.App, servers: Mapping[str, Any]) -> Broker:
    """The component of it."""
    entry = app.broker
    server = servers[entry.server]
    common: dict[str, Any] = {
        "queues": entry.queues,
        "longest_task": app.longest_task,
        "longest_delay": app.longest_delay,
        "prefetch": app.prefetch,
        "force_destroy": app.force_destroy,
        "adopt": app.adopt,
    }
    if app.monitor is not None:
        common["monitor"] = Monitor(user=app.monitor.user, broker_api=app.monitor.broker_api)
    if isinstance(entry, settings.RabbitmqBroker):
        return RabbitMQBroker(
            app.name,
            server=cast("Server", server),
            user=entry.user,
            vhost=entry.vhost,
            queue_type=entry.queue_type,
            delayed_delivery=entry.delayed_delivery,
            delivery_limit=entry.delivery_limit,
            priorities=app.uses.priorities,
            rpc_results=isinstance(app.results, settings.RpcResults),
            **common,
        )
    if isinstance(entry, settings.RedisBroker):
        return RedisBroker(
            app.name,
            server=cast("RedisKind", server),
            user=entry.user,
            prefix=entry.prefix,
            visibility_timeout=entry.visibility_timeout,
            priorities=app.uses.priorities,
            **common,
        )
    if isinstance(entry, settings.KafkaBroker):
        return KafkaBroker(
            app.name,
            server=cast("KafkaServer", server),
            user=entry.user,
            partitions=entry.partitions,
            replicas=entry.replicas,
            retention=entry.retention,
            concurrency=entry.concurrency,
            acks_late=entry.acks_late,
            **common,
        )
    if isinstance(entry, settings.PubsubBroker):
        return PubSubBroker(
            app.name,
            server=cast("PubSubProject", server),
            prefix=entry.prefix,
            ack_deadline=entry.ack_deadline,
            retention=entry.retention,
            max_delivery_attempts=entry.max_delivery_attempts,
            exactly_once=entry.exactly_once,
            **common,
        )
    return SQSBroker(
        app.name,
        server=cast("SQSKind", server),
        prefix=entry.prefix,
        visibility_timeout=entry.visibility_timeout,
        max_receive_count=entry.max_receive_count,
        retention=entry.retention,
        access=entry.access,
        oldest_message=entry.oldest_message,
        access_key_id=entry.username,
        secret_access_key=text_of(entry.password),
        **common,
    )
