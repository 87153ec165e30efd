"""Real servers behind what AWS would run: each of its own, with TLS by the tests' authority.

A server is started when its resource is created and removed, with its data, when that is deleted;
whatever is left of a test is ended by `end_all`.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

import httpx
import psycopg
import redis
from filelock import FileLock
from psycopg import sql

from tests.own_servers import (
    CHECKOUT,
    MariaDB,
    OwnInstance,
    PostgreSQL,
    RabbitMQ,
    Redis,
    give_to_server,
)
from tests.standins.aws.account import Account

_AUTHORITY = CHECKOUT / ".local" / "servers" / "test" / "tls"
ELSEWHERE = "CELERIAC_AWS_STANDIN_HOST"
"""The environment variable with the host that endpoints are said to be on, where a test wants them
out of reach."""


def host() -> str:
    """What endpoints name: it is in the certificates, as a server's DNS name on AWS is."""
    return os.environ.get(ELSEWHERE, "localhost")


@dataclass(frozen=True)
class _Instance(OwnInstance):
    """One whose ports are the same for every process that knows its folder."""

    @cached_property
    def _first(self) -> int:
        file = self.place / "first-port.json"
        # Two that choose at once must not choose the same.
        with FileLock(self.place.parent / "ports.lock"):
            if not file.exists():
                self.place.mkdir(parents=True, exist_ok=True)
                file.write_text(json.dumps(self._free()))
            first: int = json.loads(file.read_text())
        return first

    def _free(self) -> int:
        taken = {
            json.loads(file.read_text()) for file in self.place.parent.glob("*/first-port.json")
        }
        while (first := OwnInstance(place=self.place).port(0)) in taken:
            continue
        return first

    def port(self, offset: int) -> int:
        """The same each time."""
        return self._first + offset


class Behind(ABC):
    """A server behind a resource.

    Args:
        account: where the resource is.
        id_: of the resource.
    """

    kind: ClassVar[type[RabbitMQ | Redis | PostgreSQL | MariaDB]]

    def __init__(self, account: Account, id_: str) -> None:
        self.folder = servers_folder(account.folder) / f"{self.kind.name}-{id_}"
        self.instance = _Instance(place=self.folder)
        self.server = self.kind(self.instance)

    def launch(self) -> None:
        """Start it, empty."""
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(_AUTHORITY, self.folder / "tls", dirs_exist_ok=True)
        self.instance.make()
        give_to_server(self.folder / "tls" / "server.key")
        for name, text in self.files().items():
            file = self.instance.server_folder(self.kind.name) / name
            file.write_text(text)
            give_to_server(file)
        self.server.start()

    def files(self) -> Mapping[str, str]:
        """What has to be in its folder before it starts, by name."""
        return {}

    def remove(self) -> None:
        """Stop it and drop what was on it; nothing where there is none."""
        if self.folder.exists():
            self.server.stop()
            shutil.rmtree(self.folder)

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self.folder.exists() and self.server.running

    @abstractmethod
    def _names(self) -> Mapping[str, Any]:
        """Its entry as of servers.json."""


class RabbitMQBehind(Behind):
    """Behind an Amazon MQ broker. AWS's own administrator is there too, as on Amazon MQ."""

    kind = RabbitMQ

    def _names(self) -> Mapping[str, Any]:
        return self.server.describe()

    def start(self, username: str, password: str) -> None:
        """Start it with its first user."""
        self.launch()
        own = self._names()
        with httpx.Client(
            base_url=str(own["management"]), auth=(own["username"], own["password"]), timeout=30
        ) as client:
            user = {"password": password, "tags": "administrator"}
            name = quote(username, safe="")
            client.put(f"/api/users/{name}", json=user).raise_for_status()
            rights = {"configure": ".*", "write": ".*", "read": ".*"}
            client.put(f"/api/permissions/%2F/{name}", json=rights).raise_for_status()

    def instances(self) -> list[dict[str, Any]]:
        """Endpoints as Amazon MQ gives them."""
        if not self.folder.exists():
            return []
        own = self._names()
        return [
            {
                "consoleUrl": own["management_tls"].replace("localhost", host()),
                "endpoints": [f"amqps://{host()}:{own['amqps_port']}"],
                "ipAddress": "127.0.0.1",
            }
        ]


