"""Small stacks of Celery apps that comply with every rule."""

from __future__ import annotations

import json
from typing import Any, Final

from celeriac_policies.values import Secret
from tests.policies.celery_apps import (
    DJANGO_CACHE,
    DJANGO_DB,
    ELASTICSEARCH,
    HOUR,
    KAFKA,
    MEMCACHED,
    MONGODB,
    ONE_PREFIX,
    PUBSUB,
    RABBITMQ,
    REDIS,
    RPC,
    SQS,
    app,
    proof,
    setting,
)
from tests.policies.harness import Fixture, Given

_TIMES: Final = {"longestTask": 1800, "longestDelay": 1800, "prefetch": 1}


_LIMITS: Final = {
    "delivery-limit": 20,
    "dead-letter-exchange": "celeriac.dead-letter",
    "dead-letter-strategy": "at-least-once",
    "overflow": "reject-publish",
    "consumer-timeout": 5_400_000,
}

_RABBITMQ: Final[Fixture] = (
    Given(
        "orders",
        "celeriac:index:RabbitMQBroker",
        {"vhost": "orders", "queueType": "quorum", "delayedDelivery": "quorum", **_TIMES},
    ),
    Given(
        "vhost",
        "celeriac:rabbitmq:Vhost",
        {"name": "orders", "defaultQueueType": "quorum"},
        parent="orders",
    ),
    Given(
        "queue",
        "celeriac:rabbitmq:Queue",
        {"vhost": "orders", "name": "orders", "type": "quorum", "arguments": {}},
        parent="orders",
    ),
    Given(
        "policy",
        "celeriac:rabbitmq:Policy",
        {
            "vhost": "orders",
            "name": "celeriac",
            "pattern": "^(orders)$",
            "applyTo": "quorum_queues",
            "deliveryLimit": 20,
            "deadLetterExchange": "celeriac.dead-letter",
            "deadLetterStrategy": "at-least-once",
            "overflow": "reject-publish",
            "consumerTimeout": 5_400_000,
            "definition": {},
        },
        parent="orders",
    ),
    Given(
        "plain-policy",
        "rabbitmq:index/policy:Policy",
        {
            "vhost": "other",
            "name": "limits",
            "policy": {
                "pattern": "^tasks$",
                "applyTo": "quorum_queues",
                "priority": 0,
                "definition": _LIMITS,
            },
        },
    ),
    Given(
        "plain-queue",
        "rabbitmq:index/queue:Queue",
        {
            "vhost": "other",
            "name": "tasks",
            "settings": {"durable": True, "arguments": {"x-queue-type": "quorum"}},
        },
    ),
    app("orders", RABBITMQ, broker="rabbitmq", backend="postgresql"),
    proof(
        "orders",
        RABBITMQ,
        "amqps://orders:p@mq.example.com:5671/orders",
        "db+postgresql+psycopg2://orders:p@db.example.com:5432/orders?sslmode=verify-full",
    ),
)

_REDIS: Final[Fixture] = (
    Given(
        "redis",
        "pulumi:providers:celeriac",
        {
            "endpoint": "rediss://cache.example.com:6379/0",
            "username": "deployer",
            "password": Secret("secret-of-deployer"),
        },
    ),
    Given(
        "eviction",
        "celeriac:redis:Config",
        {"settings": {"maxmemory-policy": "noeviction"}},
        provider="redis",
    ),
    Given(
        "broker",
        "celeriac:index:RedisBroker",
        {"prefix": "thumbnails:", "visibilityTimeout": 3 * HOUR, **_TIMES},
        called="thumbnails",
    ),
    Given(
        "results",
        "celeriac:index:RedisResults",
        {"prefix": "thumbnails-results:", "expires": HOUR},
        called="thumbnails",
    ),
    Given(
        "keys",
        "celeriac:redis:KeyPrefix",
        {"prefix": "thumbnails:", "database": 0},
        parent="broker",
        provider="redis",
    ),
    Given(
        "result-keys",
        "celeriac:redis:KeyPrefix",
        {"prefix": "thumbnails-results:", "database": 0},
        parent="results",
        provider="redis",
    ),
    Given(
        "same-keys-elsewhere",
        "celeriac:redis:KeyPrefix",
        {"prefix": "thumbnails:small:", "database": 1},
        provider="redis",
    ),
    app("thumbnails", REDIS, broker="redis", backend="redis"),
    proof(
        "thumbnails",
        REDIS,
        "rediss://thumbnails:p@cache.example.com:6379/0",
        "rediss://thumbnails-results:p@cache.example.com:6379/0",
    ),
)

