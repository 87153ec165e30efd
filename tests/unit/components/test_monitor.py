"""The monitor's user: what is made, and what it is handed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.unit.components.world import run

from celeriac.apps import CeleryApp
from celeriac.backends.redis import RedisResults
from celeriac.brokers.rabbitmq import RabbitMQBroker
from celeriac.brokers.redis import RedisBroker
from celeriac.contract import broker_api_url
from celeriac.monitor import Monitor
from celeriac.servers.existing import RabbitMQServer, RedisServer


def outputs(monitor: Monitor | None, *, on: str) -> tuple[Any, dict[str, Any]]:
    """What an app with this monitor makes, and its outputs."""

    def program() -> dict[str, Any]:
        cache = RedisServer("cache", host="cache.example.org")
        broker: RabbitMQBroker | RedisBroker
        if on == "redis":
            broker = RedisBroker("orders", server=cache, monitor=monitor)
        else:
            rabbit = RabbitMQServer("rabbit", host="mq", management="https://mq:15671")
            broker = RabbitMQBroker("orders", server=rabbit, monitor=monitor)
        results = RedisResults("orders", server=cache)
        return CeleryApp("orders", broker=broker, result_backend=results).outputs()

    return run(program)


@pytest.mark.parametrize("on", ["rabbitmq", "redis"])
def test_without_one(on: str) -> None:
    """Nothing is made, nothing is said."""
    world, found = outputs(None, on=on)
    assert "monitor" not in found
    assert not any("monitor" in name for name in world.registered)


@pytest.mark.parametrize("on", ["rabbitmq", "redis"])
def test_its_outputs_are_secret(on: str) -> None:
    """URL and settings with its own login, and no queue."""
    _, found = outputs(Monitor(), on=on)
    value, secret = found["monitor"]
    assert secret
    assert "orders-monitor:orders-monitor-password@" in value["broker_url"]
    settings = json.loads(value["settings"])
    assert "broker_transport_options" in settings
    assert not any("queue" in name or "result_backend" in name for name in settings)
    assert value["env"] == {
        "CELERY_BROKER_URL": value["broker_url"],
        "CELERY_SETTINGS": value["settings"],
    }
    assert "broker_api" not in value


def test_the_management_api_only_where_it_is_asked_for() -> None:
    """The tag and the URL come together."""
    world, found = outputs(Monitor(user="watcher", broker_api=True), on="rabbitmq")
    user = world.one("rabbitmq:User", "orders-monitor")
    assert (user["name"], user["tags"]) == ("watcher", ["monitoring"])
    login = "watcher:orders-monitor-password"
    assert found["monitor"][0]["broker_api"] == f"https://{login}@mq:15671/api/"
    world, _ = outputs(Monitor(), on="rabbitmq")
    assert not world.one("rabbitmq:User", "orders-monitor").get("tags")


def test_on_redis_queues_are_read_and_not_written() -> None:
    """The rule for reading only stays one."""
    world, _ = outputs(Monitor(), on="redis")
    made = world.one("redis:AclUser", "orders-monitor")
    assert "orders:orders" in made["readKeys"]
    assert not any("%R" in key or key == "orders:*" for key in made["keys"])


def test_a_login_is_quoted() -> None:
    """Flower unquotes it."""
    url = broker_api_url("https://mq:15671", user="a@b", password="p/w#1")
    assert url == "https://a%40b:p%2Fw%231@mq:15671/api/"
