"""Redis or Valkey in a container."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal, Unpack

from celeriac.servers.docker.server import LOOPBACK, Check, Common, DockerServer, File
from celeriac.servers.existing import RedisServer

if TYPE_CHECKING:
    import pulumi

    from celeriac.servers.docker.engine import DockerEngine

PORT = 6379
DATA = "/data"
CONFIGURATION = "/usr/local/etc/redis/redis.conf"
ADMINISTRATOR = "/usr/local/etc/redis/administrator.acl"
START = "/usr/local/bin/celeriac-start"

_CONFIGURATION = """\
port {port}
dir /data
appendonly yes
maxmemory {maxmemory}mb
maxmemory-policy noeviction
aclfile /data/users.acl
"""
USERS = """\
#!/bin/sh
# The administrator is the stack file's; the apps' users stay as they are.
set -eu
umask 077
users=/data/users.acl
touch "$users"
{ cat /usr/local/etc/redis/administrator.acl; grep -v '^user default ' "$users" || true; } \\
  >"$users.new"
mv "$users.new" "$users"
"""
_START = f"""\
{USERS}exec docker-entrypoint.sh "$@"
"""
"""The image's entry point gives the files to the server's own user and becomes it."""


class RedisContainer(DockerServer):
    """A Redis or a Valkey that evicts nothing and writes each task to its disk.

    Args:
        name: the component's name.
        engine: where.
        image: an image of Redis 7 or later, or of Valkey.
        memory: MiB of the container. From three quarters of it on, Redis refuses what is sent.
        port: port on the host's loopback.
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
        kind: Literal["redis", "valkey"] = "redis",
        **common: Unpack[Common],
    ) -> None:
        super().__init__(
            "RedisContainer",
            name,
            engine=engine,
            image=image,
            memory=memory,
            props={"engine": kind},
            common=common,
        )
        password = self._administrators_password()
        volume = self._volume()
        container = self._container(
            check=answers(kind, PORT),
            ports={port: PORT},
            files=[
                File(START, _START, program=True),
                File(CONFIGURATION, configuration(memory, PORT)),
                administrator(password),
            ],
            command=["sh", START, f"{kind}-server", CONFIGURATION],
            data=(volume, DATA),
        )
        self.server = RedisServer(
            name,
            host=LOOPBACK,
            port=port,
            tls=False,
            password=password,
            via=common.get("via"),
            **self._connection([container], volume),
        )
        self.register_outputs({})


def configuration(memory: int, port: int) -> str:
    """redis.conf. The rest of the memory is for what a rewrite of the append-only file copies."""
    return _CONFIGURATION.format(port=port, maxmemory=memory * 3 // 4)


def administrator(password: pulumi.Output[str]) -> File:
    """The default user, as a line of the ACL file: a hash, from which nobody logs in."""
    line = password.apply(
        lambda known: f"user default on #{hashlib.sha256(known.encode()).hexdigest()} ~* &* +@all\n"
    )
    return File(ADMINISTRATOR, line, secret=True)


def answers(kind: str, port: int) -> Check:
    """That it answers, be it that one has to log in; not while it still reads its data."""
    return Check(command=["sh", "-c", f"{kind}-cli -p {port} ping | grep -q -e PONG -e NOAUTH"])
