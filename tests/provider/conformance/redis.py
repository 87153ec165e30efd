"""Redis' resource types: how each is made, changed, marked and guarded."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from celeriac_provider.engine.marks import Mark
from celeriac_provider.engine.resource import Resource
from celeriac_provider.redis import AclUser, Config, KeyPrefix
from tests.lifecycle import Lifecycle
from tests.provider.conformance import deaths
from tests.provider.conformance.case import Case, Drift
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


class AclUserCase(RedisCase):
    """ACL users."""

    resource = AclUser
    any_id = "the name is the id, and a name is any text"
    missing_id = "no-such-user"
    unguarded = "a user holds nothing: its keys are its KeyPrefix's"

    def given(self) -> dict[str, Any]:
        """Something of each kind to lose."""
        return {
            "name": self.name,
            "keys": [f"{self.name}:*"],
            "channels": [f"{self.name}:c"],
            "commands": ["-@all", "+get", "+set"],
        }

    def changes(self) -> dict[str, Any]:
        """All."""
        return {
            "name": f"{self.name}2",
            "password": "another ü",
            "enabled": False,
            "keys": ["a:*", "b:*"],
            "readKeys": ["r:*"],
            "writeKeys": ["w:*"],
            "channels": [],
            "commands": ["+@all", "-@dangerous"],
            "optionalCommands": ["+client|setname"],
        }

    def drifts(self) -> dict[str, Drift]:
        """By ACL SETUSER."""

        def rule(*rules: str) -> Callable[[], object]:
            return self.run("ACL", "SETUSER", self.name, *rules)

        return {
            "password": Drift(rule("resetpass", ">theirs"), kind="ADD"),
            "enabled": Drift(rule("off")),
            "keys": Drift(rule("~other:*")),
            "readKeys": Drift(rule("%R~other:*")),
            "writeKeys": Drift(rule("%W~other:*")),
            "channels": Drift(rule("resetchannels")),
            "commands": Drift(rule("+del")),
            "optionalCommands": Drift(
                rule("-client|setname"),
                given={"optionalCommands": ["+client|setname"]},
                also={"commands": "UPDATE"},
            ),
        }

    def server(self) -> Any:
        """All but its passwords."""
        found = self.client.execute_command("ACL GETUSER", self.name)
        if found is None:
            return None
        return {k: v for k, v in self._plain(found).items() if k != "passwords"}

    @staticmethod
    def _plain(found: Any) -> dict[str, Any]:
        return dict(found if isinstance(found, Mapping) else zip(found[::2], found[1::2]))  # noqa: B905

    def by_hand(self) -> None:
        """ACL SETUSER."""
        given = self.given()
        keys, channels = f"~{given['keys'][0]}", f"&{given['channels'][0]}"
        rules = ["on", ">by hand", keys, channels, *given["commands"]]
        self.run("ACL", "SETUSER", self.name, "reset", *rules)()

    def vanish(self) -> None:
        """ACL DELUSER."""
        self.client.acl_deluser(self.name)

    def _line(self) -> list[str]:
        lines = self.client.execute_command("ACL LIST")
        return list(next(line for line in lines if line.split()[1] == self.name).split()[2:])

    def mark(self) -> str | None:
        """Among its rules."""
        found = Mark.find(" ".join(self._line()))
        return str(found) if found else None

    def set_mark(self, mark: str | None) -> None:
        """The same rules but for it."""
        rules = [rule for rule in self._line() if Mark.find(rule) is None]
        rules += [f"%R~{mark}"] if mark else []
        self.run("ACL", "SETUSER", self.name, "reset", *rules)()

    def beside(self) -> Callable[[], Any]:
        """Another user."""
        other = f"{self.name}x"
        self.run("ACL", "SETUSER", other, "on", "~*")()
        return lambda: self._plain(self.client.execute_command("ACL GETUSER", other))

    def works(self, password: str) -> bool:
        """By its hash."""
        held = self._plain(self.client.execute_command("ACL GETUSER", self.name))["passwords"]
        return hashlib.sha256(password.encode()).hexdigest() in {h.lstrip("#") for h in held}


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


SETTINGS = {"slowlog-max-len": "128", "latency-monitor-threshold": "0"}
"""Two settings with the values that the server has before."""


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


CASES: tuple[type[RedisCase], ...] = (AclUserCase, KeyPrefixCase, ConfigCase)
