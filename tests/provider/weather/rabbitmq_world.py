"""RabbitMQ in bad weather."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

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
from tests.provider.weather.worlds import Case, Given, World


class RabbitWorld(World):
    """RabbitMQ; the queue type `classic`, which is made faster."""

    system = "RabbitMQ"
    timeout = 3.0

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
        timeout=8,
    ),
)
