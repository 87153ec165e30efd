"""Programs of the JVM with all that they need, from Maven's repository."""

from __future__ import annotations

import hashlib
import re
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

    def version(self, artifact: str) -> str:
        """Of one of the jars, as its name says.

        Args:
            artifact: the name without its version: `elasticmq-server_2.13`.

        Raises:
            ServerError: there is no such jar.
        """
        pattern = rf"\s{re.escape(artifact)}-(\d\S*)\.jar$"
        found = re.search(pattern, self.pinned.read_text(), re.MULTILINE)
        if found is None:
            raise ServerError(f"{self.pinned} has no jar {artifact}: look at its pom.xml.")
        return found[1]

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


@dataclass(frozen=True)
class CompiledJars(Jars):
    """Jars with a main of our own, in `src` beside the `pom.xml`, compiled by Eclipse's compiler.

    That is one of the jars, because a Java that runs programs often has no compiler.
    """

    @property
    def sources(self) -> list[Path]:
        """What is compiled."""
        return sorted((self.declared / "src").glob("*.java"))

    @property
    def name(self) -> str:
        """The folder's name in the cache; other jars or sources are another folder."""
        read = [self.pinned.read_bytes(), *(source.read_bytes() for source in self.sources)]
        return f"{self.manager}-{self.program}-{hashlib.sha256(b''.join(read)).hexdigest()[:8]}"

    def fetch(self, folder: Path) -> Path:
        """Get the jars; classes lie among them, where the class path begins."""
        jars = super().fetch(folder)
        for source in self.sources:
            shutil.copy(source, folder)
        compiler = next(jars.glob("ecj-*.jar")).name
        run_in(
            folder,
            ["java", "-jar", f"{{folder}}/jars/{compiler}", "-17", "-nowarn", "-proc:none",
             "-cp", ":".join(f"{{folder}}/jars/{jar.name}" for jar in jars.glob("*.jar")),
             "-d", "{folder}/jars", *(f"{{folder}}/{source.name}" for source in self.sources)],
            settings=".m2/settings.xml",
        )  # fmt: skip
        (jars / compiler).unlink()
        return jars
