"""What the servers that are programs of Java have in common."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING, ClassVar

from local_servers.debian import DEBIAN_13_TOOLS, DebianRoot
from local_servers.server import Server
from local_servers.system import PATH, System

if TYPE_CHECKING:
    from pathlib import Path

    from local_servers.jars import Jars
    from local_servers.programs import Program

_OLDEST_JAVA = 17


class JavaServer(Server):
    """Jars, and a Java of the host's or of a Debian root."""

    debian: ClassVar[DebianRoot] = DEBIAN_13_TOOLS
    jars: ClassVar[Jars]
    memory: ClassVar[str] = "192m"
    """Most of the heap."""

    def on_host(self) -> bool:
        """Tell whether the host's own Java will do."""
        program = shutil.which("java", path=PATH)
        if not program:
            return False
        said = subprocess.run([program, "-version"], capture_output=True, text=True, check=False)
        found = re.search(r'version "(\d+)', said.stderr)
        return found is not None and int(found[1]) >= _OLDEST_JAVA

    @property
    def needs(self) -> tuple[Program, ...]:
        """Its jars, and a Java where the host has none."""
        return (*super().needs, self.jars)

    @property
    def _jars_inside(self) -> Path:
        """Where it sees its jars."""
        return self._inside / "jars"

    def _start_java(self, arguments: list[str]) -> None:
        """Start the virtual machine, small and quick; nothing is written beside its data."""
        self.process.start(self._machine, self._java(arguments), self._environment)

    def _run_java(self, arguments: list[str]) -> str:
        """Run one of its tools to its end."""
        return self._machine.run(self._java(arguments), self._environment)

    @property
    def _machine(self) -> System:
        (self._folder / "jars").mkdir(exist_ok=True)
        others = ((self.jars.ensure(), self._jars_inside),)
        return System(self.root, self.instance.folder, others)

    @property
    def _environment(self) -> dict[str, str]:
        return {"HOME": str(self._inside)}

    def _java(self, arguments: list[str]) -> list[str]:
        options = [
            *(f"-Xmx{self.memory}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
            *("-XX:-UsePerfData", f"-Djava.io.tmpdir={self._inside}"),
        ]
        return ["java", *options, *arguments]
