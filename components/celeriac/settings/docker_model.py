"""What servers on platform docker run in, as typed objects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NODES = 3
"""Of a cluster of RabbitMQ, and of sentinels: the fewest of which one may be lost."""


@dataclass(frozen=True, kw_only=True)
class Docker:
    """celeriac:docker: what all servers on platform docker share."""

    host: str | None = None
    """The engine: `unix:///…`, `npipe:////…` or `ssh://user@host`. Default: DOCKER_HOST, or the
    local engine's own socket."""
    network: str | None = None
    """Name of the private network. Default: of project and stack."""


@dataclass(frozen=True, kw_only=True)
class Containers:
    """What a server runs in: a container, or several, of one image."""

    docker: Docker
    """Where."""
    image: str
    """The image, with its version."""
    memory: int
    """MiB that a container may take."""
    keep_volume: bool = True
    """Whether `destroy` leaves the data where it is."""


@dataclass(frozen=True, kw_only=True)
class RabbitmqContainers(Containers):
    """A RabbitMQ, or a cluster of three; further nodes have the ports that follow."""

    nodes: Literal[1, 3] = 1
    """How many."""
    management_port: int = 15672
    """Port of the management API, on the host's loopback."""


@dataclass(frozen=True, kw_only=True)
class RedisContainers(Containers):
    """A Redis or a Valkey, or a primary, a replica and three sentinels."""

    engine: Literal["redis", "valkey"] = "redis"
    """Which of the two."""
    sentinel_port: int | None = None
    """Port of the first sentinel, the others follow; None where there are none."""
    node_port: int = 6379
    """Port of the first node; with sentinels, the replica has the next."""


@dataclass(frozen=True, kw_only=True)
class MysqlContainers(Containers):
    """A MySQL or a MariaDB."""

    engine: Literal["mysql", "mariadb"] = "mysql"
    """Which of the two."""


def ports_of(containers: Containers, port: int) -> tuple[int, ...]:
    """All ports of the host's loopback that a server takes; `port` is its own."""
    if isinstance(containers, RabbitmqContainers):
        more = range(containers.nodes)
        return (*(port + n for n in more), *(containers.management_port + n for n in more))
    if isinstance(containers, RedisContainers) and containers.sentinel_port is not None:
        sentinels = (containers.sentinel_port + n for n in range(NODES))
        return (containers.node_port, containers.node_port + 1, *sentinels)
    return (port,)
