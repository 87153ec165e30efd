"""URLs are read back by those who will read them: kombu, Celery's Redis backend, SQLAlchemy."""

from __future__ import annotations

import ssl
from typing import Any

import psycopg2.extensions
import pytest
from celery import Celery
from celery.app.backends import by_url
from celery.backends.redis import RedisBackend
from hypothesis import example, given
from hypothesis import strategies as st
from kombu.connection import Connection
from redis import ConnectionPool, SSLConnection
from sqlalchemy import make_url

from celeriac.contract import (
    RPC_URL,
    Driver,
    Tls,
    amqp_url,
    postgresql_url,
    redis_url,
    sqs_url,
)

HOSTS = st.sampled_from(["localhost", "broker.example.org", "10.0.0.7", "::1"])
PORTS = st.integers(1, 65535)
# Everything that a URL could trip over, and the rest of Unicode that can be encoded.
TEXT = st.text(
    st.one_of(
        st.sampled_from("/:@?#%&+=;[] é€"), st.characters(codec="utf-8", exclude_characters="\0")
    ),
    min_size=1,
    max_size=30,
)
DATABASES = st.from_regex(r"[A-Za-z0-9._~-]{1,57}", fullmatch=True)
PATHS = st.from_regex(r"/[A-Za-z0-9 &?#+=._/-]{0,40}", fullmatch=True)


@given(host=HOSTS, port=PORTS, user=TEXT, password=TEXT, vhost=TEXT, tls=st.booleans())
@example(host="localhost", port=5672, user="a", password="p@ss/w#1", vhost="/", tls=False)
@example(host="localhost", port=5672, user="a", password="100%41", vhost="/my/vh", tls=True)
def test_kombu_reads_an_amqp_url_back(
    host: str, port: int, user: str, password: str, vhost: str, tls: bool
) -> None:
    """Any user, password and vhost, also `/` and ones with slashes, survive the URL."""
    url = amqp_url(host=host, port=port, user=user, password=password, vhost=vhost, tls=tls)
    read = _broker(url)
    assert (read.hostname, read.port, read.userid, read.password, read.virtual_host) == (
        (host, port, user, password, vhost)
    )


def test_amqp_schemes() -> None:
    """The schemes are those that kombu maps to py-amqp, and nothing of TLS is in the URL."""
    parts: dict[str, Any] = {
        "host": "h",
        "port": 5671,
        "user": "u",
        "password": "p",
        "vhost": "/",
    }
    assert amqp_url(**parts, tls=True) == "amqps://u:p@h:5671/%2F"
    assert amqp_url(**parts, tls=False) == "amqp://u:p@h:5671/%2F"


@given(host=HOSTS, port=PORTS, user=TEXT, password=TEXT, db=st.integers(0, 15))
def test_broker_and_backend_read_a_redis_url_back(
    host: str, port: int, user: str, password: str, db: int
) -> None:
    """The same URL means the same on both sides, without TLS."""
    url = redis_url(host=host, port=port, user=user, password=password, db=db)
    broker = _broker(url)
    assert (broker.hostname, broker.port, broker.userid, broker.password, broker.virtual_host) == (
        (host, port, user, password, str(db))
    )
    assert broker.ssl is False
    backend = _redis_backend(url)
    names = ("host", "port", "username", "password", "db")
    assert tuple(backend[name] for name in names) == (host, port, user, password, db)
    client = ConnectionPool.from_url(url).connection_kwargs
    assert {name: client.get(name) for name in names} == {
        **dict(zip(names, (host, port, user, password, db), strict=True)),
        # redis-py itself leaves the brackets of an IPv6 address to the resolver.
        "host": client["host"],
    }
    assert client["host"].strip("[]") == host


@given(path=st.one_of(st.none(), PATHS))
def test_broker_and_backend_check_certificates(path: str | None) -> None:
    """With TLS both sides require a certificate, check the host name and use the CA's path."""
    url = redis_url(host="h", port=6380, user="u", password="p", db=0, tls=Tls(path))
    expected: dict[str, Any] = {"ssl_cert_reqs": ssl.CERT_REQUIRED}
    if path is not None:
        expected["ssl_ca_certs"] = path
    broker = _broker(url)
    assert broker.ssl == {**expected, "ssl_check_hostname": True}
    backend = _redis_backend(url)
    assert {name: backend.get(name) for name in expected} == expected
    assert backend["ssl_check_hostname"]
    assert backend["connection_class"] is SSLConnection


