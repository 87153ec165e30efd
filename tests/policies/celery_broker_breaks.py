"""Breaks of the rules on timeouts, queues and policies."""

from __future__ import annotations

import json
from typing import Final

from tests.policies.celery_apps import HOUR, OPTIONS, QUORUM_QUEUE, RESULTS, app_break, setting
from tests.policies.harness import GONE, Break

_DEFINITION: Final = "plain-policy/policy/definition"

_TIMEOUTS: Final[tuple[Break, ...]] = (
    *(
        app_break("celery-visibility-timeout", fixture, change, "set visibility_timeout to", **more)
        for fixture in ("celery-redis", "celery-sqs")
        for change, more in (
            ({"longestTask": 36_000}, {}),
            ({"longestDelay": 36_000}, {}),
            ({"settings": setting("task_time_limit", 36_000)}, {}),
            ({"settings": setting("worker_prefetch_multiplier", 10)}, {}),
            ({"settings": setting("task_annotations", {"*": {"retry_backoff_max": 36_000}})}, {}),
            ({"longestTask": 60}, {"parameters": {"longestTask": 36_000}}),
            ({"longestDelay": 60}, {"parameters": {"longestDelay": 36_000}}),
        )
    ),
    app_break(
        "celery-visibility-timeout",
        "celery-redis",
        {"settings": setting(f"{OPTIONS}/visibility_timeout", 600)},
        "the visibility timeout is 600 seconds",
        also=["celery-visibility-timeout-everywhere"],
    ),
    app_break(
        "celery-visibility-timeout",
        "celery-redis",
        {"settings": setting(f"{OPTIONS}/visibility_timeout", GONE)},
        "the visibility timeout is 3600 seconds",
        also=["celery-visibility-timeout-everywhere"],
    ),
    app_break(
        "celery-visibility-timeout",
        "celery-sqs",
        {"settings": setting(f"{OPTIONS}/visibility_timeout", 50_000)},
        "SQS takes at most 43200",
        also=["celery-visibility-timeout-everywhere"],
    ),
    *(
        app_break(
            "celery-visibility-timeout-everywhere",
            fixture,
            {"settings": setting(path, value)},
            f"is {said}",
        )
        for fixture in ("celery-redis", "celery-sqs")
        for path, value, said in (
            ("visibility_timeout", GONE, "not set"),
            (f"{RESULTS}/visibility_timeout", 600, "600"),
        )
    ),
    *(
        Break("celery-broker-visibility-timeout", fixture, {f"{broker}/{key}": value}, says)
        for fixture, broker in (("celery-redis", "broker"), ("celery-sqs", "sqs-broker"))
        for key, value, says in (
            ("longestTask", 36_000, "or tasks are delivered again"),
            ("longestDelay", 36_000, "or tasks are delivered again"),
            ("prefetch", 10, "or tasks are delivered again"),
        )
    ),
    Break(
        "celery-broker-visibility-timeout",
        "celery-redis",
        {"broker/visibilityTimeout": 600},
        "is 600 seconds",
    ),
    Break(
        "celery-broker-visibility-timeout",
        "celery-sqs",
        {"sqs-broker/visibilityTimeout": 50_000},
        "SQS takes at most 43200",
        also=["celery-sqs-queue-visibility-timeout"],
    ),
)

_SQS_QUEUES: Final[tuple[Break, ...]] = (
    *(
        Break(
            "aws-sqs-queue-visibility-timeout",
            "celery-sqs",
            {f"{queue}": 50_000},
            "SQS takes at most 43200",
        )
        for queue in ("mails-mails/visibilityTimeout", "mails-bulk/visibilityTimeoutSeconds")
    ),
    Break(
        "aws-sqs-queue-visibility-timeout",
        "celery-plain-sqs",
        {"tasks/visibilityTimeout": HOUR, "plain-tasks/visibilityTimeoutSeconds": GONE},
        "and tasks of 36000 seconds need",
        times=2,
        parameters={"longestTask": 36_000},
    ),
    *(
        Break(
            "celery-sqs-queue-visibility-timeout",
            "celery-sqs",
            {path: 600},
            "is 600 seconds, and the broker mails needs 14400",
        )
        for path in ("mails-mails/visibilityTimeout", "mails-bulk/visibilityTimeoutSeconds")
    ),
    Break(
        "celery-sqs-queue-visibility-timeout",
        "celery-sqs",
        {"sqs-broker/visibilityTimeout": 5 * HOUR},
        "give the queue the same",
        times=2,
    ),
    *(
        Break(
            "aws-sqs-queue-message-size",
            "celery-plain-sqs",
            {f"{queue}/maxMessageSize": 1024},
            "at most 1024 bytes",
            parameters={"largestMessage": 1000},
        )
        for queue in ("tasks", "plain-tasks")
    ),
    *(
        Break(
            "celery-sqs-queue-message-size",
            "celery-sqs",
            {f"{queue}/maxMessageSize": 1024},
            "at most 1024 bytes",
        )
        for queue in ("mails-mails", "mails-bulk")
    ),
    Break(
        "celery-sqs-queue-message-size",
        "celery-sqs",
        {"mails-app/uses": {"beat": True, "largestMessage": 700_000}},
        "at most 1048576 bytes",
        times=3,
        also=["celery-message-size"],
    ),
)

