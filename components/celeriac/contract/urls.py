"""URLs of brokers and result backends, as Celery reads them.

kombu and SQLAlchemy both split the URL first and then unquote user, password and path, so every
part is quoted with no character left safe (kombu/utils/url.py, url_to_parts).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlencode

Driver = Literal["psycopg2", "psycopg"]
"""Python drivers of PostgreSQL that SQLAlchemy knows and Celery was tried with."""


@dataclass(frozen=True)
class Tls:
    """That a connection is encrypted and the server's certificate and host name are checked."""

    ca_path: str | None = None
    """Path of the CA's PEM file on the app's host. Default: the system's CAs."""


def amqp_url(*, host: str, port: int, user: str, password: str, vhost: str, tls: bool) -> str:
    """RabbitMQ's broker_url.

    TLS parameters never go in the query: kombu hands them to py-amqp as unknown arguments. They
    are `broker_use_ssl` in the settings. The vhost `/` is `%2F`: an empty path would mean it too,
    but only by kombu's grace (https://www.rabbitmq.com/docs/uri-spec).
    """
    scheme = "amqps" if tls else "amqp"
    return f"{scheme}://{authority(host, port, user, password)}/{quote(vhost, safe='')}"


def redis_url(
    *, host: str, port: int, user: str, password: str, db: int, tls: Tls | None = None
) -> str:
    """Redis's broker_url and result_backend: the same grammar on both sides.

    Without `ssl_cert_reqs` kombu would not check the certificate at all and Celery's result
    backend would refuse the URL; `ssl_check_hostname` is off by default in redis-py before 6
    (kombu/connection.py, celery/backends/redis.py).
    """
    scheme, query = "redis", ""
    if tls is not None:
        options = {"ssl_cert_reqs": "required", "ssl_check_hostname": "true"}
        if tls.ca_path is not None:
            options["ssl_ca_certs"] = tls.ca_path
        scheme, query = "rediss", "?" + urlencode(options, quote_via=quote, safe="")
    return f"{scheme}://{authority(host, port, user, password)}/{db}{query}"


def postgresql_url(
    *,
    host: str,
    port: int,
    user: str,
    password: str,
    database: str,
    tls: Tls | None = None,
    driver: Driver = "psycopg2",
) -> str:
    """PostgreSQL's result_backend, with the driver named.

    Named, because SQLAlchemy 2.1 changed the driver that a bare `postgresql://` means. With TLS
    the certificate and the host are checked (sslmode=verify-full); without a CA's path libpq uses
    the system's (sslrootcert=system, libpq 16 and later:
    https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-SSLROOTCERT).
    """
    options = {"sslmode": "disable"}
    if tls is not None:
        options = {"sslmode": "verify-full", "sslrootcert": tls.ca_path or "system"}
    query = urlencode(options, quote_via=quote, safe="")
    where = authority(host, port, user, password)
    return f"db+postgresql+{driver}://{where}/{quote(database, safe='')}?{query}"


def sqs_url(
    *,
    access_key_id: str | None = None,
    secret_access_key: str | None = None,
    host: str | None = None,
    port: int | None = None,
) -> str:
    """SQS's broker_url.

    Without a key the app finds its credentials as every AWS SDK does: the role of its task or
    machine, its environment, its profile. Without a host it talks to AWS, in the region of the
    settings; whether a host of one's own has TLS is `is_secure` in the settings.

    Raises:
        ValueError: when only one half of the key is given.
    """
    if (access_key_id is None) != (secret_access_key is None):
        raise ValueError("an access key has an id and a secret: give both or neither")
    login = ""
    if access_key_id is not None and secret_access_key is not None:
        login = f"{quote(access_key_id, safe='')}:{quote(secret_access_key, safe='')}@"
    where = "" if host is None else _bracketed(host)
    if host is not None and port is not None:
        where += f":{port}"
    return f"sqs://{login}{where}{'/' if where else ''}"


RPC_URL = "rpc://"
"""The result backend that answers over the broker's own connection (celery/backends/rpc.py)."""


def authority(host: str, port: int, user: str, password: str) -> str:
    """`user:password@host:port`, every part quoted."""
    return f"{quote(user, safe='')}:{quote(password, safe='')}@{_bracketed(host)}:{port}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
