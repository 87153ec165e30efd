"""ElasticMQ in a container: a server with the interface of SQS, which is not SQS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from celeriac.servers.docker.server import LOOPBACK, Check, Common, DockerServer, File
from celeriac.servers.existing_sqs import SQSEndpoint

if TYPE_CHECKING:
    from celeriac.servers.docker.engine import DockerEngine

PORT = 9324
REGION = "elasticmq"
ANY_KEY = "celeriac"
"""ElasticMQ takes any access key, and SQS's clients send none without one."""
WITHOUT = ("encryptionAtRest", "tlsOnly", "foreignAccountsDenied", "redriveAllow")
"""It encrypts nothing and has no policies of queues."""

_CONFIGURATION = """\
include classpath("application.conf")
node-address {{ protocol = http, host = "127.0.0.1", port = {port}, context-path = "" }}
generate-node-address = false
rest-sqs {{
  enabled = true, bind-hostname = "0.0.0.0", bind-port = {inside}, sqs-limits = strict
}}
rest-stats {{ enabled = false }}
aws {{ region = "{region}", accountId = "000000000000" }}
"""


class ElasticMQContainer(DockerServer):
    """An ElasticMQ. Its queues are in memory: they are gone when it stops.

    Args:
        name: the component's name.
        engine: where.
        image: the image softwaremill/elasticmq.
        memory: MiB of the container.
        port: port on the host's loopback.
        common: see `Common`; there is no password.
    """

    def __init__(
        self,
        name: str,
        *,
        engine: DockerEngine,
        image: str,
        memory: int = 512,
        port: int = PORT,
        **common: Unpack[Common],
    ) -> None:
        super().__init__(
            "ElasticMQContainer",
            name,
            engine=engine,
            image=image,
            memory=memory,
            props={},
            common=common,
        )
        text = _CONFIGURATION.format(port=port, inside=PORT, region=REGION)
        url = f"http://{LOOPBACK}:{PORT}/health"
        container = self._container(
            check=Check(command=["sh", "-c", f"wget -q -O /dev/null {url} || curl -fsS {url}"]),
            ports={port: PORT},
            files=[File("/opt/elasticmq.conf", text)],
        )
        self.server = SQSEndpoint(
            name,
            region=REGION,
            url=f"http://{LOOPBACK}:{port}",
            username=ANY_KEY,
            password=ANY_KEY,
            without=WITHOUT,
            **self._connection([container], None),
        )
        self.register_outputs({})
