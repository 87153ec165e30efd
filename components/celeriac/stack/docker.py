"""Servers that are made with Docker. Imports pulumi_docker, as `aws` does pulumi_aws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from celeriac import docker
from celeriac.settings import (
    ElasticsearchServer,
    KafkaServer,
    MemcachedServer,
    MongodbServer,
    MysqlContainers,
    MysqlServer,
    PostgresqlServer,
    RabbitmqContainers,
    RabbitmqServer,
    RedisContainers,
    RedisServer,
    SqsServer,
)
from celeriac.settings.docker import server_port

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from celeriac.settings import AnyServer


def make_servers(
    entries: Mapping[str, AnyServer], owner: str | None
) -> dict[str, pulumi.ComponentResource]:
    """Make every server in Docker, whether or not an app is on it: the stack file says that it is.

    Each is given as the server of platform existing that it is, too, from here on.
    """
    found: dict[str, pulumi.ComponentResource] = {}
    engine: docker.DockerEngine | None = None
    for name, entry in entries.items():
        containers = getattr(entry, "containers", None)
        if containers is None:
            continue
        if engine is None:
            shared = containers.docker
            engine = docker.DockerEngine(host=shared.host, network=shared.network, owner=owner)
        common: dict[str, Any] = {
            "engine": engine,
            "image": containers.image,
            "memory": containers.memory,
            "keep_volume": containers.keep_volume,
            "password": getattr(entry, "password", None),
            "via": getattr(entry, "via", None),
            "timeout": getattr(entry, "timeout", None),
            "owner": owner,
        }
        found[name] = _server(entry, common)
    return found


def _server(entry: AnyServer, common: dict[str, Any]) -> pulumi.ComponentResource:
    containers = getattr(entry, "containers", None)
    if isinstance(entry, RabbitmqServer):
        assert isinstance(containers, RabbitmqContainers)  # noqa: S101 - read together
        return docker.RabbitMQContainers(
            entry.name,
            port=entry.port,
            management_port=containers.management_port,
            nodes=containers.nodes,
            **common,
        ).server
    if isinstance(entry, RedisServer):
        assert isinstance(containers, RedisContainers)  # noqa: S101 - read together
        common |= {"kind": containers.engine, "port": containers.node_port}
        if containers.sentinel_port is None:
            return docker.RedisContainer(entry.name, **common).server
        return docker.RedisSentinelContainers(
            entry.name, sentinel_port=containers.sentinel_port, **common
        ).server
    if isinstance(entry, MysqlServer):
        assert isinstance(containers, MysqlContainers)  # noqa: S101 - read together
        return docker.MySQLContainer(
            entry.name, kind=containers.engine, port=entry.port, **common
        ).server
    if isinstance(entry, PostgresqlServer):
        return docker.PostgreSQLContainer(entry.name, port=entry.port, **common).server
    if isinstance(entry, MongodbServer):
        return docker.MongoDBContainer(entry.name, port=entry.servers[0][1], **common).server
    if isinstance(entry, ElasticsearchServer):
        return docker.ElasticsearchContainer(entry.name, port=entry.port, **common).server
    if isinstance(entry, MemcachedServer):
        return docker.MemcachedContainer(
            entry.name,
            port=entry.servers[0][1],
            max_item_size=entry.max_item_size,
            **common,
        ).server
    if isinstance(entry, KafkaServer):
        return docker.KafkaContainer(entry.name, port=entry.port, **common).server
    assert isinstance(entry, SqsServer)  # noqa: S101 - there is no other
    return docker.ElasticMQContainer(entry.name, port=server_port(entry), **common).server
