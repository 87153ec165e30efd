"""Redis or Valkey with Sentinel: a primary, a replica and three sentinels on one machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Unpack

import pulumi

from celeriac.contract import RedisSentinels
from celeriac.servers.docker.redis import (
    CONFIGURATION,
    DATA,
    PORT,
    START,
    USERS,
    administrator,
    answers,
    configuration,
)
from celeriac.servers.docker.server import LOOPBACK, Check, Common, DockerServer, File
from celeriac.servers.existing import RedisServer

if TYPE_CHECKING:
    import pulumi_docker as docker

    from celeriac.servers.docker.engine import DockerEngine

SENTINEL = 26379
SENTINELS = 3
"""The fewest of which one may be lost."""
QUORUM = 2
MASTER = "celeriac"
"""What the sentinels call the primary."""
SMALL = 64
"""MiB of a sentinel, and of the container that holds the network."""

_NODE = """\
replica-announce-ip 127.0.0.1
masterauth {password}
"""
_START_NODE = """\
{users}# Its role is what the sentinels last made of it, all else is the stack file's.
state={state}
role='{role}'
if [ -f "$state" ]; then role=$(grep '^replicaof ' "$state" || true); fi
{{ cat "$2"; echo "$role"; }} >"$state.new"
mv "$state.new" "$state"
exec docker-entrypoint.sh "$1" "$state"
"""
_SENTINEL = """\
port {port}
dir /data
requirepass {sentinel_password}
sentinel auth-pass {master} {password}
sentinel down-after-milliseconds {master} 5000
sentinel failover-timeout {master} 30000
"""
_START_SENTINEL = """\
#!/bin/sh
# What it knows of nodes and other sentinels is its own, all else is the stack file's.
set -eu
umask 077
state={state}
touch "$state"
monitor=$(grep '^sentinel monitor ' "$state" || echo '{monitor}')
own='myid|config-epoch|leader-epoch|current-epoch|known-replica|known-sentinel'
{{ echo "$monitor"; cat "$2"; grep -E "^sentinel ($own) " "$state" || true; }} >"$state.new"
mv "$state.new" "$state"
exec docker-entrypoint.sh "$1" "$state" --sentinel
"""


class RedisSentinelContainers(DockerServer):
    """A primary, a replica and three sentinels; clients ask these who the primary is.

    All share the network of one container that does nothing else. So an address means the same
    inside, where sentinels watch the nodes, and on the host, where clients get it from them; on
    Docker Desktop the host has no other way in.

    Args:
        name: the component's name.
        engine: where.
        image: an image of Redis 7 or later, or of Valkey.
        memory: MiB of each of the two nodes.
        port: port of the first node; the second has the next.
        sentinel_port: port of the first sentinel; the others have those that follow.
        kind: `redis` or `valkey`: the name of the programs in the image.
        common: see `Common`.
    """

    def __init__(
        self,
        name: str,
        *,
        engine: DockerEngine,
        image: str,
        memory: int = 512,
        port: int = PORT,
        sentinel_port: int = SENTINEL,
        kind: Literal["redis", "valkey"] = "redis",
        **common: Unpack[Common],
    ) -> None:
        super().__init__(
            "RedisSentinelContainers",
            name,
            engine=engine,
            image=image,
            memory=memory,
            props={"engine": kind, "sentinels": SENTINELS},
            common=common,
        )
        self._programs, self._ports = kind, (port, port + 1)
        self._password = self._administrators_password()
        # Apps get it too: it opens the sentinels, and not the nodes.
        self._sentinels_password = self._generated(f"{name}-sentinels")
        ports = [*self._ports, *(sentinel_port + number for number in range(SENTINELS))]
        self._network = self._container(
            "net",
            command=["sleep", "infinity"],
            check=Check(command=["true"]),
            ports={one: one for one in ports},
            memory=SMALL,
        )
        volume, primary = self._node(1)
        _, replica = self._node(2, after=[primary])
        sentinels = [
            self._sentinel(number, sentinel_port + number - 1, after=[primary, replica])
            for number in range(1, SENTINELS + 1)
        ]
        self.server = RedisServer(
            name,
            form=RedisSentinels(
                hosts=tuple((LOOPBACK, sentinel_port + number) for number in range(SENTINELS)),
                master_name=MASTER,
            ),
            sentinel_password=self._sentinels_password,
            tls=False,
            password=self._password,
            **self._connection([primary, replica, *sentinels], volume),
        )
        self.register_outputs({})

    def _node(
        self, number: int, after: list[docker.Container] | None = None
    ) -> tuple[docker.Volume, docker.Container]:
        """The primary to begin with, or its replica."""
        port = self._ports[number - 1]
        role = "" if number == 1 else f"replicaof {LOOPBACK} {self._ports[0]}"
        start = _START_NODE.format(users=USERS, state=self._state("node"), role=role)
        text = configuration(self._megabytes, port)
        whole = self._password.apply(lambda known: text + _NODE.format(password=_quoted(known)))
        volume = self._volume(str(number))
        container = self._container(
            str(number),
            check=answers(self._programs, port),
            ports={},
            files=[
                File(START, start, program=True),
                File(CONFIGURATION, whole, secret=True),
                administrator(self._password),
            ],
            command=["sh", START, f"{self._programs}-server", CONFIGURATION],
            data=(volume, DATA),
            inside=self._network,
            after=after or [],
        )
        return volume, container

    def _sentinel(self, number: int, port: int, after: list[docker.Container]) -> docker.Container:
        monitor = f"sentinel monitor {MASTER} {LOOPBACK} {self._ports[0]} {QUORUM}"
        start = _START_SENTINEL.format(state=self._state("sentinel"), monitor=monitor)
        both = pulumi.Output.all(self._password, self._sentinels_password)
        text = both.apply(
            lambda known: _SENTINEL.format(
                port=port,
                master=MASTER,
                password=_quoted(known[0]),
                sentinel_password=_quoted(known[1]),
            )
        )
        return self._container(
            f"sentinel-{number}",
            check=answers(self._programs, port),
            ports={},
            files=[
                File(START, start, program=True),
                File("/usr/local/etc/redis/sentinel.conf", text, secret=True),
            ],
            command=[
                *("sh", START, f"{self._programs}-server"),
                "/usr/local/etc/redis/sentinel.conf",
            ],
            data=(self._volume(f"sentinel-{number}"), DATA),
            memory=SMALL,
            inside=self._network,
            after=after,
        )

    def _state(self, what: str) -> str:
        """A file on the volume. With other ports, what was known of the old ones is no use."""
        return f"{DATA}/{what}-{self._ports[0]}-{self._ports[1]}.conf"


def _quoted(text: str) -> str:
    """A word of a configuration file of Redis."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
