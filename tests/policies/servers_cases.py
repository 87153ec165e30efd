"""Fixtures and breaks of the rules in `celeriac_policies.servers`, by subject."""

from __future__ import annotations

from typing import Final

from tests.policies import (
    servers_docker_cases,
    servers_docker_secrets_cases,
    servers_ownership_cases,
    servers_postgresql_cases,
    servers_pubsub_cases,
    servers_rabbitmq_cases,
    servers_redis_cases,
    servers_tls_cases,
)
from tests.policies.harness import Break, Fixture

_MODULES: Final = (
    servers_tls_cases,
    servers_rabbitmq_cases,
    servers_redis_cases,
    servers_postgresql_cases,
    servers_pubsub_cases,
    servers_docker_cases,
    servers_docker_secrets_cases,
    servers_ownership_cases,
)

FIXTURES: Final[dict[str, Fixture]] = {
    name: fixture for module in _MODULES for name, fixture in module.FIXTURES.items()
}

BREAKS: Final[tuple[Break, ...]] = tuple(one for module in _MODULES for one in module.BREAKS)

CONTEXT: Final[dict[tuple[str, str], str]] = {
    key: why for module in _MODULES for key, why in module.CONTEXT.items()
}

BY_PRESENCE: Final[dict[str, set[str]]] = {}
