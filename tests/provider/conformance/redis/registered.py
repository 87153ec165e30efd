"""What carries its mark in the registry."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from celeriac_provider.redis import Config, KeyPrefix
from tests.provider.conformance.case import Drift
from tests.provider.conformance.redis.world import REGISTRY, SETTINGS, RedisCase


class Registered(RedisCase):
    """One whose mark is in the registry."""

    kind: ClassVar[str]

    @property
    def called(self) -> str:
        """The name under which it is registered."""
        raise NotImplementedError

    def entry(self) -> dict[str, Any] | None:
        """What the registry says."""
        text = self.client.hget(REGISTRY, f"{self.kind}:{self.called}")
        return json.loads(str(text)) if text else None

    def write(self, **changes: Any) -> None:
        """Another entry."""
        text = json.dumps((self.entry() or {}) | changes)
        self.client.hset(REGISTRY, f"{self.kind}:{self.called}", text)

    def mark(self) -> str | None:
        """In the entry."""
        return (self.entry() or {}).get("mark")

    def set_mark(self, mark: str | None) -> None:
        """Another one in the entry, or no entry."""
        if mark is None:
            self.client.hdel(REGISTRY, f"{self.kind}:{self.called}")
        else:
            self.write(mark=mark)

    @property
    def missing_id(self) -> str:
        """A name that nobody registered."""
        return f"{self.name}-none"


class KeyPrefixCase(Registered):
    """Key prefixes."""

    resource, kind = KeyPrefix, "prefix"
    any_id = "the prefix is the id, and a prefix is any text"
    guard = "holds messages or results under the prefix"
    keeps_its_place = "keys under the prefix outlive a registry that the server lost"

    @property
    def called(self) -> str:
        """The prefix."""
        return f"{self.name}:"

    def given(self) -> dict[str, Any]:
        """In a database of its own."""
        return {"prefix": self.called, "database": 2}

    def changes(self) -> dict[str, Any]:
        """Both."""
        return {"prefix": f"{self.name}-2:", "database": 3}

    def drifts(self) -> dict[str, Drift]:
        """In the registry."""
        return {"database": Drift(lambda: self.write(database=1), kind="UPDATE_REPLACE")}

    def server(self) -> Any:
        """The entry and the keys."""
        keys = sorted(self.world.server.login(database=2).scan_iter(f"{self.called}*"))
        entry = self.entry()
        return (entry, keys) if entry or keys else None

    def by_hand(self) -> None:
        """A key of kombu's that is no message."""
        self.world.server.login(database=2).sadd(f"{self.called}_kombu.binding.a", "x")

    def vanish(self) -> None:
        """Forgotten, as by a server that lost its data."""
        self.set_mark(None)

    def beside(self) -> Callable[[], Any]:
        """Keys under it, and a neighbour's."""
        client = self.world.server.login(database=2)
        client.set(f"{self.called}a", "1")
        client.set(f"{self.name}x:", "2")
        return lambda: sorted(client.scan_iter(f"{self.name}*"))

    def fill(self) -> None:
        """A result."""
        self.world.server.login(database=2).set(f"{self.called}celery-task-meta-1", "result")


class ConfigCase(Registered):
    """Settings."""

    resource, kind = Config, "config"
    any_id = "the name is the id, and a name is any text"
    unguarded = "the values from before come back"
    keeps_its_place = "a server that lost its data, or is only verified, has no registry entry"
    never_gone = "a server always has some value"
    only_named: ClassVar[Mapping[str, str]] = {
        "manage": "settings that were let go have their present values as those from before"
    }

    @property
    def called(self) -> str:
        """The name of this set."""
        return self.name

    def given(self) -> dict[str, Any]:
        """One setting."""
        return {"name": self.name, "settings": {"slowlog-max-len": "77"}}

    def full(self) -> dict[str, Any]:
        """Two."""
        settings = {"slowlog-max-len": "77", "latency-monitor-threshold": "99"}
        return {"name": self.name, "settings": settings}

    def changes(self) -> dict[str, Any]:
        """Another value, and one more."""
        settings = {"slowlog-max-len": "78", "latency-monitor-threshold": "100"}
        return {"name": f"{self.name}2", "settings": settings}

    def drifts(self) -> dict[str, Drift]:
        """By CONFIG SET."""
        return {"settings": Drift(self.run("CONFIG", "SET", "slowlog-max-len", "5"))}

    def server(self) -> Any:
        """The values and the entry; nothing where the values are those from before."""
        values = {name: self.client.config_get(name)[name] for name in SETTINGS}
        return None if values == SETTINGS and not self.entry() else (values, self.entry())

    def by_hand(self) -> None:
        """What another program registered."""
        self.client.config_set("slowlog-max-len", "77")
        self.write(before={"slowlog-max-len": "128"}, mark=None)

    def vanish(self) -> None:
        """A restart with the old file, that lost the data."""
        for name, value in SETTINGS.items():
            self.client.config_set(name, value)
        self.set_mark(None)

    def beside(self) -> Callable[[], Any]:
        """A setting that is not named."""
        self.client.config_set("lfu-decay-time", "7")
        return lambda: self.client.config_get("lfu-decay-time")
