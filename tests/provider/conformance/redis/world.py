"""A Redis, beside the provider."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from celeriac_provider.engine.resource import Resource
from tests.lifecycle import Lifecycle
from tests.provider.conformance import deaths
from tests.provider.conformance.case import Case
from tests.provider.redis.conftest import Server

REGISTRY = "celeriac:registry"


class RedisWorld:
    """A Redis of its own, and a name of this test's own.

    Args:
        server: where.
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        self.client = server.login()
        self.name = f"t{secrets.token_hex(6)}"
        self._lives: list[Lifecycle] = []

    def life(self, resource: type[Resource], *, stack: str = "test", **config: Any) -> Lifecycle:
        """A provider, closed after the test."""
        life = Lifecycle(resource, self.server.configuration(**config), stack=stack)
        self._lives.append(life)
        return life

    def watched(self, life: Lifecycle) -> Any:
        """Commands."""
        return deaths.of_redis(life)

    def clean(self) -> None:
        """Nothing is left for the next test."""
        for life in self._lives:
            life.close()
        for database in range(4):
            self.server.login(database=database).flushdb()
        for user in self.client.acl_users():
            if user.startswith(self.name):
                self.client.acl_deluser(user)
        for name, value in SETTINGS.items():
            self.client.config_set(name, value)
        self.client.close()


class RedisCase(Case):
    """A resource type of Redis'."""

    def __init__(self, world: RedisWorld) -> None:
        self.world = world
        self.client, self.name = world.client, world.name

    def prepare(self, *, by_hand: bool = False) -> None:
        """It needs nothing."""

    def run(self, *command: str) -> Callable[[], object]:
        """Runs a command later."""
        return lambda: self.client.execute_command(*command)


SETTINGS = {"slowlog-max-len": "128", "latency-monitor-threshold": "0"}
"""Two settings with the values that the server has before."""
