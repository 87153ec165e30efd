"""The three systems as the weather tests need them: every resource type, ready to be made."""

from __future__ import annotations

import queue
import threading
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, LiteralString
from urllib.parse import urlsplit

import httpx
import psycopg
from psycopg import sql

from celeriac_provider.engine.resource import Resource
from celeriac_provider.postgresql import Database, Grants, ResultTables, Role
from celeriac_provider.rabbitmq import (
    Binding,
    DelayedDelivery,
    Exchange,
    OperatorPolicy,
    Permissions,
    Policy,
    Queue,
    TopicPermissions,
    User,
    Vhost,
)
from celeriac_provider.redis import AclUser, Config, KeyPrefix
from tests.lifecycle import Lifecycle
from tests.provider.redis.conftest import OwnServer

Given = Callable[[Any, str], dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """One resource type.

    Args:
        resource: the class.
        given: makes what it needs, and returns its inputs, for a name of its own.
        change: inputs of an update.
        at_once: how many trials: nearly all of one is waiting.
        sample: how many of the faults are tried, where one takes long.
        timeout: the provider's, where the system's is too short.
    """

    resource: type[Resource]
    given: Given
    change: Mapping[str, Any]
    at_once: int = 48
    sample: int = 99
    timeout: float | None = None

    def __str__(self) -> str:
        """The type's token."""
        return self.resource.token


class World(ABC):
    """One server, its administrator, and the cases on it.

    Args:
        entry: the server's entry in servers.json.
    """

    system: ClassVar[str]
    timeout: ClassVar[float]
    """What the provider is configured with."""

    def __init__(self, entry: Mapping[str, Any]) -> None:
        self.entry = entry
        self.word = f"w{uuid.uuid4().hex[:8]}"
        self._count = 0
        self._lock = threading.Lock()
        self._direct: dict[type[Resource], Lifecycle] = {}

    @property
    @abstractmethod
    def target(self) -> tuple[str, int]:
        """Host and port, without TLS."""

    @abstractmethod
    def endpoint(self, port: int) -> str:
        """The provider's endpoint for a port on loopback."""

    @abstractmethod
    def clean(self) -> None:
        """Remove whatever carries `word`."""

    @property
    def username(self) -> str:
        """The administrator's."""
        return str(self.entry["username"])

    @property
    def password(self) -> str:
        """The administrator's."""
        return str(self.entry["password"])

    def name(self) -> str:
        """A name that nobody has."""
        with self._lock:
            self._count += 1
            return f"{self.word}_{self._count}"

    def configuration(self, **changes: Any) -> dict[str, Any]:
        """The provider's, without anything in between."""
        return {
            "endpoint": self.endpoint(self.target[1]),
            "username": self.username,
            "password": self.password,
            "timeout": 60,
        } | changes

    def direct(self, resource: type[Resource]) -> Lifecycle:
        """A provider in good weather, shared by threads."""
        with self._lock:
            if resource not in self._direct:
                self._direct[resource] = Lifecycle(resource, self.configuration())
            return self._direct[resource]

    def done_with(self, given: Mapping[str, Any]) -> None:  # noqa: B027 - most share nothing
        """A trial with these inputs has ended."""

    def close(self) -> None:
        """Remove all, close all."""
        self.clean()
        for life in self._direct.values():
            life.close()


class RabbitWorld(World):
    """RabbitMQ; the queue type `classic`, which is made faster."""

    system = "RabbitMQ"
    timeout = 1.5

    def __init__(self, entry: Mapping[str, Any]) -> None:
        super().__init__(entry)
        self.http = httpx.Client(
            base_url=entry["management"] + "/api",
            auth=(self.username, self.password),
            timeout=60,
        )
        self.vhost = self.word
        self.direct(Vhost).create({"name": self.vhost}, name="vhost", settled=False)
        self.put(f"/queues/{self.vhost}/there", {"arguments": {"x-queue-type": "classic"}})

    @property
    def target(self) -> tuple[str, int]:
        """The management API."""
        parts = urlsplit(self.entry["management"])
        return str(parts.hostname), parts.port or 0

    def endpoint(self, port: int) -> str:
        """Plain HTTP."""
        return f"http://127.0.0.1:{port}"

    def put(self, path: str, body: Mapping[str, Any]) -> None:
        """Make something by hand."""
        self.http.put(path, json=dict(body)).raise_for_status()

    def user(self, name: str) -> str:
        """A user made by hand."""
        self.put(f"/users/{name}", {"password": "x", "tags": ""})
        return name

    def own_vhost(self, name: str) -> str:
        """A vhost of this stack's."""
        self.direct(Vhost).create({"name": name}, name=name, settled=False)
        return name

    def clean(self) -> None:
        """Vhosts and users."""
        for kind in ("vhosts", "users"):
            for item in self.http.get(f"/{kind}").json():
                if item["name"].startswith(self.word):
                    self.http.delete(f"/{kind}/{item['name']}")
        self.http.close()


def _inside(**values: Any) -> Given:
    return lambda world, name: {"vhost": world.vhost, "name": name, **values}


RABBITMQ = (
    Case(Vhost, lambda _, name: {"name": name, "maxQueues": 100}, {"tags": ["eu"], "maxQueues": 9}),
    Case(User, lambda _, name: {"name": name}, {"tags": ["monitoring"], "maxChannels": 8}),
    Case(
        Permissions,
        lambda world, name: {"vhost": world.vhost, "user": world.user(name), "read": "^a$"},
        {"read": "^b$"},
    ),
    Case(
        TopicPermissions,
        lambda world, name: {
            "vhost": world.vhost,
            "user": world.user(name),
            "exchange": "amq.topic",
            "write": "^a$",
        },
        {"write": "^b$"},
    ),
    # Nothing of these three changes in place: the update has to find them as they are.
    Case(Exchange, _inside(type="topic"), {"adopt": True}),
    Case(Queue, _inside(type="classic"), {"forceDestroy": True}),
    Case(
        Binding,
        lambda world, name: {
            "vhost": world.vhost,
            "source": "amq.topic",
            "destination": "there",
            "routingKey": name,
        },
        {"adopt": True},
    ),
    Case(Policy, _inside(pattern="^x$", maxLength=5), {"maxLength": 6}),
    Case(OperatorPolicy, _inside(pattern="^x$", maxLength=5), {"maxLength": 6}),
    Case(
        DelayedDelivery,
        lambda world, name: {"vhost": world.own_vhost(name), "queueType": "classic"},
        {"forceDestroy": True},
        at_once=4,
        sample=3,
        timeout=5,
    ),
)


class RedisWorld(World):
    """A Redis of the tests' own, whose settings nobody else has."""

    system = "Redis"
    timeout = 1.5

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


_DATABASES = 12


class PostgresWorld(World):
    """PostgreSQL 17, with the administrator who is no superuser."""

    system = "PostgreSQL"
    timeout = 2.0

    def __init__(self, entry: Mapping[str, Any], databases: int = _DATABASES) -> None:
        super().__init__(entry)
        # A line that hangs holds locks, on a database and for an owner: so no two trials meet.
        self.databases: queue.Queue[str] = queue.Queue()
        self._superuser = self._connect("postgres")
        with ThreadPoolExecutor(4) as threads:
            for name in threads.map(self._database, range(databases)):
                self.databases.put(name)

    @property
    def username(self) -> str:
        """No superuser."""
        return str(self.entry["admin_username"])

    @property
    def password(self) -> str:
        """The administrator's."""
        return str(self.entry["admin_password"])

    @property
    def target(self) -> tuple[str, int]:
        """The server."""
        return self.entry["host"], self.entry["port"]

    def endpoint(self, port: int) -> str:
        """Without TLS: turns of a protocol that can be seen."""
        return f"postgresql://127.0.0.1:{port}/postgres?sslmode=disable"

    def run(
        self, statement: LiteralString, *names: str, database: str = "postgres"
    ) -> list[tuple[Any, ...]]:
        """A statement as the superuser."""
        composed = sql.SQL(statement).format(*map(sql.Identifier, names))
        if database == "postgres":
            cursor = self._superuser.execute(composed)
            return cursor.fetchall() if cursor.description else []
        with self._connect(database) as connection:
            connection.execute(composed)
        return []

    def _connect(self, database: str) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(
            host=self.entry["host"],
            port=self.entry["port"],
            dbname=database,
            user=self.entry["username"],
            password=self.entry["password"],
            autocommit=True,
        )

    def _database(self, number: int) -> str:
        name = f"{self.word}_db{number}"
        given = {"name": name, "owner": self.role(f"{name}_owner")}
        self.direct(Database).create(given, name=name, settled=False)
        return name

    def tables(self, name: str) -> dict[str, Any]:
        """A schema in a database that no other trial has at the moment."""
        database = self.databases.get()
        owner = f"{database}_owner"
        self.run("CREATE SCHEMA {} AUTHORIZATION {}", name, owner, database=database)
        return {"database": database, "schema": name, "owner": owner}

    def grants(self, name: str) -> dict[str, Any]:
        """A role, and a database that no other trial has at the moment."""
        role, database = self.role(name), self.databases.get()
        return {"database": database, "role": role, "databasePrivileges": ["CONNECT"]}

    def done_with(self, given: Mapping[str, Any]) -> None:
        """Its database is free for another trial."""
        if "database" in given:
            self.databases.put(given["database"])

    def role(self, name: str) -> str:
        """A role of this stack's."""
        self.direct(Role).create({"name": name, "login": False}, name=f"{name} role", settled=False)
        return name

    def clean(self) -> None:
        """Databases, then roles."""
        for (name,) in self.run("SELECT datname FROM pg_database ORDER BY 1"):
            if name.startswith(self.word):
                self.run("DROP DATABASE {} WITH (FORCE)", name)
        for (name,) in self.run("SELECT rolname FROM pg_roles ORDER BY 1"):
            if name.startswith(self.word):
                self.run("DROP ROLE {}", name)
        self._superuser.close()


POSTGRESQL = (
    Case(Role, lambda _, name: {"name": name}, {"connectionLimit": 7, "comment": "changed"}),
    Case(
        Database,
        lambda world, name: {"name": name, "owner": world.role(f"{name}_owner")},
        {"connectionLimit": 9},
        at_once=8,
    ),
    Case(
        ResultTables,
        lambda world, name: world.tables(name),
        {"forceDestroy": True},
        at_once=_DATABASES,
    ),
    Case(
        Grants,
        lambda world, name: world.grants(name),
        {"databasePrivileges": ["CONNECT", "TEMPORARY"]},
        at_once=_DATABASES,
    ),
)

CASES = (*RABBITMQ, *REDIS, *POSTGRESQL)
