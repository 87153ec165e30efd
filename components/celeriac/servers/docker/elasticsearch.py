"""Elasticsearch in a container."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from celeriac.contract.elasticsearch import PORT
from celeriac.servers.docker.server import LOOPBACK, Check, Common, DockerServer
from celeriac.servers.existing_elasticsearch import ElasticsearchServer

if TYPE_CHECKING:
    from celeriac.servers.docker.engine import DockerEngine


class ElasticsearchContainer(DockerServer):
    """An Elasticsearch of one node, without users: whoever is on this host reads all results.

    Args:
        name: the component's name.
        engine: where.
        image: an image of Elasticsearch 8.
        memory: MiB of the container; half of it is the heap.
        port: port on the host's loopback.
        common: see `Common`; there is no password.
    """

    def __init__(
        self,
        name: str,
        *,
        engine: DockerEngine,
        image: str,
        memory: int = 1536,
        port: int = PORT,
        **common: Unpack[Common],
    ) -> None:
        super().__init__(
            "ElasticsearchContainer",
            name,
            engine=engine,
            image=image,
            memory=memory,
            props={},
            common=common,
        )
        volume = self._volume()
        heap = memory // 2
        health = f"http://{LOOPBACK}:{PORT}/_cluster/health?wait_for_status=yellow&timeout=5s"
        container = self._container(
            check=Check(command=["curl", "-fsS", "-o", "/dev/null", health]),
            ports={port: PORT},
            environment={
                "discovery.type": "single-node",
                "xpack.security.enabled": "false",
                "ES_JAVA_OPTS": f"-Xms{heap}m -Xmx{heap}m",
            },
            data=(volume, "/usr/share/elasticsearch/data"),
        )
        self.server = ElasticsearchServer(
            name,
            host=LOOPBACK,
            port=port,
            tls=False,
            via=common.get("via"),
            **self._connection([container], volume),
        )
        self.register_outputs({})
