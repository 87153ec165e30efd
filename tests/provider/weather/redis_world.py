"""Redis in bad weather."""

from __future__ import annotations

import queue
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from celeriac_provider.redis import AclUser, Config, KeyPrefix
from tests.provider.redis.conftest import OwnServer
from tests.provider.weather.worlds import Case, World


class RedisWorld(World):
    """A Redis of the tests' own, whose settings nobody else has."""

    system = "Redis"
    timeout = 3.0

    _harmless: ClassVar[tuple[str, ...]] = (
        "slowlog-max-len", "latency-monitor-threshold", "hash-max-listpack-entries",
        "hash-max-listpack-value", "set-max-intset-entries", "zset-max-listpack-entries",
        "zset-max-listpack-value", "hll-sparse-max-bytes", "acllog-max-len",
        "stream-node-max-entries", "tracking-table-max-keys", "list-compress-depth",
        "set-max-listpack-entries", "set-max-listpack-value", "lfu-log-factor", "lfu-decay-time",
    )  # fmt: skip

    def __init__(self, folder: Path) -> None:
        self.server = OwnServer(folder, acl_file=True)
        self.server.start()
        super().__init__({"username": self.server.username, "password": self.server.password})
        self.settings: queue.Queue[str] = queue.Queue()
        for name in self._harmless:
            self.settings.put(name)

    @property
    def target(self) -> tuple[str, int]:
        """The server."""
        return "127.0.0.1", self.server.port

    def endpoint(self, port: int) -> str:
        """Without TLS."""
        return f"redis://127.0.0.1:{port}/0"

    def config(self, name: str) -> dict[str, Any]:
        """A setting that no other trial has at the moment."""
        setting = self.settings.get()
        return {"name": name, "settings": {setting: "33"}}

    def done_with(self, given: Mapping[str, Any]) -> None:
        """Its setting is free for another trial."""
        for setting in given.get("settings", ()):
            self.settings.put(setting)

    def clean(self) -> None:
        """It goes as a whole."""
        self.server.stop()


REDIS = (
    Case(
        AclUser,
        lambda _, name: {"name": name, "keys": [f"{name}:*"], "commands": ["+get"]},
        {"commands": ["+get", "+set"]},
    ),
    Case(KeyPrefix, lambda _, name: {"prefix": f"{name}:"}, {"forceDestroy": True}),
    Case(Config, lambda world, name: world.config(name), {"persist": False}, at_once=16),
)
