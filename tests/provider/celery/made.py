"""Apps made by hand on the real servers: what the proof's tests run against.

By hand, through each server's own API, so that these tests depend on no other resource.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast
from urllib.parse import quote

import httpx
import psycopg
import redis

from celeriac.contract import outputs
from celeriac.contract.proof import proof_queue
from celeriac.contract.queues import Queue
from celeriac.contract.rabbitmq_permissions import Permissions, permissions
from celeriac.contract.rabbitmq_settings import rabbitmq_settings
from celeriac.contract.redis_acl import Keyspace, acl_rules
from celeriac.contract.redis_settings import redis_result_settings, redis_settings
from celeriac.contract.results import postgresql_settings, rpc_settings
from celeriac.contract.roles import Role
from celeriac.contract.urls import RPC_URL, Tls, amqp_url, postgresql_url, redis_url

Servers = Mapping[str, Any]

QUEUES = (Queue(name="tasks", default=True), Queue(name="bulk.mail"))
CA_OF_THE_APPS_HOST = "/etc/ssl/of-another-host.pem"
"""A path that is not here: the proof has to put its own in its place."""

_DDL = """
create sequence task_id_sequence; create sequence taskset_id_sequence;
create table celery_taskmeta (
  id integer primary key, task_id varchar(155) unique, status varchar(50), result bytea,
  date_done timestamp, traceback text, children bytea, name varchar(155), args bytea,
  kwargs bytea, worker varchar(155), retries integer, queue varchar(155), stamps bytea);
create table celery_tasksetmeta (
  id integer primary key, taskset_id varchar(155) unique, result bytea, date_done timestamp);
revoke create on schema public from public;
"""


@dataclass(frozen=True)
class MadeApp:
    """An app: what its RoundTrip is given."""

    name: str
    broker_url: str
    result_backend: str | None
    settings: dict[str, Any]
    ca: str | None = None
    password: str = field(default="", repr=False)

    @property
    def queue(self) -> str:
        """The proof's."""
        return f"{self.name}.celeriac-proof"

    def inputs(self, **others: Any) -> dict[str, Any]:
        """Inputs of celeriac:celery:RoundTrip."""
        values = {
            "app": self.name,
            "brokerUrl": self.broker_url,
            "resultBackend": self.result_backend,
            "settings": json.dumps(self.settings),
            "queue": self.queue,
            "ca": self.ca,
            "timeout": 15,
            **others,
        }
        return {key: value for key, value in values.items() if value is not None}

    def changed(self, **fields: Any) -> MadeApp:
        """The same with other values."""
        return replace(self, **fields)


class Rabbit:
    """RabbitMQ's management API, and one vhost with one user."""

    def __init__(self, servers: Servers, name: str) -> None:
        self.server = servers["rabbitmq"]
        self.name = name
        self.password = f"pw/{secrets.token_urlsafe(12)}%canary"
        self.http = httpx.Client(
            base_url=self.server["management"] + "/api",
            auth=(self.server["username"], self.server["password"]),
            timeout=30,
        )

    def make(self, rights: Permissions) -> None:
        """Vhost, user and permissions."""
        self.put(f"/vhosts/{self.name}", {"default_queue_type": "quorum"})
        self.put(f"/users/{self.name}", {"password": self.password, "tags": ""})
        self.allow(rights)

    def allow(self, rights: Permissions) -> None:
        """Give the user these rights, and no others."""
        self.put(f"/permissions/{self.name}/{self.name}", vars(rights))

    def put(self, path: str, body: Mapping[str, Any]) -> None:
        """Make or change."""
        self.http.put(path, json=dict(body)).raise_for_status()

    def get(self, path: str) -> Any:
        """Read."""
        response = self.http.get(path)
        response.raise_for_status()
        return response.json()

    def names(self) -> set[str]:
        """Every queue, exchange and binding of the vhost."""
        found = {f"queue {q['name']}" for q in self.get(f"/queues/{self.name}")}
        found |= {f"exchange {e['name']}" for e in self.get(f"/exchanges/{self.name}")}
        return found | {
            f"binding {b['source']} {b['destination']} {b['routing_key']}"
            for b in self.get(f"/bindings/{self.name}")
        }

    def remove(self) -> None:
        """All of it."""
        self.http.delete(f"/vhosts/{self.name}")
        self.http.delete(f"/users/{self.name}")
        self.http.close()


def worker_rights(app: str, *, rpc: bool = False) -> Permissions:
    """Rights of an app's user, the proof's queue included."""
    names = [*(q.name for q in QUEUES), proof_queue(app).name]
    return permissions(Role.WORKER, Role.PRODUCER, queues=names, rpc_results=rpc)


