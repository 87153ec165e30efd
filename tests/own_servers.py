"""Servers of a test's own: to restart, to fill, to change the administrators of."""

from __future__ import annotations

import secrets
import socket
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.append(str(CHECKOUT / "tools" / "servers"))

from local_servers.certificates import ensure_certificates  # noqa: E402 - found just now
from local_servers.instance import Instance, give_to_server  # noqa: E402
from local_servers.mysql import MariaDB  # noqa: E402
from local_servers.postgresql import PostgreSQL  # noqa: E402
from local_servers.rabbitmq import RabbitMQ  # noqa: E402
from local_servers.redis import Redis  # noqa: E402

__all__ = ["MariaDB", "OwnInstance", "PostgreSQL", "RabbitMQ", "Redis", "give_to_server"]

_PORTS = 12


@dataclass(frozen=True)
class OwnInstance(Instance):
    """An instance in a folder of its own, on ports that are free now.

    Args:
        place: the folder.
    """

    name: str = "test"
    place: Path = field(default_factory=Path)

    @property
    def folder(self) -> Path:
        """The given one."""
        return self.place

    @property
    def _may_be_in_memory(self) -> bool:
        """It is where the test wants it."""
        return False

    @cached_property
    def _ports(self) -> list[int]:
        # Below those that the kernel gives to clients, or one of them takes a port in between.
        while True:
            first = 20000 + secrets.randbelow(500) * _PORTS
            with ExitStack() as stack:
                try:
                    for port in range(first, first + _PORTS):
                        taken = stack.enter_context(socket.socket())
                        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                        taken.bind(("127.0.0.1", port))
                except OSError:
                    continue
                return list(range(first, first + _PORTS))

    def port(self, offset: int) -> int:
        """A free port for each offset, of twelve."""
        return self._ports[offset]

    def make(self) -> None:
        """Folder and certificates."""
        self.prepare()
        ensure_certificates(self)

    def describe(self, *servers: Any) -> dict[str, Any]:
        """What servers.json would hold."""
        entries = {server.name: server.describe() for server in servers}
        return {"ca": str(self.folder / "tls" / "ca.pem"), **entries}
