"""Memcached, for the tests: in memory only, without users, without TLS."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
from typing import ClassVar

from local_servers.debian import DebianRoot
from local_servers.server import Server

_OLDEST = (1, 6)


class Memcached(Server):
    """Memcached 1.6 as it comes, with little memory."""

    name: ClassVar[str] = "memcached"
    debian: ClassVar[DebianRoot] = DebianRoot("trixie", ("memcached",), 40)
    _port_offset: ClassVar[int] = 60
    _options: ClassVar[tuple[str, ...]] = ()

    @property
    def ports(self) -> dict[str, int]:
        """One."""
        return {"memcached": self.instance.port(self._port_offset)}

    def describe(self) -> dict[str, object]:
        """Say where it is: nobody administers it."""
        return {"host": "127.0.0.1", "port": self.ports["memcached"], "version": self._version}

    def on_host(self) -> bool:
        """Tell whether the host's own will do."""
        if not shutil.which("memcached"):
            return False
        said = subprocess.run(["memcached", "-V"], capture_output=True, text=True, check=False)
        found = re.search(r"(\d+)\.(\d+)", said.stdout)
        return found is not None and (int(found[1]), int(found[2])) >= _OLDEST

    @property
    def _version(self) -> str:
        return self.system.run(["memcached", "-V"]).split()[-1]

    def _launch(self) -> None:
        arguments = ["-l", "127.0.0.1", "-p", str(self.ports["memcached"]), "-U", "0", "-m", "32"]
        self.process.start(self.system, ["memcached", *arguments, *self._options])
        self.process.wait_until(self._answers, seconds=20)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.ports["memcached"]), 2) as client:
                client.sendall(b"version\r\n")
                return client.recv(64).startswith(b"VERSION ")
        except OSError:
            return False


class SecondMemcached(Memcached):
    """Another one, whose items may be smaller only."""

    name: ClassVar[str] = "memcached-second"
    _port_offset: ClassVar[int] = 61
    _options: ClassVar[tuple[str, ...]] = ("-I", "512k")
