"""What a broker cannot do, or not at that size, held against what the app says it needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from celeriac.contract.kafka import POLL_DEFAULT
from celeriac.contract.memcached import ITEM
from celeriac.contract.mysql import RESULT_SIZE
from celeriac.contract.pairing import (
    KAFKA_MESSAGE,
    PUBSUB_MESSAGE,
    RABBITMQ_MESSAGE,
    REDIS_MESSAGE,
    SQS_MESSAGE,
)
from celeriac_policies.celery.app_rule import app_rule
from celeriac_policies.celery.config import CeleryConfig
from celeriac_policies.celery.sqs_queues import grown
from celeriac_policies.rule import Parameter, Settings, Severity

_BROKERS: Final = (
    "https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/index.html"
)


@app_rule(
    name="celery-sqs-limits",
    description="An app on SQS uses no priorities, no remote control and no events.",
    severity=Severity.HIGH,
    steps="Leave them out and set worker_enable_remote_control, worker_send_task_events and "
    "task_send_sent_event to false, or put the broker on RabbitMQ or Redis.",
    url="https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/sqs.html#caveats",
)
def sqs_can_do_it(app: CeleryConfig, given: Settings) -> Iterator[str]:
    """No message of SQS reaches every worker, and none is served before another."""
    if app.broker == "sqs":
        yield from _point_to_point(app, "SQS", "each celery inspect makes queues of its own")


@app_rule(
    name="celery-kafka-limits",
    description="An app on Kafka uses no priorities, remote control or events, nor waits too long.",
    severity=Severity.HIGH,
    steps="Leave them out and set worker_enable_remote_control, worker_send_task_events and "
    "task_send_sent_event to false, or put the broker on RabbitMQ or Redis.",
    url="https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/kafka.html"
    "#limitations",
)
def kafka_can_do_it(app: CeleryConfig, given: Settings) -> Iterator[str]:
    """A message is for one consumer of the group, in its turn, and an acknowledgement for many."""
    if app.broker != "kafka":
        return
    yield from _point_to_point(app, "Kafka", "workers wait for topics that nobody may make")
    settings = app.settings
    many = [
        name
        for name in ("worker_concurrency", "worker_prefetch_multiplier")
        if settings.get(name, default=0) != 1
    ]
    if settings.get("task_acks_late", default=False) and many:
        yield (
            f"task_acks_late is on and {' and '.join(many)} not 1: an acknowledgement on Kafka "
            f"counts for all that the worker has received; leave task_acks_late out, or set 1"
        )
    consumer = app.broker_options.map("kafka_consumer_config")
    interval = consumer.get("max.poll.interval.ms", default=POLL_DEFAULT * 1000)
    needed = app.needed_timeout(given)
    if needed * 1000 > interval:
        yield (
            f"max.poll.interval.ms is {interval}, and a worker may be busy for {needed} seconds "
            f"(the longest task, ETA or retry, and what is prefetched before it): Kafka would give "
            f"its tasks to another, again and again; set {needed * 1000} in kafka_consumer_config"
        )


def _point_to_point(app: CeleryConfig, name: str, otherwise: str) -> Iterator[str]:
    """What a broker cannot do whose messages reach one worker each."""
    # Needs first: a preview knows them, and the settings only where it knows the queues' URLs.
    for need, what in _NEEDS.items():
        if app.uses.get(need):
            yield f"it uses {what}, which {name} does not have: put the broker on RabbitMQ or Redis"
    if app.settings.get("task_queue_max_priority") is not None:
        yield f"task_queue_max_priority is set, and {name} has no priorities: leave it out"
    if app.settings.get("worker_enable_remote_control", default=True):
        yield (
            f"worker_enable_remote_control is on, as it is by default, and {name} reaches no "
            f"worker by name: set it to false, or {otherwise}"
        )
    for setting in ("worker_send_task_events", "task_send_sent_event"):
        if app.settings.get(setting, default=False):
            yield f"{setting} is on, and nobody can listen to events on {name}: set it to false"


_NEEDS: Final = {
    "priorities": "priorities",
    "remoteControl": "remote control (celery inspect, celery control)",
    "events": "events (Flower)",
}


@app_rule(
    name="celery-message-size",
    description="The broker and the result backend take the app's largest message.",
    severity=Severity.HIGH,
    steps="Keep large data elsewhere (S3, a database) and send a reference to it.",
    url=_BROKERS,
    parameters=(
        Parameter(
            "rabbitmqMaxMessageSize",
            "integer",
            RABBITMQ_MESSAGE,
            "Bytes of the largest message that RabbitMQ takes (max_message_size).",
        ),
        Parameter(
            "memcachedMaxItemSize",
            "integer",
            ITEM,
            "Bytes of the largest item that memcached takes (-I).",
        ),
    ),
)
def fits(app: CeleryConfig, given: Settings) -> Iterator[str]:
    """What is not declared is not checked."""
    largest = app.uses.get("largestMessage")
    if not isinstance(largest, (int, float)):
        return
    size = int(largest)
    if app.broker == "sqs" and grown(size) > SQS_MESSAGE:
        yield (
            f"its largest message has {size} bytes, which base64, twice, makes {grown(size)} on "
            f"SQS, and SQS takes at most {SQS_MESSAGE} (1 MiB): {_MEND}"
        )
    limits = {
        "rabbitmq": given.get("rabbitmqMaxMessageSize", RABBITMQ_MESSAGE),
        "redis": REDIS_MESSAGE,
        "kafka": KAFKA_MESSAGE,
        "pubsub": PUBSUB_MESSAGE,
    }
    limit = limits.get(app.broker)
    if limit is not None and size > limit:
        yield (
            f"its largest message has {size} bytes, and the broker takes at most {limit}: {_MEND}"
        )
    item = given.get("memcachedMaxItemSize", ITEM)
    if app.backend == "memcached" and size > item:
        yield (
            f"its largest message has {size} bytes, and memcached drops a result of more than "
            f"{item}: {_MEND}"
        )
    if app.backend == "mysql" and size > RESULT_SIZE:
        yield (
            f"its largest message has {size} bytes, and Celery keeps a result in MySQL in a BLOB "
            f"of at most {RESULT_SIZE}: {_MEND}"
        )


_MEND: Final = "keep large data elsewhere, such as in S3, and send a reference to it"
