"""The proof over Kafka: nothing is made or deleted there, and what kombu keeps silent is heard.

The topic of the proof is one of the app's: somebody made it, and the app's user has the same rights
on it and on its consumer group as on the app's.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

_WAIT: Final = 0.1
"""Seconds of one poll, and between two: nobody stops it earlier."""
_FORGOTTEN: Final = 6_000
"""Milliseconds after which a worker that was killed has left its group."""
_QUIET: Final = ("_ALL_BROKERS_DOWN",)
"""What librdkafka says of the others, and is no reason."""


def is_kafka(url: str) -> bool:
    """Whether a broker_url is Kafka's."""
    return urlsplit(url).scheme.lower() == "confluentkafka"


class Ear:
    """Hears what librdkafka has to say of its connections and of messages that were not taken.

    kombu asks for neither: a broker that refuses a login is no broker for it, and a message that
    Kafka does not take is lost.
    """

    def __init__(self) -> None:
        self._heard: list[str] = []

    def __call__(self, error: Any) -> None:
        """An error of a connection."""
        if error.name() not in _QUIET:
            self._heard.append(str(error.str()))

    def delivered(self, error: Any, _message: Any) -> None:
        """What became of a message."""
        if error is not None:
            raise RefusedMessage(str(error.str()))

    @property
    def last(self) -> str | None:
        """Why it cannot connect."""
        return self._heard[-1] if self._heard else None


class RefusedMessage(Exception):  # noqa: N818 - what Kafka said
    """Kafka did not take a message."""


def impatient_kafka(
    options: Mapping[str, Any], patience: int, ear: Ear, ca_file: str | None
) -> dict[str, Any]:
    """broker_transport_options of an app that reports what another would wait for.

    Args:
        options: the app's.
        patience: seconds for a message to be taken.
        ear: hears what goes wrong.
        ca_file: path of the CA here, instead of the one on the app's host.
    """
    common = {**(options.get("kafka_common_config") or {}), "error_cb": ear, "log_level": 0}
    if ca_file is not None and "SSL" in str(options.get("security_protocol")).upper():
        common["ssl.ca.location"] = ca_file
    produce = {
        **(options.get("kafka_producer_config") or {}),
        "message.timeout.ms": patience * 1000,
        "on_delivery": ear.delivered,
    }
    consume = {**(options.get("kafka_consumer_config") or {}), "session.timeout.ms": _FORGOTTEN}
    return {
        **options,
        # kombu waits as long for a connection as for a message; see `hurry`.
        "wait_time_seconds": patience,
        "polling_interval": _WAIT,
        "kafka_common_config": common,
        "kafka_producer_config": produce,
        "kafka_consumer_config": consume,
    }


def explain(connection: Any, patience: int) -> None:
    """Connect with kombu's options, and say why that is not possible: kombu does not.

    Args:
        connection: kombu's, not connected yet.
        patience: seconds.

    Raises:
        ConnectionError: it is not; with librdkafka's words.
        TimeoutError: nobody answered.
    """
    from confluent_kafka import KafkaException  # noqa: PLC0415 - only proofs over Kafka need it
    from confluent_kafka.admin import AdminClient  # noqa: PLC0415
    from kombu.transport.confluentkafka import Channel  # noqa: PLC0415

    # What the channel's property reads is its connection's client.
    options = Channel.common_config.func(_Unconnected(connection))
    ear, admin = options["error_cb"], AdminClient(options)
    answer = admin.describe_cluster(request_timeout=patience)
    ends = time.monotonic() + patience
    while not answer.done() and time.monotonic() < ends and ear.last is None:
        admin.poll(0.05)
    # It must not be the garbage collector that ends it, in a thread of librdkafka's.
    del admin
    if ear.last is not None:
        raise ConnectionError(ear.last)
    try:
        answer.result(timeout=0.1)
    except (KafkaException, TimeoutError):
        raise TimeoutError(f"timed out: no answer within {patience} s") from None


class _Unconnected:
    """As much of a channel as its options need."""

    def __init__(self, client: Any) -> None:
        self.connection = type("Client", (), {"client": client})
        self.options = client.transport_options


def hurry(consumer: Any) -> None:
    """Let a worker that is connected wait for a message only as long as it may take to stop it."""
    drain = consumer.connection.drain_events
    consumer.task_consumer.channel.wait_time_seconds = _WAIT
    consumer.connection.drain_events = lambda **_: drain(timeout=_WAIT)


def clear(channel: Any, queue: str, patience: int = 5) -> None:
    """Pass over what lies in the proof's own topic: what a proof that was killed has left.

    Its group goes on behind it; nobody joins it for that.

    Args:
        channel: kombu's.
        queue: the topic.
        patience: seconds for each answer.

    Raises:
        KafkaException: the app's user may not.
    """
    from confluent_kafka import (  # noqa: PLC0415 - only proofs over Kafka need it
        ConsumerGroupTopicPartitions,
        KafkaException,
        TopicPartition,
    )
    from confluent_kafka.admin import OffsetSpec  # noqa: PLC0415

    topic = channel.sanitize_queue_name(queue)
    admin = channel.client
    found = admin.list_topics(topic, timeout=patience).topics[topic]
    if found.error is not None:
        raise KafkaException(found.error)
    partitions = [TopicPartition(topic, number) for number in found.partitions]
    latest = admin.list_offsets(
        {partition: OffsetSpec.latest() for partition in partitions}, request_timeout=patience
    )
    ends = [
        TopicPartition(topic, partition.partition, answer.result().offset)
        for partition, answer in latest.items()
    ]
    group = ConsumerGroupTopicPartitions(f"{topic}-consumer-group", ends)
    for answer in admin.alter_consumer_group_offsets([group], request_timeout=patience).values():
        answer.result()
