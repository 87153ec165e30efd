"""Servers of a test's own: to restart, to fill, to change the administrators of."""

from __future__ import annotations

import os
import socket
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.append(str(CHECKOUT / "tools" / "servers"))

from local_servers.certificates import ensure_certificates  # noqa: E402 - found just now
from local_servers.instance import Instance  # noqa: E402
from local_servers.postgresql import PostgreSQL  # noqa: E402
from local_servers.rabbitmq import RabbitMQ  # noqa: E402
from local_servers.redis import Redis  # noqa: E402

__all__ = ["OwnInstance", "PostgreSQL", "RabbitMQ", "Redis"]

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

    @cached_property
    def _ports(self) -> list[int]:
        taken = [socket.socket() for _ in range(_PORTS)]
        for each in taken:
            each.bind(("127.0.0.1", 0))
        found = [each.getsockname()[1] for each in taken]
        for each in taken:
            each.close()
        return found

    def port(self, offset: int) -> int:
        """A free port for each offset."""
        return self._ports[offset]

    def make(self) -> None:
        """Folder and certificates."""
        self.prepare()
        ensure_certificates(self)

    def describe(self, *servers: Any) -> dict[str, Any]:
        """What servers.json would hold."""
        entries = {server.name: server.describe() for server in servers}
        return {"ca": str(self.folder / "tls" / "ca.pem"), **entries}


def reachable(folder: Path) -> Path:
    """A folder that the servers' user can enter, wherever pytest has put it."""
    for each in (folder, *folder.parents):
        if each.stat().st_uid != os.geteuid() or each == Path("/tmp"):  # noqa: S108
            break
        each.chmod(each.stat().st_mode | 0o011)
    return folder