class RedisBehind(Behind):
    """Behind an ElastiCache replication group: CONFIG is unknown to everybody else."""

    kind = Redis
    _CONFIG = "standin-control-plane-config"
    # ElastiCache's restricted commands, as far as they are not CONFIG.
    _REFUSED = (
        *("acl|setuser", "acl|deluser", "acl|load", "acl|save", "bgrewriteaof", "bgsave", "debug"),
        *("migrate", "psync", "replicaof", "save", "slaveof", "shutdown", "sync"),
    )

    def _names(self) -> Mapping[str, Any]:
        return self.server.describe()

    @property
    def port(self) -> int:
        """TLS only: the other port is the control plane's."""
        return int(self._names()["tls_port"])

    def files(self) -> Mapping[str, str]:
        """CONFIG gets another name: `ERR unknown command 'CONFIG'` is what others read."""
        renamed = f'rename-command CONFIG "{self._CONFIG}"'
        users = "aclfile /mnt/redis/users.acl"
        return {"redis.conf": f'{users}\nappendonly yes\nsave ""\n{renamed}\n'}

    def apply(
        self, users: Mapping[str, tuple[list[str], str]], parameters: Mapping[str, str]
    ) -> None:
        """Make users and parameters what the AWS API says.

        Args:
            users: by name: passwords (none: no password is asked) and access string.
            parameters: of the parameter group.
        """
        own = self._names()
        client: Any = redis.Redis(
            host=str(own["host"]),
            port=int(own["port"]),
            username=str(own["username"]),
            password=str(own["password"]),
            decode_responses=True,
        )
        with contextlib.closing(client):
            for name in client.acl_users():
                if name not in users and name != own["username"] and name != "default":
                    client.acl_deluser(name)
            for name, (passwords, access) in {"default": (["-"], "off -@all"), **users}.items():
                keys = [f">{password}" for password in passwords] or ["nopass"]
                refused = [f"-{command}" for command in self._REFUSED]
                client.execute_command(
                    "ACL", "SETUSER", name, "reset", *keys, *access.split(), *refused
                )
            client.execute_command("ACL", "SAVE")
            for name, value in parameters.items():
                client.execute_command(self._CONFIG, "SET", name, value)


class PostgreSQLBehind(Behind):
    """Behind an RDS instance; its administrator may log in, make roles and databases."""

    kind = PostgreSQL
    _OWN = "celeriac_admin"

    def _names(self) -> Mapping[str, Any]:
        return self.server.describe()

    @property
    def port(self) -> int:
        """TLS and in clear on one, unless `rds.force_ssl`."""
        return int(self._names()["port"])

    def start(self, username: str, password: str, database: str | None) -> None:
        """Start it with its administrator."""
        self.launch()
        with self._superuser() as connection:
            role = sql.Identifier(username)
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN CREATEROLE CREATEDB PASSWORD {}").format(
                    role, sql.Literal(password)
                )
            )
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(self._OWN)))
            if database:
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database), role)
                )

    def set_password(self, username: str, password: str) -> None:
        """Another password of the administrator."""
        with self._superuser() as connection:
            connection.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                    sql.Identifier(username), sql.Literal(password)
                )
            )

    def apply(self, parameters: Mapping[str, str]) -> None:
        """Make the parameters what the parameter group says; RDS's own: `rds.force_ssl` only."""
        force = parameters.get("rds.force_ssl", "1") == "1"  # RDS's default since 15
        kind = "hostssl" if force else "host"
        file = self.instance.server_folder("postgresql") / "data" / "pg_hba.conf"
        # The stand-in itself, in clear, as the superuser.
        own = "host all postgres 127.0.0.1/32 scram-sha-256\n"
        file.write_text(f"{own}{kind} all all 127.0.0.1/32 scram-sha-256\n")
        give_to_server(file)
        with self._superuser() as connection:
            for name, value in parameters.items():
                if not name.startswith("rds."):
                    setting = sql.SQL("ALTER SYSTEM SET {} = {}")
                    connection.execute(setting.format(sql.Identifier(name), sql.Literal(value)))
            connection.execute("SELECT pg_reload_conf()")

    @contextlib.contextmanager
    def _superuser(self) -> Iterator[psycopg.Connection[Any]]:
        own = self._names()
        with psycopg.connect(
            host=str(own["host"]),
            port=int(own["port"]),
            user=str(own["username"]),
            password=str(own["password"]),
            dbname="postgres",
            sslmode="disable",
            autocommit=True,
        ) as connection:
            yield connection


def servers_folder(folder: Path) -> Path:
    """Where the servers of a test's folder are."""
    return folder / "servers"


def end_all(folder: Path) -> list[str]:
    """Stop every server that is left in a test's folder.

    Returns:
        what ran: nothing, after a destroy.
    """
    kinds = {kind.name: kind for kind in (RabbitMQ, Redis, PostgreSQL, MariaDB)}
    ran = []
    for place in sorted(servers_folder(folder).glob("*-*")):
        server = kinds[place.name.partition("-")[0]](_Instance(place=place))
        if server.stop():
            ran.append(place.name)
        shutil.rmtree(place, ignore_errors=True)
    return ran
