"""How many messages wait in a topic for Celery's workers: Kafka keeps the others, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from celeriac_provider.engine.context import Context
from celeriac_provider.kafka.client import Kafka
from celeriac_provider.kafka.refusals import Missing

if TYPE_CHECKING:
    from confluent_kafka.admin import AdminClient


def loss(ctx: Context, topic: str) -> str | None:
    """The sentence that deleting a topic would lose messages, or None."""
    try:
        waiting = _waiting(ctx, topic)
    except Missing:
        return None
    if not waiting:
        return None
    noun = "message waits" if waiting == 1 else "messages wait"
    return f"{waiting} {noun} in the topic {topic!r} and would be lost"


def group(topic: str) -> str:
    """The consumer group of kombu's (kombu/transport/confluentkafka.py, `_get_consumer`)."""
    return f"{topic}-consumer-group"


def _waiting(ctx: Context, topic: str) -> int:
    """Messages after what the group has taken, or all where it has taken none."""
    from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition  # noqa: PLC0415
    from confluent_kafka.admin import OffsetSpec  # noqa: PLC0415 - see client

    kafka, doing = ctx.client(Kafka), f"count the messages in the topic {topic!r}"

    def describe(admin: AdminClient, seconds: float) -> Any:
        from confluent_kafka import TopicCollection  # noqa: PLC0415

        return admin.describe_topics(TopicCollection([topic]), request_timeout=seconds)[topic]

    def taken(admin: AdminClient, seconds: float) -> Any:
        asked = ConsumerGroupTopicPartitions(group(topic))
        return admin.list_consumer_group_offsets([asked], request_timeout=seconds)[group(topic)]

    found = kafka.call(ctx, doing, describe)
    committed = {
        one.partition: one.offset
        for one in kafka.call(ctx, doing, taken).topic_partitions
        if one.topic == topic and one.offset >= 0
    }
    total = 0
    for partition in (one.id for one in found.partitions):

        def offset(spec: Any, number: int = partition) -> int:
            def ask(admin: AdminClient, seconds: float) -> Any:
                asked = {TopicPartition(topic, number): spec}
                return next(iter(admin.list_offsets(asked, request_timeout=seconds).values()))

            return int(kafka.call(ctx, doing, ask).offset)

        first = offset(OffsetSpec.earliest())
        total += max(0, offset(OffsetSpec.latest()) - max(committed.get(partition, first), first))
    return total