@contextmanager
def on_rabbitmq(servers: Servers, *, tls: bool = False, rpc: bool = True) -> Iterator[Any]:
    """A vhost with a restricted user; results over rpc://. Yields (app, rabbit)."""
    name = f"proof-{secrets.token_hex(4)}"
    rabbit = Rabbit(servers, name)
    rabbit.make(worker_rights(name, rpc=rpc))
    host = "localhost" if tls else rabbit.server["host"]
    url = amqp_url(
        host=host,
        port=rabbit.server["amqps_port" if tls else "amqp_port"],
        user=name,
        password=rabbit.password,
        vhost=name,
        tls=tls,
    )
    settings = outputs.merge(
        rabbitmq_settings(
            QUEUES,
            host=host,
            delayed_delivery="classic",
            tls=Tls(CA_OF_THE_APPS_HOST) if tls else None,
        ),
        rpc_settings(expires=3600),
    )
    ca = ca_of(servers) if tls else None
    try:
        yield MadeApp(name, url, RPC_URL, settings, ca, rabbit.password), rabbit
    finally:
        rabbit.remove()


@contextmanager
def on_redis(servers: Servers, *, tls: bool = False) -> Iterator[Any]:
    """An ACL user with a prefix, broker and results. Yields (app, admin's client)."""
    name = f"proof-{secrets.token_hex(4)}"
    password = f"pw/{secrets.token_urlsafe(12)}%canary"
    prefix = f"{name}:"
    server = servers["redis"]
    client: redis.Redis = redis.Redis(
        host=server["host"],
        port=server["port"],
        username=server["username"],
        password=server["password"],
    )
    space = Keyspace(prefix)
    queues = [*(q.name for q in QUEUES), proof_queue(name).name]
    rules = acl_rules(Role.WORKER, Role.PRODUCER, broker=space, results=space, queues=queues)
    command = ("ACL", "SETUSER", name, "reset", "on", f">{password}", *rules.tokens)
    client.execute_command(*command, *rules.optional_commands)
    url = redis_url(
        host="localhost" if tls else server["host"],
        port=server["tls_port" if tls else "port"],
        user=name,
        password=password,
        db=0,
        tls=Tls(CA_OF_THE_APPS_HOST) if tls else None,
    )
    settings = outputs.merge(
        redis_settings(QUEUES, prefix=prefix, visibility_timeout=3600),
        redis_result_settings(prefix=prefix, expires=3600),
    )
    try:
        yield MadeApp(name, url, url, settings, ca_of(servers) if tls else None, password), client
    finally:
        for key in keys(client, name):
            client.delete(key)
        client.execute_command("ACL", "DELUSER", name)
        client.close()


def keys(client: redis.Redis, name: str) -> set[str]:
    """All keys of an app."""
    found = cast("list[bytes]", client.keys(f"{name}:*"))
    return {key.decode() for key in found}


class Database:
    """A database with Celery's tables and a role with DML on them only."""

    def __init__(self, servers: Servers, name: str) -> None:
        self.server = servers["postgresql"]
        self.name = name.replace("-", "_")
        self.password = f"pw/{secrets.token_urlsafe(12)}%canary"

    def url(self, *, tls: bool = False, port: int | None = None) -> str:
        """The result_backend."""
        return postgresql_url(
            host="localhost" if tls else self.server["host"],
            port=port or self.server["port"],
            user=self.name,
            password=self.password,
            database=self.name,
            tls=Tls(CA_OF_THE_APPS_HOST) if tls else None,
        )

    def run(self, sql: str, *, database: str | None = None) -> list[Any]:
        """As the superuser; the rows of the last statement."""
        with psycopg.connect(
            host=self.server["host"],
            port=self.server["port"],
            user=self.server["username"],
            password=self.server["password"],
            dbname=database or self.name,
            autocommit=True,
        ) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def make(self) -> None:
        """Database, tables, role and rights."""
        role = self.name
        self.run(f"create role \"{role}\" login password '{self.password}'", database="postgres")
        self.run(f'create database "{role}"', database="postgres")
        self.run(_DDL)
        self.run(
            f"grant select, insert, update, delete on celery_taskmeta, celery_tasksetmeta to "
            f'"{role}"; grant usage on sequence task_id_sequence, taskset_id_sequence to "{role}"'
        )

    def remove(self) -> None:
        """All of it."""
        self.run(f'drop database if exists "{self.name}" with (force)', database="postgres")
        self.run(f'drop role if exists "{self.name}"', database="postgres")


@contextmanager
def with_database(servers: Servers, app: MadeApp, *, tls: bool = False) -> Iterator[Any]:
    """The same app with results in PostgreSQL. Yields (app, database)."""
    database = Database(servers, app.name)
    database.make()
    settings = {k: v for k, v in app.settings.items() if k != "result_expires"}
    settings |= postgresql_settings(expires=3600)
    ca = ca_of(servers) if tls else app.ca
    try:
        yield app.changed(result_backend=database.url(tls=tls), settings=settings, ca=ca), database
    finally:
        database.remove()


def ca_of(servers: Servers) -> str:
    """PEM of the test servers' CA."""
    with open(servers["ca"], encoding="ascii") as file:  # noqa: PTH123
        return file.read()


def quoted(password: str) -> str:
    """As it is in a URL."""
    return quote(password, safe="")
