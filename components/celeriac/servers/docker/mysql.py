"""MySQL or MariaDB in a container."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Unpack

from celeriac.servers.docker.server import LOOPBACK, PASSWORD, Check, Common, DockerServer, File
from celeriac.servers.existing_mysql import MySQLServer

if TYPE_CHECKING:
    from celeriac.servers.docker.engine import DockerEngine

ADMINISTRATOR = "root"
"""What the images call it."""
PORT = 3306
_PING = {"mysql": "mysqladmin", "mariadb": "mariadb-admin"}


class MySQLContainer(DockerServer):
    """A MySQL or a MariaDB. Their images take the password for an empty volume only.

    Args:
        name: the component's name.
        engine: where.
        image: an image of MySQL 8 or MariaDB 10.5, or later.
        memory: MiB of the container.
        port: port on the host's loopback.
        kind: `mysql` or `mariadb`: the names of programs and variables in the image.
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
        kind: Literal["mysql", "mariadb"] = "mysql",
        **common: Unpack[Common],
    ) -> None:
        super().__init__(
            "MySQLContainer",
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
            # Alive is also who refuses a login; over TCP, as there is none while the image still
            # makes the database.
            check=Check(
                command=[_PING[kind], "ping", "--silent", f"--host={LOOPBACK}", "--protocol=tcp"]
            ),
            ports={port: PORT},
            files=[File(PASSWORD, password, secret=True)],
            environment={f"{kind.upper()}_ROOT_PASSWORD_FILE": PASSWORD},
            data=(volume, "/var/lib/mysql"),
        )
        self.server = MySQLServer(
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
