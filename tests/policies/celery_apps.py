"""Apps of the fixtures: settings as the contract makes them, and how to change one of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, Final

from celeriac.contract import (
    Queue,
    Tls,
    django_settings,
    elasticsearch_settings,
    memcached_settings,
    merge,
    mongodb_settings,
    postgresql_settings,
    rabbitmq_settings,
    redis_result_settings,
    redis_settings,
    rpc_settings,
    sqs_settings,
    to_json,
)
from celeriac.contract.kafka import kafka_settings
from celeriac.contract.pubsub import pubsub_settings
from tests.policies.harness import GONE, Break, Given

HOUR: Final = 3600

_ORDERS: Final = [Queue(name="orders", default=True)]

RABBITMQ: Final = to_json(
    merge(rabbitmq_settings(_ORDERS, host="mq.example.com"), postgresql_settings(expires=HOUR))
)
"""RabbitMQ and PostgreSQL."""
RPC: Final = to_json(
    merge(rabbitmq_settings(_ORDERS, host="mq.example.com"), rpc_settings(expires=HOUR))
)
"""RabbitMQ, results to the caller."""
REDIS: Final = to_json(
    merge(
        redis_settings(
            [Queue(name="thumbnails", default=True)],
            prefix="thumbnails:",
            visibility_timeout=3 * HOUR,
        ),
        redis_result_settings(prefix="thumbnails-results:", expires=HOUR),
    )
)
"""Redis and Redis."""
ONE_PREFIX: Final = REDIS.replace("thumbnails-results:", "thumbnails:")
"""The same, with one key prefix."""
SQS: Final = to_json(
    merge(
        sqs_settings(
            [Queue(name="mails", default=True)],
            urls={"mails": "https://sqs.eu-west-1.amazonaws.com/123456789012/mails-mails"},
            prefix="mails-",
            region="eu-west-1",
            visibility_timeout=4 * HOUR,
        ),
        postgresql_settings(expires=HOUR),
    )
)
"""SQS and PostgreSQL."""
KAFKA: Final = to_json(
    merge(
        kafka_settings(
            _ORDERS,
            servers=("b1.example.com:9093", "b2.example.com:9093"),
            mechanism="SCRAM-SHA-512",
            tls=Tls(),
            poll_interval=2 * HOUR,
        ),
        postgresql_settings(expires=HOUR),
    )
)
"""Kafka and PostgreSQL."""
PUBSUB: Final = to_json(
    merge(pubsub_settings(_ORDERS, prefix="orders-"), postgresql_settings(expires=HOUR))
)
"""Pub/Sub and PostgreSQL."""
_ON_RABBITMQ: Final = rabbitmq_settings(_ORDERS, host="mq.example.com")
MEMCACHED: Final = to_json(merge(_ON_RABBITMQ, memcached_settings(prefix="orders:", expires=HOUR)))
"""RabbitMQ and memcached."""
MONGODB: Final = to_json(merge(_ON_RABBITMQ, mongodb_settings(expires=HOUR)))
"""RabbitMQ and MongoDB."""
ELASTICSEARCH: Final = to_json(merge(_ON_RABBITMQ, elasticsearch_settings(expires=HOUR)))
"""RabbitMQ and Elasticsearch."""
DJANGO_DB: Final = to_json(merge(_ON_RABBITMQ, django_settings("django-db", expires=HOUR)))
"""RabbitMQ and Django's ORM."""
DJANGO_CACHE: Final = to_json(merge(_ON_RABBITMQ, django_settings("django-cache", expires=HOUR)))
"""RabbitMQ and one of Django's caches."""


def app(name: str, settings: str, *, broker: str, backend: str, **more: Any) -> Given:
    """A CeleryApp as the component shows it; `<name>-app` in its fixture."""
    props = {
        "broker": broker,
        "resultBackend": backend,
        "proof": True,
        "queueType": "quorum" if broker == "rabbitmq" else "classic",
        "expires": HOUR,
        "uses": {"beat": True} if backend in {"postgresql", "mysql", "django-db"} else {},
        "settings": settings,
        "longestTask": 1800,
        "longestDelay": 1800,
        "prefetch": 1,
    }
    return Given(f"{name}-app", "celeriac:index:CeleryApp", {**props, **more}, called=name)


def proof(name: str, settings: str, broker_url: str, result_backend: str) -> Given:
    """A proof as CeleryApp makes it; `<name>-proof` in its fixture."""
    props = {"app": name, "brokerUrl": broker_url, "resultBackend": result_backend}
    return Given(
        f"{name}-proof", "celeriac:celery:RoundTrip", {**props, "settings": settings}, called=name
    )


def app_break(rule: str, fixture: str, change: dict[str, Any], says: str, **more: Any) -> Break:
    """A break of the one app in a fixture."""
    name = {"celery-redis": "thumbnails", "celery-sqs": "mails"}.get(fixture, "orders")
    return Break(rule, fixture, {f"{name}-app/{key}": v for key, v in change.items()}, says, **more)


def breaks(
    rule: str, fixture: str, cases: Iterable[tuple[dict[str, Any], str, dict[str, Any]]]
) -> tuple[Break, ...]:
    """Breaks of one rule in one fixture: changes, what is said, and what a `Break` has besides."""
    return tuple(Break(rule, fixture, change, says, **more) for change, says, more in cases)


def setting(path: str, value: Any) -> Callable[[str], str]:
    """The settings with one of them changed, as the change of a `Break`."""

    def changed(text: str) -> str:
        document = json.loads(text)
        *above, last = path.split("/")
        inside = document
        for key in above:
            inside = inside[key]
        if value is GONE:
            del inside[last]
        else:
            inside[last] = value
        return json.dumps(document)

    return changed


OPTIONS: Final = "broker_transport_options"
RESULTS: Final = "result_backend_transport_options"
QUORUM_QUEUE: Final = "task_queues/orders/queue_arguments"
