"""TLS only, and verified: between apps and servers, and for who administers them.

Hosts that only this machine reaches are exempt: nobody is on the way to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qs

from celeriac_policies.resource import Resource
from celeriac_policies.rule import ResourceRule, Settings, Severity, resource_rule
from celeriac_policies.servers.hosts import is_loopback, parts

_CLEAR_MODES: Final = frozenset({"disable", "allow", "prefer"})
"""Modes of libpq that talk in clear, or let whoever is on the way choose it."""
_UNVERIFIED_MODES: Final = frozenset({"require", "verify-ca"})

_PROVIDER: Final = "pulumi:providers:celeriac"
_RABBITMQ: Final = "pulumi:providers:rabbitmq"
_POSTGRESQL: Final = "pulumi:providers:postgresql"
_OTHERS_WITH_HTTP: Final = frozenset(
    {"celeriac:index:ElasticsearchServer", "celeriac:index:SQSEndpoint"}
)
"""Servers beside RabbitMQ that are administered over HTTP."""


def _endpoint(resource: Resource, scheme: str) -> Iterator[str]:
    """The endpoint where it has this scheme and is not on loopback."""
    url = str(resource.props.get("endpoint", ""))
    found = parts(url)
    if found is not None and found.scheme == scheme and not is_loopback(found.hostname or ""):
        yield url


def _component(resource: Resource) -> str:
    """Type of the component that it belongs to.

    A URN is `urn:pulumi:<stack>::<project>::<type>::<name>`; components stand before a type with
    a `$` between them.
    """
    types = resource.parent.split("::")[2:3]
    return types[0].rpartition("$")[2] if types else ""


def _server(resource: Resource) -> Iterator[str]:
    """Of a server component that apps talk to in clear."""
    if resource.props.get("tls", True):
        return
    found = parts(str(resource.props.get("endpoint", "")))
    if found is not None and found.scheme == "unix":
        return  # nobody is on the way of a socket
    host = found.hostname if found else None
    if not is_loopback(host or ""):
        yield (
            f"tls is off for {host}: everybody on the way reads passwords and tasks: take "
            f"`tls: off` (tls=False) away and write a port with TLS"
        )


def _mode(resource: Resource) -> tuple[str, str]:
    """How a provider talks to PostgreSQL: libpq's mode, and the host where that matters.

    Pulumi's PostgreSQL provider asks for TLS without looking at the certificate (`require`) where
    nothing is said; ours verifies it.
    """
    props = resource.props
    if resource.type == _PROVIDER:
        found = parts(str(props.get("endpoint", "")))
        if found is None or found.scheme not in {"postgresql", "postgres"}:
            return "verify-full", ""
        return parse_qs(found.query).get("sslmode", ["verify-full"])[-1], found.hostname or ""
    mode = str(props.get("sslmode") or props.get("sslMode") or "require")
    return mode, str(props.get("host", "localhost")) if mode != "verify-full" else ""


@resource_rule(
    name="rabbitmq-tls-only",
    description="Apps and administrators talk to RabbitMQ over TLS (loopback hosts are exempt).",
    severity=Severity.HIGH,
    reads=("celeriac:index:RabbitMQServer", _PROVIDER, _RABBITMQ),
    steps="Give RabbitMQ a certificate, connect with amqps:// (port 5671) and https:// (15671).",
    url="https://www.rabbitmq.com/docs/ssl",
)
def rabbitmq_tls_only(resource: Resource, given: Settings) -> Iterator[str]:
    """Neither AMQP nor the management API in clear."""
    if resource.type == "celeriac:index:RabbitMQServer":
        yield from _server(resource)
        return
    if _component(resource) in _OTHERS_WITH_HTTP:
        return
    for url in _endpoint(resource, "http"):
        yield (
            f"the management API is reached at {url}, where everybody on the way reads the "
            f"administrator's password: write https://, port 15671"
        )


@resource_rule(
    name="rabbitmq-tls-verified",
    description="RabbitMQ's certificate is verified (loopback hosts are exempt).",
    severity=Severity.HIGH,
    reads=(_RABBITMQ,),
    steps="Take `insecure` away from the provider, and give it the CA as `cacertFile`.",
    url="https://www.rabbitmq.com/docs/ssl#peer-verification",
)
def rabbitmq_tls_verified(resource: Resource, given: Settings) -> Iterator[str]:
    """The administrator's password goes to RabbitMQ, not to who pretends to be it."""
    # Properties of a provider are JSON texts.
    if str(resource.props.get("insecure", "")).lower() != "true":
        return
    for url in _endpoint(resource, "https"):
        yield (
            f"insecure is true: whoever answers at {url} gets the administrator's password: "
            f"take it away and write the CA's path as cacertFile"
        )


@resource_rule(
    name="redis-tls-only",
    description="Apps and administrators talk to Redis over TLS (loopback hosts are exempt).",
    severity=Severity.HIGH,
    reads=("celeriac:index:RedisServer", _PROVIDER),
    steps="Give Redis a `tls-port` and a certificate, and connect with rediss://.",
    url="https://redis.io/docs/latest/operate/oss_and_stack/management/security/encryption/",
)
def redis_tls_only(resource: Resource, given: Settings) -> Iterator[str]:
    """No password, no task and no result in clear."""
    if resource.type == "celeriac:index:RedisServer":
        yield from _server(resource)
        return
    for url in _endpoint(resource, "redis"):
        yield f"{url} is in clear: write rediss:// and the port of Redis's tls-port"


@resource_rule(
    name="postgresql-tls-only",
    description="Apps and administrators talk to PostgreSQL over TLS (loopback hosts are exempt).",
    severity=Severity.HIGH,
    reads=("celeriac:index:PostgreSQLServer", _PROVIDER, _POSTGRESQL),
    steps="Turn `ssl` on in PostgreSQL, and connect with sslmode=verify-full.",
    url="https://www.postgresql.org/docs/current/libpq-ssl.html",
)
def postgresql_tls_only(resource: Resource, given: Settings) -> Iterator[str]:
    """No sslmode that may end in clear."""
    if resource.type == "celeriac:index:PostgreSQLServer":
        yield from _server(resource)
        return
    mode, host = _mode(resource)
    if mode in _CLEAR_MODES and not is_loopback(host):
        yield f"sslmode={mode} talks to {host} in clear, or may: write sslmode verify-full"


@resource_rule(
    name="postgresql-tls-verified",
    description="PostgreSQL's certificate and host are verified (loopback hosts are exempt).",
    severity=Severity.MEDIUM,
    reads=(_PROVIDER, _POSTGRESQL),
    steps="Write sslmode verify-full, and the CA's path as `sslrootcert`.",
    url="https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION",
)
def postgresql_tls_verified(resource: Resource, given: Settings) -> Iterator[str]:
    """No sslmode that takes any certificate, or one of any host."""
    props = resource.props
    if resource.type == _POSTGRESQL and props.get("scheme", "postgres") == "gcppostgres":
        return  # Cloud SQL's connector has certificates of its own
    mode, host = _mode(resource)
    if mode in _UNVERIFIED_MODES and not is_loopback(host):
        what = "any certificate" if mode == "require" else "a certificate of any host"
        yield f"sslmode={mode} takes {what} for {host}'s: write sslmode verify-full"


RULES: Final[tuple[ResourceRule, ...]] = (
    rabbitmq_tls_only,
    rabbitmq_tls_verified,
    redis_tls_only,
    postgresql_tls_only,
    postgresql_tls_verified,
)
