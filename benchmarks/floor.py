"""The floor: the same objects on the same servers, by one connection each and nothing else.

One keep-alive HTTP connection to RabbitMQ's management API and one SQL connection per database,
one call after the other, no engine, no state, no checks. What an app has on RabbitMQ is read from
the server after a run, so that the floor makes exactly that; for PostgreSQL it is written here.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx
import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TABLES = """
create sequence task_id_sequence; create sequence taskset_id_sequence;
create table celery_taskmeta (
  id integer primary key, task_id varchar(155) unique, status varchar(50), result bytea,
  date_done timestamp, traceback text, children bytea, name varchar(155), args bytea,
  kwargs bytea, worker varchar(155), retries integer, queue varchar(155), stamps bytea);
create index ix_celery_taskmeta_date_done on celery_taskmeta (date_done);
create table celery_tasksetmeta (
  id integer primary key, taskset_id varchar(155) unique, result bytea, date_done timestamp);
create index ix_celery_tasksetmeta_date_done on celery_tasksetmeta (date_done);
grant select, insert, update, delete on celery_taskmeta, celery_tasksetmeta to {group};
grant usage on sequence task_id_sequence, taskset_id_sequence to {group};
"""
_LOOK = (
    "select * from pg_roles where rolname like '{name}%'",
    "select * from pg_database where datname = '{name}'",
    "select relname, relacl from pg_class where relname like 'celery%'",
)


@dataclass(frozen=True)
class Vhost:
    """What is in a vhost: one call per object, and the user's permissions."""

    definitions: Mapping[str, Any]
    permissions: Mapping[str, Any]


class Floor:
    """The servers, without anything between."""

    def __init__(self, servers: Mapping[str, Any]) -> None:
        rabbit = servers["rabbitmq"]
        self._postgresql = servers["postgresql"]
        self._http = httpx.Client(
            base_url=rabbit["management"] + "/api",
            auth=(rabbit["username"], rabbit["password"]),
            timeout=120,
        )

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def seen(self, vhost: str) -> Vhost:
        """What an app has in its vhost."""
        permissions = self._get(f"/vhosts/{quote(vhost, safe='')}/permissions")
        return Vhost(self._get(f"/definitions/{quote(vhost, safe='')}"), permissions[0])

    def measure(self, vhost: Vhost, apps: int) -> dict[str, float]:
        """Seconds to create, look at and destroy the same for so many apps."""
        names = [f"floor_{number}" for number in range(apps)]
        with _timed() as create:
            for name in names:
                self._make_vhost(name, vhost)
                self._make_database(name)
        with _timed() as refresh:
            for name in names:
                self._look_at_vhost(name, vhost)
                self._look_at_database(name)
        with _timed() as destroy:
            for name in names:
                self._delete(f"/vhosts/{name}")
                self._delete(f"/users/{name}")
                self._drop_database(name)
        return {"create": create[0], "refresh": refresh[0], "destroy": destroy[0]}

    def _make_vhost(self, name: str, vhost: Vhost) -> None:
        self._put(f"/vhosts/{name}", {"default_queue_type": "quorum"})
        self._put(f"/users/{name}", {"password": name, "tags": ""})
        rights = {key: vhost.permissions[key] for key in ("configure", "write", "read")}
        self._put(f"/permissions/{name}/{name}", rights)
        for kind, path, body in _objects(vhost):
            if kind == "bindings":
                response = self._http.post(f"/{kind}/{name}/{path}", json=body)
                response.raise_for_status()
            else:
                self._put(f"/{kind}/{name}/{path}", body)

    def _look_at_vhost(self, name: str, vhost: Vhost) -> None:
        for path in (f"/vhosts/{name}", f"/users/{name}", f"/permissions/{name}/{name}"):
            self._get(path)
        for kind, path, _ in _objects(vhost):
            self._get(f"/{kind}/{name}/{path}")

    def _make_database(self, name: str) -> None:
        group = f"{name}_rights"
        with self._connection("postgres") as connection:
            for statement in (
                f"create role {name}_owner nologin",
                f"create role {group} nologin",
                f"create role {name} login password '{name}' in role {group}",
                f"create database {name} owner {name}_owner",
                f"revoke all on database {name} from public",
                f"grant connect on database {name} to {group}",
            ):
                connection.execute(statement.encode())
        with self._connection(name) as connection:
            connection.execute(f"set role {name}_owner".encode())
            for statement in _TABLES.format(group=group).split(";")[:-1]:
                connection.execute(statement.encode())

    def _look_at_database(self, name: str) -> None:
        with self._connection(name) as connection:
            for statement in _LOOK:
                connection.execute(statement.format(name=name).encode())

    def _drop_database(self, name: str) -> None:
        with self._connection("postgres") as connection:
            connection.execute(f"drop database {name}".encode())
            for role in (name, f"{name}_rights", f"{name}_owner"):
                connection.execute(f"drop role {role}".encode())

    def _connection(self, database: str) -> psycopg.Connection[Any]:
        server = self._postgresql
        return psycopg.connect(
            host=server["host"],
            port=server["port"],
            user=server["username"],
            password=server["password"],
            dbname=database,
            autocommit=True,
        )

    def _get(self, path: str) -> Any:
        response = self._http.get(path)
        response.raise_for_status()
        return response.json()

    def _put(self, path: str, body: Mapping[str, Any]) -> None:
        self._http.put(path, json=dict(body)).raise_for_status()

    def _delete(self, path: str) -> None:
        self._http.delete(path).raise_for_status()


def _objects(vhost: Vhost) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Kind, path and body of every object, in an order in which they can be made."""
    found = vhost.definitions
    for kind in ("exchanges", "queues", "policies"):
        for item in found[kind]:
            body = {key: value for key, value in item.items() if key not in ("name", "vhost")}
            yield kind, quote(item["name"], safe=""), body
    for item in found["bindings"]:
        source, destination = quote(item["source"], safe=""), quote(item["destination"], safe="")
        letter = "q" if item["destination_type"] == "queue" else "e"
        body = {"routing_key": item["routing_key"], "arguments": item["arguments"]}
        yield "bindings", f"e/{source}/{letter}/{destination}", body


@contextmanager
def _timed() -> Iterator[list[float]]:
    """A list that gets the seconds."""
    seconds: list[float] = []
    started = time.monotonic()
    yield seconds
    seconds.append(time.monotonic() - started)
