"""Programs in the cache that are not Debian's, got with a package manager of their own.

What is got is pinned, with hashes, in files beside this package; its folder in the cache has
their hash in its name.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from local_servers.debian import DEBIAN_13_TOOLS, SHARED_CACHE, own_cache
from local_servers.errors import ServerError
from local_servers.instance import give_to_server
from local_servers.system import INSIDE, System

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Fetched(ABC):
    """One program.

    Args:
        program: its name, and that of the folder where it is declared.
    """

    program: str

    manager: ClassVar[str]
    seconds: ClassVar[int]  # how long it takes, for the message

    @property
    def declared(self) -> Path:
        """Where it is declared."""
        return Path(__file__).resolve().parents[1] / self.manager / self.program

    @property
    @abstractmethod
    def pinned(self) -> Path:
        """The file with the hashes."""

    @abstractmethod
    def fetch(self, folder: Path) -> Path:
        """Get it into an empty folder; what of that is kept."""

    @property
    def name(self) -> str:
        """The folder's name in the cache; other versions are another folder."""
        key = hashlib.sha256(self.pinned.read_bytes()).hexdigest()[:8]
        return f"{self.manager}-{self.program}-{key}"

    def find(self) -> Path | None:
        """Where it is, in our cache or in the machine's."""
        folders = (cache / self.name for cache in (own_cache(), SHARED_CACHE))
        return next((folder for folder in folders if folder.is_dir()), None)

    def ensure(self) -> Path:
        """Find it, or get it."""
        found = self.find()
        if found:
            return found
        cache = own_cache()
        cache.mkdir(parents=True, exist_ok=True)
        with (cache / f"{self.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return self.find() or self._get(cache)

    def _get(self, cache: Path) -> Path:
        took = f"(about {self.seconds} seconds, once per machine)"
        said = f"==> getting {self.program} with {self.manager} into {cache} {took}"
        print(said, file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix=f".{self.name}.", dir=cache) as name:
            kept = self.fetch(Path(name))
            kept.chmod(0o755)  # the servers' user reads it
            kept.rename(cache / self.name)
        return cache / self.name


def run_in(folder: Path, command: Sequence[str], settings: str) -> None:
    """Run a package manager in a folder: the host's, with all its settings, or Debian's.

    Args:
        folder: where; `{folder}` in the command stands for it.
        command: the package manager's name first.
        settings: the caller's own settings of it, under their home: mirrors and proxies.
    """
    program = shutil.which(command[0])
    here = folder if program else INSIDE
    command = [word.format(folder=here) for word in command]
    if program:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            said = (done.stderr + done.stdout).strip()
            raise ServerError(f"{program} failed with exit code {done.returncode}:\n{said}")
        return
    home = Path(os.environ.get("HOME") or "/")
    if (home / settings).exists():
        (folder / settings).parent.mkdir(exist_ok=True)
        shutil.copy(home / settings, folder / settings)
    for path in (folder, *folder.rglob("*")):
        give_to_server(path)
    environment = {
        "HOME": str(INSIDE),
        "MAVEN_OPTS": f"-Duser.home={INSIDE}",
        "NODE_EXTRA_CA_CERTS": "/etc/ssl/certs/ca-certificates.crt",
    }
    System(DEBIAN_13_TOOLS.ensure(), folder).run(command, environment)
