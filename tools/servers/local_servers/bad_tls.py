"""Listeners with certificates that clients must refuse, for the tests."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import ClassVar

from local_servers.certificates import folder_of
from local_servers.postgresql import PostgreSQL
from local_servers.rabbitmq import RabbitMQ
from local_servers.redis import Redis
from local_servers.server import Server
from local_servers.system import Here


class BadTLS(Server):
    """TLS proxies in front of the three servers."""

    _certificate: ClassVar[str]
    _first_port: ClassVar[int]

    @property
    def ports(self) -> dict[str, int]:
        """One for each server, and one for RabbitMQ's management."""
        uses = ("amqps", "management", "rediss", "postgresql")
        return {use: self.instance.port(self._first_port + at) for at, use in enumerate(uses)}

    def describe(self) -> dict[str, object]:
        """Say where they are; credentials are those of the servers behind."""
        ports = self.ports
        return {
            "host": "localhost",
            "amqps_port": ports["amqps"],
            "management_tls": f"https://localhost:{ports['management']}",
            "redis_tls_port": ports["rediss"],
            "postgresql_port": ports["postgresql"],
        }

    def on_host(self) -> bool:
        """Tell whether the host's own will do."""
        return True

    def _launch(self) -> None:
        rabbitmq, ports = RabbitMQ(self.instance).ports, self.ports
        redis, postgresql = Redis(self.instance).ports, PostgreSQL(self.instance).ports
        routes = [
            f"{ports['amqps']}:{rabbitmq['amqp']}",
            f"{ports['management']}:{rabbitmq['management']}",
            f"{ports['rediss']}:{redis['redis']}",
            f"{ports['postgresql']}:{postgresql['postgresql']}:postgresql",
        ]
        certificate = folder_of(self.instance) / f"{self._certificate}.pem"
        program = Path(__file__).with_name("tls_proxy.py")
        command = [program, certificate, certificate.with_suffix(".key"), *routes]
        self.process.start(Here(), [sys.executable, *map(str, command)])
        self.process.wait_until(self._answers, seconds=60)

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.ports["postgresql"]), timeout=2).close()
        except OSError:
            return False
        return True


class WrongHost(BadTLS):
    """A certificate of our authority for another host."""

    name: ClassVar[str] = "tls-wrong-host"
    _certificate: ClassVar[str] = "wrong-host"
    _first_port: ClassVar[int] = 11


class Expired(BadTLS):
    """A certificate of our authority that has expired."""

    name: ClassVar[str] = "tls-expired"
    _certificate: ClassVar[str] = "expired"
    _first_port: ClassVar[int] = 15