_QUEUE: Final[dict[str, Any]] = {
    "visibilityTimeout": 4 * HOUR,
    "maxMessageSize": 1_048_576,
    "encrypted": True,
    "deadLetterArn": "arn:aws:sqs:eu-west-1:123456789012:mails-mails-dead-letter",
    "maxReceiveCount": 5,
    "redriveAllow": [],
}


def aws_queue(given: str, name: str, *, parent: str = "", **more: Any) -> tuple[Given, Given]:
    """A queue of pulumi_aws, and what wakes somebody for it."""
    props = {
        "name": name,
        "maxMessageSize": 1_048_576,
        "kmsMasterKeyId": "alias/celery",
        "policy": _TLS_ONLY,
        "redrivePolicy": json.dumps(
            {
                "deadLetterTargetArn": "arn:aws:sqs:eu-west-1:123456789012:dead-letter",
                "maxReceiveCount": 5,
            }
        ),
        **more,
    }
    return (
        Given(given, "aws:sqs/queue:Queue", props, parent=parent, protect=True),
        Given(
            f"{given}-alarm",
            "aws:cloudwatch/metricAlarm:MetricAlarm",
            {
                "namespace": "AWS/SQS",
                "metricName": "ApproximateNumberOfMessagesVisible",
                "dimensions": {"QueueName": name},
                "alarmActions": ["arn:aws:sns:eu-west-1:123456789012:alarms"],
            },
        ),
    )


_TLS_ONLY: Final = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "sqs:*",
                "Resource": "*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }
)


def _sqs_queue(name: str, **more: Any) -> Given:
    return Given(name, "celeriac:sqs:Queue", {"name": name, **_QUEUE, **more}, parent="sqs-broker")


_SQS: Final[Fixture] = (
    Given(
        "sqs-broker",
        "celeriac:index:SQSBroker",
        {"prefix": "mails-", "visibilityTimeout": 4 * HOUR, "access": "policy", **_TIMES},
        called="mails",
    ),
    _sqs_queue("mails-mails"),
    Given(
        "mails-mails-dead-letter",
        "celeriac:sqs:Queue",
        {
            "name": "mails-mails-dead-letter",
            "visibilityTimeout": 30,
            "encrypted": True,
            "retention": 1_209_600,
            "redriveAllow": ["arn:aws:sqs:eu-west-1:123456789012:mails-mails"],
        },
        parent="sqs-broker",
    ),
    _sqs_queue("mails-mails-celeriac-proof", visibilityTimeout=60, maxMessageSize=1024),
    *aws_queue("mails-bulk", "mails-bulk", parent="sqs-broker", visibilityTimeoutSeconds=4 * HOUR),
    app(
        "mails",
        SQS,
        broker="sqs",
        backend="postgresql",
        uses={"beat": True, "largestMessage": 256 * 1024},
    ),
)

