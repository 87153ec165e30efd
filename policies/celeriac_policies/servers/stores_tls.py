"""TLS only for Kafka, MySQL, MongoDB and Elasticsearch, and a private place for memcached.

Hosts that only this machine reaches are exempt: nobody is on the way to them.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qs

from celeriac_policies.resource import Resource
from celeriac_policies.rule import ResourceRule, Settings, Severity, resource_rule
from celeriac_policies.servers.hosts import is_loopback

_PROVIDER: Final = "pulumi:providers:celeriac"
_KAFKA: Final = "celeriac:index:KafkaServer"
_MYSQL: Final = "celeriac:index:MySQLServer"
_MONGODB: Final = "celeriac:index:MongoDBServer"
_ELASTICSEARCH: Final = "celeriac:index:ElasticsearchServer"
_MEMCACHED: Final = "celeriac:index:MemcachedServers"


def _host(server: str) -> str:
    """The host of `host:port`, brackets of an IPv6 address taken off."""
    host, colon, port = server.rpartition(":")
    return (host if colon and port.isdigit() else server).strip("[]")


def _far(servers: str) -> list[str]:
    """Of `host:port,host:port`, the hosts that more than this machine reaches."""
    hosts = [_host(server) for server in servers.split(",") if server]
    return [host for host in hosts if not is_loopback(host)]


def _off(hosts: list[str]) -> Iterator[str]:
    """Of a server component that apps talk to in clear."""
    if hosts:
        yield (
            f"tls is off for {', '.join(hosts)}: everybody on the way reads passwords, tasks and "
            f"results: take `tls: off` (tls=False) away and write a port with TLS"
        )


def _endpoint(resource: Resource) -> tuple[str, list[str], dict[str, list[str]]]:
    """Scheme, hosts on a network and query of an endpoint, which may have several hosts."""
    scheme, _, rest = str(resource.props.get("endpoint", "")).partition("://")
    where, _, query = rest.partition("?")
    return scheme, _far(where.partition("/")[0].rpartition("@")[2]), parse_qs(query)


@resource_rule(
    name="kafka-tls-only",
    description="Apps and administrators talk to Kafka over TLS (loopback hosts are exempt).",
    severity=Severity.HIGH,
    reads=(_KAFKA, _PROVIDER),
    steps="Give Kafka a listener of SASL_SSL, and connect to its port.",
    url="https://kafka.apache.org/documentation/#security_ssl",
)
def kafka_tls_only(resource: Resource, given: Settings) -> Iterator[str]:
    """SCRAM keeps the password from who listens, and nothing keeps the tasks."""
    scheme, hosts, _ = _endpoint(resource)
    if resource.type == _KAFKA:
        if not resource.props.get("tls", True):
            yield from _off(hosts)
    elif scheme == "kafka" and hosts:
        yield f"kafka://{hosts[0]} is in clear: write kafka+ssl:// and a port of SASL_SSL"


@resource_rule(
    name="mysql-tls-only",
    description="Apps and administrators talk to MySQL over TLS (loopback hosts are exempt).",
    severity=Severity.HIGH,
    reads=(_MYSQL, _PROVIDER),
    steps="Turn TLS on in MySQL or MariaDB, and connect with ssl-mode=VERIFY_IDENTITY.",
    url="https://dev.mysql.com/doc/refman/8.4/en/using-encrypted-connections.html",
)
def mysql_tls_only(resource: Resource, given: Settings) -> Iterator[str]:
    """The provider verifies the certificate unless it is told to talk in clear."""
    scheme, hosts, query = _endpoint(resource)
    if resource.type == _MYSQL:
        if not resource.props.get("tls", True):
            yield from _off(hosts)
    elif scheme == "mysql" and hosts and query.get("ssl-mode") == ["DISABLED"]:
        yield (
            f"ssl-mode=DISABLED talks to {hosts[0]} in clear: take it away, so that the "
            f"certificate is verified (VERIFY_IDENTITY)"
        )


@resource_rule(
    name="mongodb-tls-only",
    description="Apps and administrators talk to MongoDB over TLS (loopback hosts are exempt).",
    severity=Severity.HIGH,
    reads=(_MONGODB, _PROVIDER),
    steps="Set net.tls.mode to requireTLS in MongoDB, and connect with tls=true.",
    url="https://www.mongodb.com/docs/manual/tutorial/configure-ssl/",
)
def mongodb_tls_only(resource: Resource, given: Settings) -> Iterator[str]:
    """Of every member of a replica set."""
    if resource.type == _MONGODB:
        if not resource.props.get("tls", True):
            yield from _off(_far(str(resource.props.get("hosts", ""))))
        return
    scheme, hosts, query = _endpoint(resource)
    if scheme == "mongodb" and hosts and query.get("tls") == ["false"]:
        yield f"tls=false talks to {', '.join(hosts)} in clear: write tls=true"


@resource_rule(
    name="elasticsearch-tls-only",
    description="Apps and administrators talk to Elasticsearch over TLS (loopback is exempt).",
    severity=Severity.HIGH,
    reads=(_ELASTICSEARCH,),
    steps="Set xpack.security.http.ssl.enabled in Elasticsearch, and connect with https://.",
    url="https://www.elastic.co/guide/en/elasticsearch/reference/8.19/security-basic-setup-https.html",
)
def elasticsearch_tls_only(resource: Resource, given: Settings) -> Iterator[str]:
    """Its provider has the same endpoint, so it is said once."""
    _, hosts, _ = _endpoint(resource)
    if not resource.props.get("tls", True):
        yield from _off(hosts)


@resource_rule(
    name="memcached-private",
    description="Memcached has no public address: it has neither users nor, with Celery, TLS.",
    severity=Severity.CRITICAL,
    reads=(_MEMCACHED,),
    steps="Put memcached on a private network of the apps alone, and write its address there.",
    url="https://docs.memcached.org/features/tls/",
)
def memcached_private(resource: Resource, given: Settings) -> Iterator[str]:
    """Names are not resolved, so an address alone is judged."""
    for server in resource.props.items_of("servers"):
        host = _host(str(server))
        try:
            public = ipaddress.ip_address(host).is_global
        except ValueError:
            continue
        if public:
            yield (
                f"{host} is a public address, and whoever reaches a memcached reads, forges and "
                f"deletes results: write an address on a private network"
            )


RULES: Final[tuple[ResourceRule, ...]] = (
    kafka_tls_only,
    mysql_tls_only,
    mongodb_tls_only,
    elasticsearch_tls_only,
    memcached_private,
)