_POLICIES: Final[tuple[Break, ...]] = (
    *(
        Break(
            "rabbitmq-consumer-timeout",
            "celery-rabbitmq",
            change,
            "closes the channel",
            also=["celery-rabbitmq-consumer-timeout"],
        )
        for change in (
            {"policy/consumerTimeout": 60_000},
            {"policy/consumerTimeout": GONE, "policy/definition": {"consumer-timeout": 1}},
        )
    ),
    Break(
        "rabbitmq-consumer-timeout",
        "celery-rabbitmq",
        {f"{_DEFINITION}/consumer-timeout": "60000"},
        "is 60 seconds",
    ),
    *(
        Break(rule, "celery-rabbitmq", change, says)
        for rule, says, changes in (
            (
                "celery-rabbitmq-consumer-timeout",
                "the app orders needs",
                (
                    {"orders/longestTask": 36_000},
                    {"orders/prefetch": 5},
                    {"orders/longestDelay": 36_000, "orders/delayedDelivery": "off"},
                    {"policy/consumerTimeout": GONE},
                    {
                        "policy/consumerTimeout": GONE,
                        "policy/definition": {"consumer-timeout": 1_800_000},
                    },
                ),
            ),
            (
                "rabbitmq-dead-letters",
                "came back 20 times is dropped",
                (
                    {"policy/deadLetterExchange": GONE},
                    {f"{_DEFINITION}/dead-letter-exchange": GONE},
                    {
                        "policy/deadLetterExchange": GONE,
                        "policy/deliveryLimit": GONE,
                        "policy/definition": {"delivery-limit": 20},
                    },
                ),
            ),
            (
                "rabbitmq-at-least-once",
                "overflow is drop-head",
                (
                    {"policy/overflow": GONE},
                    {f"{_DEFINITION}/overflow": "drop-head"},
                    {
                        "policy/overflow": GONE,
                        "policy/deadLetterStrategy": GONE,
                        "policy/definition": {"dead-letter-strategy": "at-least-once"},
                    },
                ),
            ),
        )
        for change in changes
    ),
)

_QUEUES: Final[tuple[Break, ...]] = (
    *(
        app_break("celery-queue-type", "celery-rabbitmq", change, says)
        for change, says in (
            ({"settings": setting(QUORUM_QUEUE, {})}, "the queue orders is of no type"),
            (
                {"settings": setting(f"{QUORUM_QUEUE}/x-queue-type", "classic")},
                "the queue orders is classic",
            ),
            ({"settings": setting("task_default_queue_type", GONE)}, "write quorum"),
            ({"queueType": "classic"}, "the app's queueType is classic"),
        )
    ),
    *(
        Break("rabbitmq-queue-type-agrees", "celery-rabbitmq", change, says, times=times)
        for change, says, times in (
            ({"vhost/defaultQueueType": "classic"}, "defaultQueueType is classic", 1),
            ({"queue/type": "classic"}, "the queue is classic", 1),
            ({"policy/applyTo": "classic_queues"}, "applies to classic_queues only", 1),
            ({"orders/queueType": "classic"}, "the queues of orders are classic", 2),
        )
    ),
    *(
        app_break(
            "celery-confirm-publish",
            "celery-rabbitmq",
            {"settings": setting(OPTIONS, options)},
            "lost in silence",
        )
        for options in ({}, {"confirm_publish": False})
    ),
    *(
        app_break(
            "celery-no-max-priority", "celery-rabbitmq", {"settings": change}, "RabbitMQ refuses"
        )
        for change in (
            setting("task_queue_max_priority", 10),
            setting(f"{QUORUM_QUEUE}/x-max-priority", 10),
        )
    ),
    *(
        Break("rabbitmq-no-max-priority", "celery-rabbitmq", change, "with x-max-priority")
        for change in (
            {"queue/type": "quorum", "queue/arguments": {"x-max-priority": 2}},
            {"plain-queue/settings/arguments/x-max-priority": 2},
            {
                "plain-queue/settings": {
                    "argumentsJson": json.dumps({"x-queue-type": "quorum", "x-max-priority": 2})
                }
            },
        )
    ),
)

BREAKS: Final[tuple[Break, ...]] = (*_TIMEOUTS, *_SQS_QUEUES, *_POLICIES, *_QUEUES)
"""All of them."""
