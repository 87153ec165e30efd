"""Every resource that this provider offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celeriac_provider import celery, mysql, postgresql, rabbitmq, redis, secrets, sqs

if TYPE_CHECKING:
    from celeriac_provider.engine.resource import Resource

RESOURCES: tuple[type[Resource], ...] = (
    *celery.RESOURCES,
    *mysql.RESOURCES,
    *postgresql.RESOURCES,
    *rabbitmq.RESOURCES,
    *redis.RESOURCES,
    *secrets.RESOURCES,
    *sqs.RESOURCES,
)
