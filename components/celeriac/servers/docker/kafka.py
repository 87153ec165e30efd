"""Kafka in a container."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Unpack

from celeriac.servers.docker.server import LOOPBACK, Common, DockerServer, File, listens
from celeriac.servers.existing_kafka import KafkaServer

if TYPE_CHECKING:
    import pulumi

    from celeriac.servers.docker.engine import DockerEngine

ADMINISTRATOR = "celeriac"
PORT = 9092
DATA = "/var/lib/kafka/data"
CONFIGURATION, FORMAT, START = (
    "/etc/celeriac/kafka.properties",
    "/etc/celeriac/kafka-format.options",
    "/etc/celeriac/start",
)
_USER = 1000
"""Kafka's user in the image."""

# Who logs in to CLIENTS is a user with SCRAM; the node speaks to itself on the container's own
# loopback, where nobody else is.
_CONFIGURATION = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:19093
listeners=CLIENTS://:{inside},INTERNAL://127.0.0.1:19092,CONTROLLER://127.0.0.1:19093
advertised.listeners=CLIENTS://127.0.0.1:{port},INTERNAL://127.0.0.1:19092
listener.security.protocol.map=CLIENTS:SASL_PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=INTERNAL
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.clients.scram-sha-512.sasl.jaas.config={scram} required;
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:{user};User:ANONYMOUS
allow.everyone.if.no.acl.found=false
auto.create.topics.enable=false
log.dirs={data}/log
default.replication.factor=1
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
"""
_START = """\
#!/bin/bash
# An empty volume gets the administrator. The password is in no argument: Java reads the file.
set -euo pipefail
if [ ! -f {data}/log/meta.properties ]; then
  java -cp '/opt/kafka/libs/*' @{format}
fi
exec /opt/kafka/bin/kafka-server-start.sh {configuration}
"""


class KafkaContainer(DockerServer):
    """A Kafka of one node, with users and access control lists.

    Clients are told that it is at 127.0.0.1, so it serves who runs on this host.

    Args:
        name: the component's name.
        engine: where.
        image: the image apache/kafka of Kafka 4.
        memory: MiB of the container; half of it is the heap.
        port: port on the host's loopback.
        common: see `Common`.
    """

    def __init__(
        self,
        name: str,
        *,
        engine: DockerEngine,
        image: str,
        memory: int = 1024,
        port: int = PORT,
        **common: Unpack[Common],
    ) -> None:
        super().__init__(
            "KafkaContainer",
            name,
            engine=engine,
            image=image,
            memory=memory,
            props={},
            common=common,
        )
        password = self._administrators_password()
        volume = self._volume()
        heap = memory // 2
        start = _START.format(data=DATA, format=FORMAT, configuration=CONFIGURATION)
        container = self._container(
            check=listens(PORT),
            ports={port: PORT},
            files=[
                File(START, start, program=True),
                File(CONFIGURATION, _configuration(port)),
                File(FORMAT, _format_options(name, password), secret=True, owner=_USER),
            ],
            environment={"KAFKA_HEAP_OPTS": f"-Xms{heap}m -Xmx{heap}m"},
            command=["bash", START],
            data=(volume, DATA),
        )
        self.server = KafkaServer(
            name,
            host=LOOPBACK,
            port=port,
            tls=False,
            username=ADMINISTRATOR,
            password=password,
            **self._connection([container], volume),
        )
        self.register_outputs({})


def _configuration(port: int) -> str:
    return _CONFIGURATION.format(
        inside=PORT,
        port=port,
        scram="org.apache.kafka.common.security.scram.ScramLoginModule",
        user=ADMINISTRATOR,
        data=DATA,
    )


def _format_options(name: str, password: pulumi.Output[str]) -> pulumi.Output[str]:
    """The arguments that make an empty log with the administrator in it."""

    def written(known: str) -> str:
        user = f"SCRAM-SHA-512=[name={ADMINISTRATOR},password={known}]"
        words = ["kafka.tools.StorageTool", "format", "-t", _cluster(name), "-c", CONFIGURATION]
        quoted = (word.replace("\\", "\\\\").replace('"', '\\"') for word in [*words, "-S", user])
        return "".join(f'"{word}"\n' for word in quoted)

    return password.apply(written)


def _cluster(name: str) -> str:
    """The cluster's id, which is the same at each `up`; its first bit keeps a hyphen away."""
    first, *rest = hashlib.sha256(f"celeriac:{name}".encode()).digest()[:16]
    return base64.urlsafe_b64encode(bytes([first & 0x7F, *rest])).decode().rstrip("=")
