"""What every server has in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from local_servers.debian import DebianRoot
from local_servers.errors import ServerError
from local_servers.process import Process, require_free
from local_servers.system import INSIDE, System

if TYPE_CHECKING:
    from local_servers.instance import Instance
    from local_servers.programs import Program

# One root for all that runs in it together.
DEBIAN_13 = DebianRoot("trixie", ("rabbitmq-server", "redis-server", "postgresql-17"), 90)

HOST = Path("/")


# Certificates, as a server sees them.
CA = INSIDE / "tls" / "ca.pem"
CERTIFICATE = INSIDE / "tls" / "server.pem"
KEY = INSIDE / "tls" / "server.key"


class Server(ABC):
    """One server of an instance."""

    name: ClassVar[str]
    debian: ClassVar[DebianRoot] = DEBIAN_13

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.process = Process(instance, self.name)

    @property
    @abstractmethod
    def ports(self) -> dict[str, int]:
        """Its ports, by what they are for."""

    @abstractmethod
    def describe(self) -> dict[str, object]:
        """Its entry in servers.json: where it is and who may administer it."""

    @abstractmethod
    def on_host(self) -> bool:
        """Tell whether the host's own installation is recent enough."""

    @abstractmethod
    def _launch(self) -> None:
        """Start it and wait until it answers."""

    @property
    def needs(self) -> tuple[Program, ...]:
        """What must be in the cache before it can start."""
        return () if self.on_host() else (self.debian,)

    @property
    def system(self) -> System:
        """Where its programs are."""
        return System(self.root, self.instance.folder)

    @property
    def root(self) -> Path:
        """The root folder of its programs, which is made if there is none."""
        return HOST if self.on_host() else self.debian.ensure()

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self.process.pid is not None

    def start(self) -> bool:
        """Start it; false if it ran already."""
        if self.running:
            return False
        require_free(self.instance, self.name, self.ports)
        self.instance.server_folder(self.name)
        try:
            self._launch()
        except ServerError:
            self.stop()
            raise
        return True

    def stop(self) -> bool:
        """Stop it; false if it did not run."""
        return self.process.stop()

    @property
    def _inside(self) -> Path:
        """Its folder, as it sees it."""
        return INSIDE / self.name

    @property
    def _folder(self) -> Path:
        """Its folder, as we see it."""
        return self.instance.server_folder(self.name)
