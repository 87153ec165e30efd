"""What a container offers to the network and what it asks of it: nothing in clear."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from celeriac_policies.resource import Resource
from celeriac_policies.rule import Changes, ResourceRule, Settings, Severity, resource_rule
from celeriac_policies.servers.containers import CONTAINER, CONTAINERS, SERVICE, Container
from celeriac_policies.servers.hosts import EVERYWHERE, is_loopback, parts
from celeriac_policies.values import Items, Properties, plain


@dataclass(frozen=True)
class _Protocol:
    """What is spoken on a port of a server.

    Args:
        title: its name.
        encrypted: what says, among arguments, files and variables, that TLS is spoken there.
    """

    title: str
    encrypted: str = "(?!)"  # nothing


_PROTOCOLS: Final = {
    4369: _Protocol("Erlang's port mapper"),
    5672: _Protocol("AMQP in clear"),
    15672: _Protocol("RabbitMQ's management in clear"),
    25672: _Protocol("Erlang's distribution, which runs any code,"),
    6379: _Protocol("Redis", r"tls-port[ =]6379\b"),
    5432: _Protocol("PostgreSQL", r"\bssl=(on|true|1|yes)\b"),
    3306: _Protocol("MySQL", r"require[-_]secure[-_]transport(=(on|true|1))?(?!\S)"),
    27017: _Protocol("MongoDB", r"--tlsMode[ =]requireTLS\b"),
    11211: _Protocol("Memcached", r"--enable-ssl\b"),
    9200: _Protocol("Elasticsearch", r"xpack\.security\.http\.ssl\.enabled=true\b"),
    9092: _Protocol("Kafka", r"\bLISTENER\w*=\S*SSL://"),
}

_BY_IMAGE: Final = {
    "RabbitMQ": (5672, 15672),
    "Redis": (6379,),
    "Valkey": (6379,),
    "PostgreSQL": (5432,),
    "MySQL": (3306,),
    "MariaDB": (3306,),
    "MongoDB": (27017,),
    "Memcached": (11211,),
    "Elasticsearch": (9200,),
    "Kafka": (9092,),
}
"""The ports of an image, all of which the host has where nothing is between."""

_CLEAR: Final = re.compile(r"\b(?:pyamqp|librabbitmq|amqp|redis)://[^\s\"']+")
"""URLs of Celery's brokers and result backends without TLS."""


def _said(container: Container) -> str:
    """All that a server is told, as one text."""
    variables = (f"{name}={value}" for name, value in container.environment.items())
    return " ".join([*container.arguments, *container.files.values(), *variables])


def _is_clear(container: Container, port: int) -> bool:
    protocol = _PROTOCOLS.get(port)
    return protocol is not None and not re.search(
        protocol.encrypted, _said(container), re.IGNORECASE
    )


def _on_loopback(resource: Resource, given: Settings) -> Changes:
    """Only the ports that would be open; a swarm's cannot be bound to an address."""
    if resource.type != CONTAINER:
        return {}
    container = Container.of(resource)
    found = [plain(port) for port in resource.props.items_of("ports")]
    mended = [
        {**port, "ip": "127.0.0.1"}
        if str(port.get("ip") or "") in EVERYWHERE and _is_clear(container, int(port["internal"]))
        else port
        for port in found
    ]
    return {"ports": mended} if mended != found else {}


@resource_rule(
    name="docker-ports-tls",
    description="No server in a container listens on all interfaces without TLS.",
    severity=Severity.CRITICAL,
    reads=CONTAINERS,
    steps="Publish the port on 127.0.0.1, use a Docker network, or publish the port with TLS.",
    url="https://docs.docker.com/engine/network/port-publishing/",
    mend=_on_loopback,
)
def ports_tls(resource: Resource, given: Settings) -> Iterator[str]:
    """Docker's rules come before the host's firewall: a published port is open to the world."""
    container = Container.of(resource)
    for port in container.ports:
        if port.address in EVERYWHERE and _is_clear(container, port.internal):
            yield (
                f"{_PROTOCOLS[port.internal].title} (port {port.internal}) is published on all "
                f"interfaces, past the host's firewall: write ip 127.0.0.1, or publish a port "
                f"with TLS"
            )
    if resource.type == SERVICE:
        return
    for key, means in (("networkMode", "host"), ("publishAllPorts", True)):
        if resource.props.get(key) != means:
            continue
        software = container.software
        for number in _BY_IMAGE.get(software.title, ()) if software else ():
            if _is_clear(container, number):
                yield (
                    f"{key} is {str(means).lower()}, so {_PROTOCOLS[number].title} (port "
                    f"{number}) is on all interfaces: use a Docker network"
                )


@resource_rule(
    name="docker-urls-tls",
    description="Celery in a container talks to servers on other hosts over TLS.",
    severity=Severity.HIGH,
    reads=CONTAINERS,
    steps="Write amqps:// and rediss://; for Redis ssl_cert_reqs=required too.",
    url="https://docs.celeryq.dev/en/stable/userguide/configuration.html#broker-use-ssl",
)
def urls_tls(resource: Resource, given: Settings) -> Iterator[str]:
    """A host without a dot is on the same Docker network, and loopback is this machine."""
    for name, value in Container.of(resource).environment.items():
        for url in _CLEAR.findall(value):
            found = parts(url)
            host = (found.hostname if found else None) or ""
            if "." in host and not is_loopback(host):
                yield (
                    f"{name} talks to {host} in clear ({url.partition(':')[0]}://): write "
                    f"amqps:// or rediss://"
                )


_UNVERIFIED: Final = re.compile(
    r"ssl_cert_reqs=(none|optional|CERT_NONE|CERT_OPTIONAL)", re.IGNORECASE
)


@resource_rule(
    name="celery-tls-verified",
    description="Celery verifies the certificates of its broker and result backend.",
    severity=Severity.HIGH,
    reads=("celeriac:index:CeleryApp", *CONTAINERS),
    steps="Write ssl_cert_reqs=required in rediss:// URLs, cert_reqs ssl.CERT_REQUIRED for AMQP.",
    url="https://docs.celeryq.dev/en/stable/userguide/configuration.html#redis-backend-use-ssl",
)
def tls_verified(resource: Resource, given: Settings) -> Iterator[str]:
    """Without it TLS only hides from whom the password is given to."""
    if resource.type in CONTAINERS:
        for name, value in Container.of(resource).environment.items():
            for mode in _UNVERIFIED.findall(value):
                yield f"{name} has ssl_cert_reqs={mode}, which lets anybody answer: write required"
        return
    settings = resource.props.document("settings")
    for option in ("broker_use_ssl", "redis_backend_use_ssl"):
        for key, how in _options(settings, option):
            if key in {"cert_reqs", "ssl_cert_reqs"} and how not in (2, "required"):
                yield f"{option} has {key} {how}, which lets anybody answer: write required"


def _options(settings: Properties, name: str) -> Iterator[tuple[str, object]]:
    found = settings.get(name)
    if isinstance(found, Properties):
        yield from ((key, value) for key, value in found.items() if not isinstance(value, Items))


RULES: Final[tuple[ResourceRule, ...]] = (ports_tls, urls_tls, tls_verified)