FIXTURES: Final[dict[str, Fixture]] = {
    "celery-rabbitmq": _RABBITMQ,
    "celery-redis": _REDIS,
    "celery-redis-one-user": (
        proof(
            "thumbnails",
            ONE_PREFIX,
            "rediss://thumbnails:p@cache.example.com:6379/0",
            "rediss://thumbnails:p@cache.example.com:6379/0",
        ),
    ),
    "celery-redis-socket": (
        proof(
            "thumbnails",
            REDIS,
            "redis+socket://thumbnails:p@/run/redis.sock?virtual_host=0",
            "redis+socket://thumbnails:p@/run/redis.sock?virtual_host=1",
        ),
    ),
    "celery-sqs": _SQS,
    "celery-rpc": (app("orders", RPC, broker="rabbitmq", backend="rpc"),),
    "celery-never": (
        app(
            "orders",
            setting("task_ignore_result", value=True)(setting("result_expires", None)(RABBITMQ)),
            broker="rabbitmq",
            backend="postgresql",
            uses={"beat": False},
        ),
    ),
    "celery-never-made": (
        app(
            "orders",
            setting("task_ignore_result", value=True)(RABBITMQ),
            broker="rabbitmq",
            backend="postgresql",
            expires=None,
            uses={},
        ),
    ),
    "celery-kafka": (
        app("orders", KAFKA, broker="kafka", backend="postgresql"),
        proof(
            "orders",
            KAFKA,
            "confluentkafka://orders:p@b1.example.com:9093",
            "db+postgresql+psycopg2://orders:p@db.example.com/orders",
        ),
    ),
    "celery-pubsub": (
        app("orders", PUBSUB, broker="pubsub", backend="postgresql"),
        proof(
            "orders",
            PUBSUB,
            "gcpubsub://projects/shop-prod",
            "db+postgresql+psycopg2://orders:p@db.example.com/orders",
        ),
    ),
    **{
        f"celery-rabbitmq-{backend}": (
            app("orders", settings, broker="rabbitmq", backend=backend, uses={"beat": False}),
            proof("orders", settings, "amqps://orders:p@mq.example.com:5671/orders", url),
        )
        for backend, settings, url in (
            ("memcached", MEMCACHED, "cache+memcached://one.example.com:11211;two.example.com:1/"),
            ("mongodb", MONGODB, "mongodb://orders:p@docs.example.com:27017/orders?tls=true"),
            (
                "elasticsearch",
                ELASTICSEARCH,
                "elasticsearch+https://orders:p@search.example.com:9200/orders",
            ),
        )
    },
    **{
        f"celery-{backend}": (
            app("orders", settings, broker="rabbitmq", backend=backend),
            proof("orders", settings, "amqps://orders:p@mq.example.com:5671/orders", backend),
        )
        for backend, settings in (("django-db", DJANGO_DB), ("django-cache", DJANGO_CACHE))
    },
    "celery-mysql": (app("orders", RPC, broker="rabbitmq", backend="mysql"),),
    "celery-plain-sqs": (
        Given(
            "tasks",
            "celeriac:sqs:Queue",
            {**_QUEUE, "name": "tasks", "visibilityTimeout": 2 * HOUR},
        ),
        *aws_queue("plain-tasks", "tasks", visibilityTimeoutSeconds=2 * HOUR),
        *aws_queue(
            "plain-dead",
            "tasks-failed",
            messageRetentionSeconds=1_209_600,
            redrivePolicy=None,
            redriveAllowPolicy=json.dumps(
                {
                    "redrivePermission": "byQueue",
                    "sourceQueueArns": ["arn:aws:sqs:eu-west-1:123456789012:tasks"],
                }
            ),
        ),
    ),
    "celery-elasticsearch": (
        Given(
            "old",
            "elasticstack:index/indexLifecycle:IndexLifecycle",
            {"name": "celery-results", "hot": {"minAge": "1h"}},
        ),
        Given(
            "new",
            "elasticstack:index/elasticsearchIndexLifecycle:ElasticsearchIndexLifecycle",
            {"name": "celery-results", "hot": {"minAge": "1h"}},
        ),
        Given(
            "logs",
            "elasticstack:index/indexLifecycle:IndexLifecycle",
            {"name": "logs", "delete": {"minAge": "2d", "delete": {}}},
        ),
    ),
}