@given(key=TEXT, secret=TEXT, host=st.one_of(st.none(), HOSTS), port=st.one_of(st.none(), PORTS))
@example(key="AKIAEXAMPLE", secret="a/b+c=", host=None, port=None)
def test_kombu_reads_an_sqs_url_back(
    key: str, secret: str, host: str | None, port: int | None
) -> None:
    """Any access key survives the URL; without a host there is none, so boto3 takes AWS's."""
    read = _broker(sqs_url(access_key_id=key, secret_access_key=secret, host=host, port=port))
    expected = (host, None if host is None else port, key, secret)
    assert (read.hostname, read.port, read.userid, read.password) == expected
    assert read.transport_cls == "sqs"


@pytest.mark.parametrize(
    ("parts", "url"),
    [
        ({}, "sqs://"),
        ({"host": "h"}, "sqs://h/"),
        ({"host": "h", "port": 9324}, "sqs://h:9324/"),
        ({"access_key_id": "a", "secret_access_key": "b"}, "sqs://a:b@"),
        ({"access_key_id": "a", "secret_access_key": "b", "host": "h"}, "sqs://a:b@h/"),
    ],
)
def test_sqs_urls(parts: dict[str, Any], url: str) -> None:
    """Without a key nothing stands in for one: the app's own credentials count."""
    assert sqs_url(**parts) == url
    read = _broker(url)
    assert (read.userid, read.password) == (
        (parts.get("access_key_id"), parts.get("secret_access_key"))
    )


@pytest.mark.parametrize("half", [{"access_key_id": "a"}, {"secret_access_key": "b"}])
def test_half_an_access_key(half: dict[str, Any]) -> None:
    """Kombu would look for the other half where boto3 does."""
    with pytest.raises(ValueError, match="give both or neither"):
        sqs_url(**half)


@given(
    host=HOSTS,
    port=PORTS,
    user=TEXT,
    password=TEXT,
    database=DATABASES,
    path=st.one_of(st.none(), PATHS),
)
def test_sqlalchemy_reads_a_postgresql_url_back(
    host: str, port: int, user: str, password: str, database: str, path: str | None
) -> None:
    """Celery cuts `db+` off and SQLAlchemy finds driver, parts and TLS options."""
    url = postgresql_url(
        host=host, port=port, user=user, password=password, database=database, tls=Tls(path)
    )
    scheme, rest = url.split("+", 1)
    read = make_url(rest)
    assert scheme == "db"
    assert read.drivername == "postgresql+psycopg2"
    assert (read.host, read.port, read.username, read.password, read.database) == (
        (host, port, user, password, database)
    )
    assert dict(read.query) == {"sslmode": "verify-full", "sslrootcert": path or "system"}


@given(host=HOSTS, port=PORTS, user=TEXT, password=TEXT, database=DATABASES)
@pytest.mark.parametrize("driver", ["psycopg2", "psycopg"])
def test_libpq_is_told_the_same(
    host: str, port: int, user: str, password: str, database: str, driver: Driver
) -> None:
    """What SQLAlchemy hands to the driver comes out of libpq's own parser unchanged."""
    url = make_url(
        postgresql_url(
            host=host,
            port=port,
            user=user,
            password=password,
            database=database,
            tls=Tls("/c a"),
            driver=driver,
        ).removeprefix("db+")
    )
    _, arguments = url.get_dialect()().create_connect_args(url)
    dsn = psycopg2.extensions.parse_dsn(psycopg2.extensions.make_dsn(**arguments))
    assert dsn == {
        "host": host,
        "port": str(port),
        "user": user,
        "password": password,
        "dbname": database,
        "sslmode": "verify-full",
        "sslrootcert": "/c a",
    }


def test_postgresql_without_tls() -> None:
    """`tls: off` is said to libpq, whose own default would try TLS and check nothing."""
    url = postgresql_url(
        host="h", port=5432, user="u", password="p", database="d", driver="psycopg"
    )
    assert url == "db+postgresql+psycopg://u:p@h:5432/d?sslmode=disable"


@pytest.mark.parametrize(
    ("url", "backend"),
    [
        (RPC_URL, "RPCBackend"),
        (
            postgresql_url(host="h", port=1, user="u", password="p", database="d"),
            "DatabaseBackend",
        ),
        (redis_url(host="h", port=1, user="u", password="p", db=0, tls=Tls()), "RedisBackend"),
    ],
)
def test_celery_finds_the_backend(url: str, backend: str) -> None:
    """Each URL leads Celery to the class that is meant."""
    app = Celery("t")
    found, _ = by_url(url, app.loader)
    assert found.__name__ == backend


def _broker(url: str) -> Any:
    """The connection as kombu reads it."""
    return Connection(url)


def _redis_backend(url: str) -> dict[str, Any]:
    """The connection's parameters as Celery's result backend reads them."""
    app = Celery("t", broker="memory://", set_as_current=False)
    found: dict[str, Any] = RedisBackend(app=app, url=url).connparams
    return found
