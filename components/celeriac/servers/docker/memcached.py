"""Memcached in a container."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from celeriac.contract.memcached import ITEM, PORT
from celeriac.servers.docker.server import LOOPBACK, Common, DockerServer, listens
from celeriac.servers.existing_memcached import MemcachedServers

if TYPE_CHECKING:
    from celeriac.servers.docker.engine import DockerEngine


class MemcachedContainer(DockerServer):
    """A memcached. It has no volume: what it keeps is gone with its container.

    Args:
        name: the component's name.
        engine: where.
        image: an image of memcached.
        memory: MiB of the container; three quarters of it are for items.
        port: port on the host's loopback.
        max_item_size: bytes of the largest item.
        common: see `Common`; there is no password.
    """

    def __init__(
        self,
        name: str,
        *,
        engine: DockerEngine,
        image: str,
        memory: int = 128,
        port: int = PORT,
        max_item_size: int = ITEM,
        **common: Unpack[Common],
    ) -> None:
        super().__init__(
            "MemcachedContainer",
            name,
            engine=engine,
            image=image,
            memory=memory,
            props={"maxItemSize": max_item_size},
            common=common,
        )
        container = self._container(
            check=listens(PORT),
            ports={port: PORT},
            command=["memcached", "-m", str(memory * 3 // 4), "-I", str(max_item_size)],
        )
        self.server = MemcachedServers(
            name,
            servers=((LOOPBACK, port),),
            max_item_size=max_item_size,
            via=common.get("via"),
            **self._connection([container], None),
        )
        self.register_outputs({})
