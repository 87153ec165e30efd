"""What a broker cannot do, or not at that size, held against what the app says it needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

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

MYSQL_RESULT: Final = 64 * 1024 - 1
"""Bytes of a BLOB, as Celery declares the column of results."""

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
    if app.broker != "sqs":
        return
    # Needs first: a preview knows them, and the settings only where it knows the queues' URLs.
    for need, what in _NEEDS.items():
        if app.uses.get(need):
            yield f"it uses {what}, which SQS does not have: put the broker on RabbitMQ or Redis"
    if app.settings.get("task_queue_max_priority") is not None:
        yield "task_queue_max_priority is set, and SQS has no priorities: leave it out"
    if app.settings.get("worker_enable_remote_control", default=True):
        yield (
            "worker_enable_remote_control is on, as it is by default, and SQS reaches no worker by "
            "name: set it to false, or each celery inspect makes queues of its own"
        )
    for setting in ("worker_send_task_events", "task_send_sent_event"):
        if app.settings.get(setting, default=False):
            yield f"{setting} is on, and nobody can listen to events on SQS: set it to false"


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
    if app.backend == "mysql" and size > MYSQL_RESULT:
        yield (
            f"its largest message has {size} bytes, and Celery keeps a result in MySQL in a BLOB "
            f"of at most {MYSQL_RESULT}: {_MEND}"
        )


_MEND: Final = "keep large data elsewhere, such as in S3, and send a reference to it"
