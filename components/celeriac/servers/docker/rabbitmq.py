"""RabbitMQ in a container, or a cluster of it in three."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Literal, Unpack

from celeriac.contract import Failover
from celeriac.servers.docker.server import LOOPBACK, Common, DockerServer, File, listens
from celeriac.servers.existing import RabbitMQServer

if TYPE_CHECKING:
    import pulumi_docker as docker

    from celeriac.servers.docker.engine import DockerEngine

ADMINISTRATOR = "celeriac"
AMQP, MANAGEMENT = 5672, 15672
DATA = "/var/lib/rabbitmq"
CONFIGURATION = "/etc/rabbitmq/conf.d/20-celeriac.conf"
DEFINITIONS = f"{DATA}/celeriac-definitions.json"
"""Beside the data, which the image's entry point gives to RabbitMQ's own user."""
_MIB = 2**20

_CONFIGURATION = """\
load_definitions = {definitions}
vm_memory_high_watermark.absolute = {watermark}
disk_free_limit.absolute = {disk}
"""
_CLUSTER = """\
cluster_formation.peer_discovery_backend = classic_config
cluster_formation.discovery_retry_limit = 60
cluster_formation.discovery_retry_interval = 1000
cluster_partition_handling = pause_minority
"""


class RabbitMQContainers(DockerServer):
    """A RabbitMQ with its management plugin, or three that share quorum queues.

    The nodes of a cluster are made one after another, and so is what a change makes anew: two of
    three are always there.

    Args:
        name: the component's name.
        engine: where.
        image: an image of RabbitMQ 4 with the management plugin.
        memory: MiB of each node. It takes no messages above 60 percent of it, or where the disk
            has less free than that.
        port: AMQP port of the first node; the others have those that follow.
        management_port: port of its management API; the same.
        nodes: 1 or 3.
        common: see `Common`.
    """

    def __init__(
        self,
        name: str,
        *,
        engine: DockerEngine,
        image: str,
        memory: int = 1024,
        port: int = AMQP,
        management_port: int = MANAGEMENT,
        nodes: Literal[1, 3] = 1,
        **common: Unpack[Common],
    ) -> None:
        super().__init__(
            "RabbitMQContainers",
            name,
            engine=engine,
            image=image,
            memory=memory,
            props={"nodes": nodes},
            common=common,
        )
        password = self._administrators_password()
        parts = [()] if nodes == 1 else [(str(n + 1),) for n in range(nodes)]
        hosts = [engine.named(name, *part) for part in parts]
        files = [
            File(DEFINITIONS, password.apply(lambda known: _definitions(name, known)), secret=True),
        ]
        if nodes > 1:
            cookie = self._generated(f"{name}-cookie")
            files.append(File(f"{DATA}/.erlang.cookie", cookie, secret=True))
        containers: list[docker.Container] = []
        volumes = [self._volume(*part) for part in parts]
        for number, part in enumerate(parts):
            containers.append(
                self._container(
                    *part,
                    # rabbitmq-diagnostics would start a virtual machine each time. AMQP is the
                    # last port that RabbitMQ opens.
                    check=listens(AMQP),
                    ports={port + number: AMQP, management_port + number: MANAGEMENT},
                    files=[
                        # It joins those that are there; to look for others would be to wait.
                        File(CONFIGURATION, _configuration(memory, hosts[: number + 1], nodes)),
                        *files,
                    ],
                    data=(volumes[number], DATA),
                    after=containers[-1:],
                )
            )
        others = tuple((LOOPBACK, port + number) for number in range(1, nodes))
        self.server = RabbitMQServer(
            name,
            management=f"http://{LOOPBACK}:{management_port}",
            host=LOOPBACK,
            port=port,
            tls=False,
            failover=Failover(others=others) if others else None,
            username=ADMINISTRATOR,
            password=password,
            via=common.get("via"),
            **self._connection(containers, volumes[0]),
        )
        self.register_outputs({})


def _configuration(memory: int, hosts: list[str], nodes: int) -> str:
    """rabbitmq.conf of a node; `hosts` are its own and those of the nodes before it."""
    watermark = memory * _MIB * 6 // 10
    text = _CONFIGURATION.format(definitions=DEFINITIONS, watermark=watermark, disk=watermark)
    if nodes > 1:
        text += _CLUSTER
        for number, host in enumerate(hosts, 1):
            text += f"cluster_formation.classic_config.nodes.{number} = rabbit@{host}\n"
    return text


def _definitions(name: str, password: str) -> str:
    """The administrator, and nobody else: with definitions RabbitMQ makes no guest.

    They are read at each start, so that another password in the stack file is one in the server.
    """
    definitions = {
        "users": [
            {
                "name": ADMINISTRATOR,
                "password_hash": _hash(name, password),
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": ["administrator"],
            }
        ],
        "vhosts": [{"name": "/"}],
        "permissions": [
            {"user": ADMINISTRATOR, "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"}
        ],
    }
    return json.dumps(definitions, indent=1)


def _hash(name: str, password: str) -> str:
    """https://www.rabbitmq.com/docs/passwords#this-is-the-algorithm.

    With a salt that is the same at each `up`: another one would be another container.
    """
    salt = hashlib.sha256(f"celeriac:{name}".encode()).digest()[:4]
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
