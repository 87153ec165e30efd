"""PostgreSQL in a container."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from celeriac.servers.docker.server import LOOPBACK, PASSWORD, Check, Common, DockerServer, File
from celeriac.servers.existing import PostgreSQLServer

if TYPE_CHECKING:
    from celeriac.servers.docker.engine import DockerEngine

ADMINISTRATOR = "celeriac"
PORT = 5432


class PostgreSQLContainer(DockerServer):
    """A PostgreSQL. Its image takes the password for an empty volume only.

    Args:
        name: the component's name.
        engine: where.
        image: an image of PostgreSQL 15, 16 or 17: from 18 on the data lies elsewhere.
        memory: MiB of the container.
        port: port on the host's loopback.
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
        **common: Unpack[Common],
    ) -> None:
        super().__init__(
            "PostgreSQLContainer",
            name,
            engine=engine,
            image=image,
            memory=memory,
            props={},
            common=common,
        )
        password = self._administrators_password()
        volume = self._volume()
        container = self._container(
            # Over TCP: while the image still makes the database, it listens on a socket only.
            check=Check(command=["pg_isready", "-q", "-h", LOOPBACK, "-U", ADMINISTRATOR]),
            ports={port: PORT},
            files=[File(PASSWORD, password, secret=True)],
            environment={
                "POSTGRES_USER": ADMINISTRATOR,
                "POSTGRES_DB": "postgres",
                "POSTGRES_PASSWORD_FILE": PASSWORD,
            },
            data=(volume, "/var/lib/postgresql/data"),
        )
        self.server = PostgreSQLServer(
            name,
            host=LOOPBACK,
            port=port,
            tls=False,
            username=ADMINISTRATOR,
            password=password,
            via=common.get("via"),
            **self._connection([container], volume),
        )
        self.register_outputs({})
