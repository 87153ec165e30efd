"""Rules on servers: brokers and result backends, and their containers."""

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
    kafka,
    ownership,
    postgresql,
    pubsub,
    rabbitmq,
    redis,
    stores_tls,
    tls,
)

RULES: Final[tuple[Rule, ...]] = (
    *tls.RULES,
    *stores_tls.RULES,
    *kafka.RULES,
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
