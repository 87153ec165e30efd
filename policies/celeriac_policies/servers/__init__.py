"""Rules on servers: RabbitMQ, Redis, PostgreSQL, Pub/Sub, and their containers."""

from __future__ import annotations

from typing import Final

from celeriac_policies.rule import Rule
from celeriac_policies.servers import (
    credentials,
    docker_images,
    docker_network,
    docker_redis,
    docker_runtime,
    docker_secrets,
    ownership,
    postgresql,
    pubsub,
    rabbitmq,
    redis,
    tls,
)

RULES: Final[tuple[Rule, ...]] = (
    *tls.RULES,
    *credentials.RULES,
    *rabbitmq.RULES,
    *redis.RULES,
    *postgresql.RULES,
    *pubsub.RULES,
    *docker_images.RULES,
    *docker_runtime.RULES,
    *docker_network.RULES,
    *docker_secrets.RULES,
    *docker_redis.RULES,
    *ownership.RULES,
)
