"""The bastion of the tests, and the servers whose names only it knows."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from celeriac_provider.engine.resource import Resource
from celeriac_provider.postgresql import Role
from celeriac_provider.rabbitmq import User
from celeriac_provider.redis import AclUser

SYSTEMS: dict[str, type[Resource]] = {"rabbitmq": User, "redis": AclUser, "postgresql": Role}
"""A resource of each system that needs nothing but a name."""


@dataclass(frozen=True)
class Bastion:
    """An sshd, as servers.json describes it.

    Args:
        entry: its entry.
        folder: where its host key is written for ssh.
    """

    entry: dict[str, Any] = field(repr=False)
    folder: Path

    def via(self, **others: Any) -> dict[str, Any]:
        """The provider's `via`."""
        known = self.folder / "known_hosts"
        kind, key = self.entry["host_key"].split()[:2]
        known.write_text(f"[{self.entry['host']}]:{self.entry['port']} {kind} {key}\n")
        way = {
            "host": self.entry["host"],
            "port": self.entry["port"],
            "user": self.entry["user"],
            "keyFile": self.entry["client_key_file"],
            "knownHostsFile": str(known),
        }
        return {"ssh": way | others}


def configuration(servers: dict[str, Any], system: str, **others: Any) -> dict[str, Any]:
    """The provider's, for a server under a name that only the bastion knows."""
    private, entry = servers["tls_private"], servers[system]
    ports = {
        "rabbitmq": private["management_tls"].rpartition(":")[2],
        "redis": private["redis_tls_port"],
        "postgresql": private["postgresql_port"],
    }
    scheme = {"rabbitmq": "https", "redis": "rediss", "postgresql": "postgresql"}[system]
    return {
        "endpoint": f"{scheme}://{system}.private.example:{ports[system]}",
        "username": entry["username"],
        "password": entry["password"],
        "caFile": servers["ca"],
        "timeout": 10,
        **others,
    }


def forwarding(program: str = "ssh") -> list[int]:
    """The processes of this user that forward to the tests' private names."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        mine = f"test={os.getpid()}" in (_environment(entry) or "")
        if mine and state not in "ZX" and any(w.rpartition("/")[2] == program for w in words[:3]):
            found.append(int(entry.name))
    return found


def gone(program: str = "ssh", seconds: float = 20) -> bool:
    """Whether none of them is left, soon."""
    deadline = time.monotonic() + seconds
    while forwarding(program):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _environment(entry: Path) -> str | None:
    try:
        return (entry / "environ").read_bytes().decode(errors="replace")
    except OSError:
        return None
