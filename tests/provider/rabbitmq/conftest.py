"""A RabbitMQ to test on, seen from outside the provider."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import amqp
import httpx
import pytest

from celeriac_provider.engine.resource import Resource
from tests.lifecycle import Lifecycle


class Rabbit:
    """One server: what the provider is configured with, and a view of its own.

    Args:
        server: its entry in servers.json.
    """

    def __init__(self, server: dict[str, Any]) -> None:
        self.server = server
        self.configuration: dict[str, Any] = {
            "endpoint": server["management"],
            "username": server["username"],
            "password": server["password"],
        }
        self.http = httpx.Client(
            base_url=server["management"] + "/api",
            auth=(server["username"], server["password"]),
            timeout=60,
        )
        self._lives: list[Lifecycle] = []
        self._made: list[tuple[str, str]] = []

    def life(self, resource: type[Resource], *, stack: str = "test", **config: Any) -> Lifecycle:
        """A provider of this resource, closed after the test."""
        life = Lifecycle(resource, self.configuration | config, stack=stack)
        self._lives.append(life)
        return life

    def call(self, method: str, *path: str, body: Any = None) -> httpx.Response:
        """A call to the management API that is not the provider's."""
        joined = "".join(f"/{quote(part, safe='')}" for part in path)
        return self.http.request(method, joined, json=body)

    def get(self, *path: str) -> Any:
        """What the server says, or None."""
        response = self.call("GET", *path)
        return None if response.status_code == httpx.codes.NOT_FOUND else response.json()

    def now(self, *path: str) -> Any:
        """What the server says, without its statistics, which lag."""
        path_ = "".join(f"/{quote(part, safe='')}" for part in path)
        return self.http.get(path_, params={"disable_stats": "true"}).json()

    def name(self, kind: str) -> str:
        """A name of a vhost or user of this test's own, removed after it."""
        name = f"t/{secrets.token_hex(4)} ü"
        self._made.append((kind, name))
        return name

    def vhost(self) -> str:
        """A vhost made by hand."""
        name = self.name("vhosts")
        self.call("PUT", "vhosts", name, body={"default_queue_type": "quorum"})
        return name

    @contextmanager
    def channel(
        self, vhost: str, username: str | None = None, password: str | None = None
    ) -> Iterator[Any]:
        """An AMQP channel as the administrator, or as somebody else."""
        connection = amqp.Connection(
            f"{self.server['host']}:{self.server['amqp_port']}",
            userid=self.server["username"] if username is None else username,
            password=self.server["password"] if password is None else password,
            virtual_host=vhost,
        )
        connection.connect()
        try:
            channel = connection.channel()
            channel.confirm_select()
            yield channel
        finally:
            connection.close()

    def publish(self, vhost: str, exchange: str, key: str) -> None:
        """One message, confirmed."""
        with self.channel(vhost) as channel:
            channel.basic_publish_confirm(amqp.Message("x"), exchange, key, mandatory=True)

    def clean(self) -> None:
        """Remove what the test left."""
        for kind, name in self._made:
            self.call("DELETE", kind, name)
        for life in self._lives:
            life.close()
        self.http.close()


@pytest.fixture(params=["rabbitmq", "rabbitmq_newest"], ids=["oldest", "newest"])
def rabbit(servers: dict[str, Any], request: pytest.FixtureRequest) -> Iterator[Rabbit]:
    """The oldest supported RabbitMQ, then the newest."""
    found = Rabbit(servers[request.param])
    yield found
    found.clean()
