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
from tests.sentinels import SentinelGroup

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


class SentinelWorld(RedisWorld):
    """A Redis of several nodes: users and settings are changed, and looked at, on all of them.

    Args:
        group: where.
    """

    def __init__(self, group: SentinelGroup) -> None:
        super().__init__(group)  # type: ignore[arg-type] # it does what a Server does
        self.client = _EveryNode([group.client(node.port) for node in group.nodes], group.login())


class _EveryNode:
    """A client of all nodes for what is not replicated, and of the primary for the rest."""

    def __init__(self, nodes: list[Any], primary: Any) -> None:
        self._nodes, self._primary = nodes, primary

    def __getattr__(self, name: str) -> Any:
        if not name.startswith(("acl_", "config_")):
            return getattr(self._primary, name)
        return lambda *arguments: self._differing(name, arguments)

    def execute_command(self, command: str, *arguments: str) -> Any:
        if not command.startswith(("ACL", "CONFIG")):
            return self._primary.execute_command(command, *arguments)
        return self._differing("execute_command", (command, *arguments))

    def _differing(self, name: str, arguments: tuple[str, ...]) -> Any:
        """The answer of a node that differs, if there is one: then it cannot be overlooked."""
        first, *others = [getattr(node, name)(*arguments) for node in self._nodes]
        unlike = [answer for answer in others if _unordered(answer) != _unordered(first)]
        return next((answer for answer in unlike if answer), first)


def _unordered(answer: Any) -> Any:
    return sorted(answer) if isinstance(answer, list) and answer[:1] != ["flags"] else answer


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
