"""MongoDB in a container."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from celeriac.contract.mongodb import PORT
from celeriac.servers.docker.server import LOOPBACK, PASSWORD, Check, Common, DockerServer, File
from celeriac.servers.existing_mongodb import MongoDBServer

if TYPE_CHECKING:
    from celeriac.servers.docker.engine import DockerEngine

ADMINISTRATOR = "celeriac"
_USER = 999
"""MongoDB's user in the image, as which its entry point reads the password."""

_HELLO = 'mongosh --quiet --host "$HOSTNAME" --eval "db.hello().isWritablePrimary" | grep -q true'


class MongoDBContainer(DockerServer):
    """A MongoDB alone. Its image takes the password for an empty volume only.

    Args:
        name: the component's name.
        engine: where.
        image: an image of MongoDB.
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
        memory: int = 1024,
        port: int = PORT,
        **common: Unpack[Common],
    ) -> None:
        super().__init__(
            "MongoDBContainer",
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
            # By the container's name: while the image still makes the administrator, MongoDB
            # listens on the loopback only. The shell is a virtual machine.
            check=Check(
                command=[
                    *("sh", "-c"),
                    _HELLO,
                ],
                every=10,
            ),
            ports={port: PORT},
            files=[File(PASSWORD, password, secret=True, owner=_USER)],
            environment={
                "MONGO_INITDB_ROOT_USERNAME": ADMINISTRATOR,
                "MONGO_INITDB_ROOT_PASSWORD_FILE": PASSWORD,
            },
            data=(volume, "/data/db"),
        )
        self.server = MongoDBServer(
            name,
            servers=((LOOPBACK, port),),
            tls=False,
            username=ADMINISTRATOR,
            password=password,
            via=common.get("via"),
            **self._connection([container], volume),
        )
        self.register_outputs({})
