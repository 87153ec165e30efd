"""Every resource that this provider offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celeriac_provider import (
    celery,
    elasticsearch,
    kafka,
    memcached,
    mongodb,
    mysql,
    postgresql,
    pubsub,
    rabbitmq,
    redis,
    secrets,
    sqs,
)

if TYPE_CHECKING:
    from celeriac_provider.engine.resource import Resource

RESOURCES: tuple[type[Resource], ...] = (
    *celery.RESOURCES,
    *elasticsearch.RESOURCES,
    *kafka.RESOURCES,
    *memcached.RESOURCES,
    *mongodb.RESOURCES,
    *mysql.RESOURCES,
    *postgresql.RESOURCES,
    *pubsub.RESOURCES,
    *rabbitmq.RESOURCES,
    *redis.RESOURCES,
    *secrets.RESOURCES,
    *sqs.RESOURCES,
)
