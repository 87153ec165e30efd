"""Programs of the JVM with all that they need, from Maven's repository."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from local_servers.errors import ServerError
from local_servers.fetched import Fetched, run_in

if TYPE_CHECKING:
    from pathlib import Path

_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"


@dataclass(frozen=True)
class Jars(Fetched):
    """What a `pom.xml` comes to: a folder of jars, with the hashes in SHA256SUMS."""

    manager: ClassVar[str] = "maven"
    seconds: ClassVar[int] = 20

    @property
    def pinned(self) -> Path:
        """The file with the hashes."""
        return self.declared / "SHA256SUMS"

    def fetch(self, folder: Path) -> Path:
        """Get the jars, and refuse them if they are not the declared ones."""
        shutil.copy(self.declared / "pom.xml", folder)
        command = [
            *("mvn", "--quiet", "--batch-mode", "--strict-checksums", "--file={folder}/pom.xml"),
            *("-Dmaven.repo.local={folder}/repository", _GOAL),
            *("-DincludeScope=runtime", "-DoutputDirectory={folder}/jars"),
        ]
        run_in(folder, command, settings=".m2/settings.xml")
        lines = self.pinned.read_text().splitlines()
        wanted = {name: digest for digest, name in (line.split() for line in lines)}
        jars = folder / "jars"
        found = {jar.name: hashlib.sha256(jar.read_bytes()).hexdigest() for jar in jars.iterdir()}
        if found != wanted:
            differing = dict(found.items() ^ wanted.items())
            raise ServerError(
                f"Maven's jars of {self.program} are not those of {self.pinned}: "
                f"{', '.join(sorted(differing))}. Remake that file if pom.xml was changed."
            )
        return jars
