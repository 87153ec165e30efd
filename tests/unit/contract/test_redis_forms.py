"""Sockets and sentinels: kombu and Celery's backend read back what was written."""

from __future__ import annotations

import json
import ssl
from typing import Any

import pytest
import redis
from celery import Celery
from celery.app.backends import by_url
from celery.backends.redis import RedisBackend, SentinelBackend, SentinelManagedSSLConnection
from hypothesis import example, given, settings
from hypothesis import strategies as st
from kombu.connection import Connection
from tests.unit.contract.test_urls import PORTS, TEXT

from celeriac.contract import (
    RedisSentinels,
    Tls,
    merge,
    redis_result_settings,
    redis_settings,
    redis_socket_url,
    sentinel_broker_settings,
    sentinel_result_settings,
    sentinel_url,
    to_json,
)
from celeriac.contract.queues import Queue

PATHS = st.from_regex(r"/[A-Za-z0-9 &+=@:._é-]{1,20}(/[A-Za-z0-9 ._-]{1,20})?", fullmatch=True)
HOSTS = st.lists(
    st.tuples(st.sampled_from(["s1", "s2.example.org", "10.0.0.7", "::1"]), PORTS),
    min_size=1,
    max_size=4,
    unique=True,
).map(tuple)


def channel_parameters(url: str, **options: Any) -> dict[str, Any]:
    """The connection's parameters as kombu's channel makes them, without connecting."""
    with Connection(url, transport_options=options) as connection:
        channel = object.__new__(connection.transport.Channel)
        channel.connection = connection.transport
        channel._registered = False
        found: dict[str, Any] = channel._connparams()
    return found


@settings(deadline=None)  # each makes a Celery app
@given(path=PATHS, user=TEXT, password=TEXT, db=st.integers(0, 15))
@example(path="/run/redis.sock", user="a", password="p@ss/w#1", db=3)
def test_both_sides_read_a_sockets_url_back(path: str, user: str, password: str, db: int) -> None:
    """The same URL means the same to kombu and to Celery's backend."""
    url = redis_socket_url(path=path, user=user, password=password, db=db)
    broker = channel_parameters(url)
    assert issubclass(broker["connection_class"], redis.UnixDomainSocketConnection)
    app = Celery("t", broker="memory://", set_as_current=False)
    kind, rest = by_url(url)
    assert kind is RedisBackend
    backend = RedisBackend(app=app, url=rest).connparams
    for found in (broker, backend):
        names = ("path", "username", "password")
        assert tuple(found[name] for name in names) == (path, user, password)
        assert int(found["db"]) == db


@settings(deadline=None)
@given(hosts=HOSTS, user=TEXT, password=TEXT, db=st.integers(0, 15))
@example(hosts=(("s1", 26379), ("s2", 26380)), user="a", password="p;@ss/w#1", db=3)
def test_both_sides_read_a_sentinel_url_back(
    hosts: tuple[tuple[str, int], ...], user: str, password: str, db: int
) -> None:
    """All sentinels, and the primary's login whichever of them is asked."""
    group = RedisSentinels(hosts=hosts, master_name="m")
    url = sentinel_url(group, user=user, password=password, db=db)
    connection = Connection(url)
    for one in connection.alt or [url]:
        read = Connection(one)
        assert (read.userid, read.password, read.virtual_host) == (user, password, str(db))
        assert (read.hostname, read.port) in hosts
    assert len(connection.alt or [url]) == len(hosts)
    app = Celery("t", broker="memory://", set_as_current=False)
    backend = SentinelBackend(app=app, url=url).connparams
    names = ("username", "password", "db")
    assert tuple(backend[name] for name in names) == (user, password, db)
    assert tuple((host["host"], host["port"]) for host in backend["hosts"]) == hosts


@pytest.mark.parametrize("path", [None, "/etc/ca.pem"])
@pytest.mark.parametrize("username", [None, "watcher"])
def test_everything_about_sentinels_is_in_the_settings(
    path: str | None, username: str | None
) -> None:
    """Name, login and TLS of both hops, on both sides, as JSON."""
    group = RedisSentinels(hosts=(("s1", 1),), master_name="mymaster", username=username)
    queues = [Queue(name="q", default=True)]
    told = json.loads(
        to_json(
            merge(
                redis_settings(queues, prefix="a:", visibility_timeout=60),
                sentinel_broker_settings(group, password="secret", tls=Tls(path)),
                redis_result_settings(prefix="b:", expires=60),
                sentinel_result_settings(group, password="secret", tls=Tls(path)),
            )
        )
    )
    app = Celery("t", set_as_current=False)
    app.conf.update(told)
    url = sentinel_url(group, user="u", password="p", db=0)
    backend = SentinelBackend(app=app, url=url)
    assert backend.connparams["connection_class"] is SentinelManagedSSLConnection
    assert backend.connparams["ssl_cert_reqs"] is ssl.CERT_REQUIRED
    assert backend.connparams["ssl_check_hostname"] is True
    for options in (app.conf.broker_transport_options, app.conf.result_backend_transport_options):
        assert options["master_name"] == "mymaster"
        own = options["sentinel_kwargs"]
        assert (own["password"], own.get("username")) == ("secret", username)
        assert (own["ssl"], own["ssl_cert_reqs"], own["ssl_check_hostname"]) == (
            (True, "required", True)
        )
        assert own.get("ssl_ca_certs") == path
        redis.Redis(**own)  # every name is one of redis-py's
    with Connection(url, ssl=app.conf.broker_use_ssl) as connection:
        assert connection.ssl.get("ssl_ca_certs") == path


def test_sentinels_in_clear_without_a_password() -> None:
    """Nothing of TLS or of a login is made up."""
    group = RedisSentinels(hosts=(("s1", 1),), master_name="mymaster")
    found = sentinel_broker_settings(group, password=None, tls=None)
    own = found.pop("broker_transport_options")["sentinel_kwargs"]
    assert found == {}
    assert own.keys() == {"socket_timeout", "socket_connect_timeout"}
