"""Two apps on the same servers: neither can read, write or list what is the other's."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
import pytest
import redis
from amqp.exceptions import AccessRefused, NotAllowed
from amqp.exceptions import ConnectionError as AmqpConnectionError
from kombu.connection import Connection

from tests.e2e.conftest import fresh_project
from tests.e2e.rights import refused_by_postgresql, refused_by_rabbitmq
from tests.e2e.stack_files import server_entries
from tests.e2e.stores import celery_app


def apps(word: str) -> dict[str, Any]:
    """Two apps on RabbitMQ and PostgreSQL, two on Redis; one name is the beginning of another."""
    on_rabbitmq = {"broker": {"server": "rabbit"}, "resultBackend": {"server": "results"}}
    on_redis = {"broker": {"server": "cache"}, "resultBackend": {"server": "cache"}}
    return {
        f"{name}-{word}{suffix}": entry | {"proof": "off"}
        for name, entry in (("orders", on_rabbitmq), ("thumbs", on_redis))
        for suffix in ("", "2")
    }


@pytest.fixture(scope="module")
def outputs(servers: dict[str, Any], word: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The outputs of all four, while their stack is up."""
    config = {
        "celeriac:servers": server_entries(servers),
        "celeriac:apps": apps(word),
        "celeriac:forceDestroy": "true",
    }
    project = fresh_project(tmp_path_factory.mktemp("isolation"), config)
    project.up()
    yield {name.replace(word, "w"): app for name, app in project.outputs()["apps"].items()}
    project.destroy()


def redis_of(url: str) -> redis.Redis:
    """A client as the user of this URL."""
    return redis.Redis.from_url(url, decode_responses=True)


@pytest.mark.shows("rights", "rabbitmq")
def test_rabbitmq_refuses_the_others_vhost(outputs: dict[str, Any], word: str) -> None:
    """The right password for one's own vhost opens no other."""
    own = outputs["orders-w"]["broker_url"]
    with Connection(own) as connection:
        connection.connect()
    other = own.replace(f"/orders-{word}", f"/orders-{word}2")
    with (
        pytest.raises((NotAllowed, AccessRefused, AmqpConnectionError)),
        Connection(other) as c,
    ):
        c.connect()


@pytest.mark.shows("rights", "rabbitmq")
def test_rabbitmq_refuses_what_celery_does_not_need(outputs: dict[str, Any]) -> None:
    """In its own vhost the user can neither make a queue of another name nor read dead letters."""
    refused_by_rabbitmq(celery_app(outputs["orders-w"]))


ACTS: dict[str, Callable[[redis.Redis, str], Any]] = {
    "read": lambda client, other: client.get(f"{other}:celery-task-meta-x"),
    "read a queue": lambda client, other: client.lrange(f"{other}:{other}", 0, -1),
    "write": lambda client, other: client.lpush(f"{other}:{other}", "x"),
    "delete": lambda client, other: client.delete(f"{other}:unacked"),
    "list": lambda client, _: client.keys("*"),
    "scan": lambda client, _: client.scan(),
    "publish": lambda client, other: client.publish(f"{other}:/0.celery.pidbox", "x"),
    "subscribe": lambda client, other: client.execute_command(
        "PSUBSCRIBE", f"{other}:/0.celery.pidbox"
    ),
    "registry": lambda client, _: client.hgetall("celeriac:registry"),
    "configure": lambda client, _: client.config_set("maxmemory-policy", "allkeys-lru"),
    "users": lambda client, _: client.acl_list(),
    "flush": lambda client, _: client.flushdb(),
}


@pytest.mark.shows("rights", "redis", "redis-results")
@pytest.mark.parametrize("side", ["broker_url", "result_backend"])
@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_redis_refuses_the_others_keys(
    outputs: dict[str, Any], word: str, side: str, act: Callable[[redis.Redis, str], Any]
) -> None:
    """Neither of an app's users reads, writes, lists or hears what is another's."""
    client = redis_of(outputs["thumbs-w"][side])
    assert client.ping()
    with pytest.raises(redis.exceptions.NoPermissionError):
        act(client, f"thumbs-{word}2")


@pytest.mark.shows("rights", "postgresql")
def test_postgresql_refuses_the_others_database(outputs: dict[str, Any], word: str) -> None:
    """The login of one app cannot connect to another's database, nor to the maintenance one."""
    parts = urlsplit(
        re.sub(r"^db\+postgresql\+\w+", "postgresql", outputs["orders-w"]["result_backend"])
    )
    login: dict[str, Any] = {
        "host": parts.hostname,
        "port": parts.port,
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
    }
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(**login, dbname=f"orders-{word}2")
    refused_by_postgresql(outputs["orders-w"]["result_backend"])
