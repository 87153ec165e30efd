"""JavaScript programs with all that they need, from npm's registry."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from local_servers.debian import DEBIAN_13_TOOLS
from local_servers.fetched import Fetched, run_in
from local_servers.system import INSIDE, PATH, System

if TYPE_CHECKING:
    from local_servers.programs import Program

_OLDEST = 18


@dataclass(frozen=True)
class NodeProgram(Fetched):
    """What a `package-lock.json` comes to, and `main.cjs`, which uses it."""

    manager: ClassVar[str] = "npm"
    seconds: ClassVar[int] = 10

    @property
    def pinned(self) -> Path:
        """The file with the hashes."""
        return self.declared / "package-lock.json"

    def fetch(self, folder: Path) -> Path:
        """Get the packages; npm refuses those with other hashes."""
        for name in ("package.json", "package-lock.json"):
            shutil.copy(self.declared / name, folder)
        options = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")
        command = ["npm", "ci", "--prefix={folder}", "--cache={folder}/cache", *options]
        run_in(folder, command, settings=".npmrc")
        return folder / "node_modules"

    @property
    def needs(self) -> tuple[Program, ...]:
        """Its packages, and a Node where the host has none."""
        return (self,) if _on_host() else (self, DEBIAN_13_TOOLS)

    def run(self, said: str) -> str:
        """Run it as the servers' user with `said` on its standard input; what it answers."""
        root = Path("/") if _on_host() else DEBIAN_13_TOOLS.ensure()
        packages = INSIDE / "node_modules"
        with tempfile.TemporaryDirectory(prefix="celeriac-node-") as name:
            folder = Path(name)
            folder.chmod(0o755)
            (folder / "node_modules").mkdir()
            shutil.copy(self.declared / "main.cjs", folder)
            system = System(root, folder, ((self.ensure(), packages),))
            return system.run(["node", str(INSIDE / "main.cjs")], stdin=said)


def _on_host() -> bool:
    """Tell whether the host's own Node will do."""
    program = shutil.which("node", path=PATH)
    if not program:
        return False
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)", said.stdout)
    return found is not None and int(found[1]) >= _OLDEST
