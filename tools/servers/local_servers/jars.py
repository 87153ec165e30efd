"""Jars in the cache: a program of the JVM with all that it needs, from Maven's repository.

What they are is in `tools/servers/jars/<name>`: `pom.xml`, and SHA256SUMS of what it comes to.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from local_servers.debian import DEBIAN_13_TOOLS, SHARED_CACHE, own_cache
from local_servers.errors import ServerError
from local_servers.instance import give_to_server
from local_servers.system import INSIDE, System

_DECLARED = Path(__file__).resolve().parents[1] / "jars"
_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"


@dataclass(frozen=True)
class Jars:
    """The jars of one program.

    Args:
        program: its folder in `tools/servers/jars`.
    """

    program: str

    @property
    def name(self) -> str:
        """The folder's name in the cache; other jars are another folder."""
        key = hashlib.sha256((_DECLARED / self.program / "SHA256SUMS").read_bytes()).hexdigest()
        return f"jars-{self.program}-{key[:8]}"

    def find(self) -> Path | None:
        """Where they are, in our cache or in the machine's."""
        folders = (cache / self.name for cache in (own_cache(), SHARED_CACHE))
        return next((folder for folder in folders if folder.is_dir()), None)

    def ensure(self) -> Path:
        """Find the jars, or get them."""
        found = self.find()
        if found:
            return found
        cache = own_cache()
        cache.mkdir(parents=True, exist_ok=True)
        with (cache / f"{self.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return self.find() or self._get(cache)

    def _get(self, cache: Path) -> Path:
        said = f"==> getting {self.program} with Maven into {cache} (about 20 seconds, once)"
        print(said, file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix=f".{self.name}.", dir=cache) as name:
            folder = Path(name)
            shutil.copy(_DECLARED / self.program / "pom.xml", folder)
            _run_maven(folder)
            self._verify(folder / "jars")
            (folder / "jars").chmod(0o755)
            (folder / "jars").rename(cache / self.name)
        return cache / self.name

    def _verify(self, folder: Path) -> None:
        """Refuse jars that are not the declared ones."""
        declared = (_DECLARED / self.program / "SHA256SUMS").read_text().splitlines()
        wanted = {file: digest for digest, file in (line.split() for line in declared)}
        found = {jar.name: hashlib.sha256(jar.read_bytes()).hexdigest() for jar in folder.iterdir()}
        if found != wanted:
            differing = dict(found.items() ^ wanted.items())
            raise ServerError(
                f"Maven's jars of {self.program} are not those of "
                f"tools/servers/jars/{self.program}/SHA256SUMS: {', '.join(sorted(differing))}."
            )


def _run_maven(folder: Path) -> None:
    """Copy the jars of the folder's pom.xml into its `jars`: the host's Maven, or Debian's."""
    maven = shutil.which("mvn")
    here = folder if maven else INSIDE
    command = [
        *(maven or "mvn", "--quiet", "--batch-mode", "--strict-checksums"),
        *(f"--file={here}/pom.xml", f"-Dmaven.repo.local={here}/repository", _GOAL),
        *("-DincludeScope=runtime", f"-DoutputDirectory={here}/jars"),
    ]
    if not maven:
        folder.chmod(0o755)
        give_to_server(folder)
        command += _settings_for(folder)
        System(DEBIAN_13_TOOLS.ensure(), folder).run(command, {"HOME": str(INSIDE)})
        return
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ServerError(f"{maven} failed with exit code {done.returncode}:\n{done.stdout}")


def _settings_for(folder: Path) -> list[str]:
    """The caller's settings of Maven, where there are any: mirrors and proxies."""
    settings = Path(os.environ.get("HOME") or "/") / ".m2" / "settings.xml"
    if not settings.exists():
        return []
    shutil.copy(settings, folder)
    give_to_server(folder / "settings.xml")
    return [f"--settings={INSIDE}/settings.xml"]
