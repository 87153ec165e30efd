"""An instance: a named set of servers with its own folder, ports and credentials."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from local_servers.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Iterable

CHECKOUT = Path(__file__).resolve().parents[3]

# The first port of each instance's block; an instance uses ports inside its block only.
FIRST_PORT = {"local": 27100, "test": 27200}

# Data of the tests are written and removed all the time, and a disk that others keep busy makes a
# broker wait for seconds: they lie in memory, where that is roomy, as it is not in many containers.
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own in it
_ROOMY = 4 << 30

# As root the servers run as this user ("nobody" everywhere); otherwise as the caller.
NOBODY = 65534


@dataclass(frozen=True)
class Instance:
    """The servers called `name`: "local" for `make up`, "test" for the tests."""

    name: str

    def __post_init__(self) -> None:
        """Refuse a name without ports."""
        if self.name not in FIRST_PORT:
            names = " and ".join(FIRST_PORT)
            raise ServerError(f"There is no instance {self.name!r}: the instances are {names}.")

    @property
    def folder(self) -> Path:
        """Where all of it lives: data, logs, credentials, certificates."""
        return CHECKOUT / ".local" / "servers" / self.name

    @property
    def port_variable(self) -> str:
        """The environment variable that moves the block of ports."""
        return f"CELERIAC_{self.name.upper()}_PORTS"

    def port(self, offset: int) -> int:
        """The port at `offset` in the instance's block."""
        given = os.environ.get(self.port_variable)
        try:
            return (int(given) if given else FIRST_PORT[self.name]) + offset
        except ValueError:
            raise ServerError(
                f"{self.port_variable} is {given!r}: give the first of 100 free ports, like 28100."
            ) from None

    @cached_property
    def passwords(self) -> dict[str, str]:
        """Random administrators' passwords, made once per instance, by server."""
        file = self.folder / "passwords.json"
        known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        wanted = (
            *("rabbitmq", "redis", "redis_bare", "postgres", "postgresql"),
            *("mysql_root", "mysql"),
        )
        missing = [server for server in wanted if server not in known]
        if missing:
            known |= {server: secrets.token_urlsafe(24) for server in missing}
            write_private(file, json.dumps(known, indent=2))
        return known

    def prepare(self) -> None:
        """Make the folder."""
        if self.folder.is_symlink() and not self.folder.exists():  # the machine was started anew
            self.folder.unlink()
        if self._may_be_in_memory and not self.folder.exists():
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self.folder.symlink_to(tempfile.mkdtemp(prefix="celeriac-test-", dir=MEMORY))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)

    @property
    def _may_be_in_memory(self) -> bool:
        if self.name != "test" or not MEMORY.is_dir():
            return False
        return shutil.disk_usage(MEMORY).free >= _ROOMY

    def give_back_memory(self, servers: Iterable[str]) -> None:
        """Remove what stopped servers have in memory, but for their logs: they begin anew."""
        if not self.folder.is_symlink():
            return
        for path in (path for server in servers for path in (self.folder / server).glob("*")):
            if path.is_dir() and path.name != "log":
                shutil.rmtree(path)
            elif path.is_file():
                path.unlink()

    def server_folder(self, server: str) -> Path:
        """The folder that belongs to a server's own user."""
        folder = self.folder / server
        if not folder.exists():
            folder.mkdir(mode=0o700)
            give_to_server(folder)
        return folder

    def servers(self) -> dict[str, object]:
        """What `up` wrote for the tests and for stack `local`; empty before the first."""
        file = self.folder / "servers.json"
        found: dict[str, object] = json.loads(file.read_text()) if file.exists() else {}
        return found


def give_to_server(path: Path) -> None:
    """Make the servers' user the owner of a file or folder."""
    if os.geteuid() == 0:
        os.chown(path, NOBODY, NOBODY)


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner reads, in one step."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
    temporary.replace(file)
