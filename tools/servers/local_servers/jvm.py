"""Servers that are programs of the JVM, from jars: small and quick to start."""

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


class JvmServer(Server):
    """A server in a Java, the host's where it will do."""

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

    def _start(self, *words: str, options: tuple[str, ...] = ()) -> None:
        """Start it: the main class and its arguments; options are the JVM's."""
        system = self._jvm
        self.process.start(system, self._java(*words, options=options), self._environment)

    def _run(self, *words: str) -> str:
        """Run one of its tools to its end."""
        return self._jvm.run(self._java(*words), self._environment)

    @property
    def _jvm(self) -> System:
        (self._folder / "jars").mkdir(exist_ok=True)
        return System(self.root, self.instance.folder, ((self.jars.ensure(), self._seen),))

    @property
    def _seen(self) -> Path:
        return self._inside / "jars"

    @property
    def _environment(self) -> dict[str, str]:
        return {"HOME": str(self._inside)}

    def _java(self, *words: str, options: tuple[str, ...] = ()) -> list[str]:
        # Nothing is written beside its data.
        machine = [
            *(f"-Xmx{self.memory}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
            *("-XX:-UsePerfData", f"-Djava.io.tmpdir={self._inside}", *options),
        ]
        return ["java", *machine, "-cp", f"{self._seen}/*", *words]
