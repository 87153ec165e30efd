"""Google's own fake of Pub/Sub (pstest of its Go client), for the tests: it is not Pub/Sub itself.

It keeps all in memory, in clear, and asks nobody who he is: there are no users and no rights.
"""

from __future__ import annotations

import re
import socket
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from local_servers.go import GoProgram
from local_servers.server import Server
from local_servers.system import System

if TYPE_CHECKING:
    from local_servers.programs import Program

_VERSION = re.compile(r"cloud\.google\.com/go/pubsub/v2 v(\S+)")


class PubSub(Server):
    """The fake; any project will do."""

    name: ClassVar[str] = "pubsub"
    program: ClassVar[GoProgram] = GoProgram("pubsub")

    @property
    def ports(self) -> dict[str, int]:
        """One."""
        return {"grpc": self.instance.port(65)}

    def describe(self) -> dict[str, object]:
        """Say where it is, and what it is."""
        found = _VERSION.search((self.program.declared / "go.mod").read_text())
        version = f"pstest {found[1] if found else ''}".strip()
        return {"host": "127.0.0.1", "port": self.ports["grpc"], "version": version}

    def on_host(self) -> bool:
        """It needs nothing of the root it runs in."""
        return True

    @property
    def needs(self) -> tuple[Program, ...]:
        """What is built."""
        return (self.program,)

    def _launch(self) -> None:
        seen_as = self._inside / "bin"
        (self._folder / "bin").mkdir(exist_ok=True)
        system = System(Path("/"), self.instance.folder, ((self.program.ensure(), seen_as),))
        command = [str(seen_as / "pubsub"), "-port", str(self.ports["grpc"])]
        self.process.start(system, command)
        self.process.wait_until(self._answers, seconds=20)

    def _answers(self) -> bool:
        """Tell whether it listens: it does so when it is ready."""
        try:
            socket.create_connection(("127.0.0.1", self.ports["grpc"]), timeout=1).close()
        except OSError:
            return False
        return True
