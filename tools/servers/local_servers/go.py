"""Programs in Go with all that they need, from the module proxy."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from local_servers.errors import ServerError
from local_servers.fetched import Fetched

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class GoProgram(Fetched):
    """A `main.go` and what its `go.mod` names; Go refuses modules with other hashes than go.sum's.

    It is built with the host's Go, as the Pulumi CLI is where none can be downloaded.
    """

    manager: ClassVar[str] = "go"
    seconds: ClassVar[int] = 90

    @property
    def pinned(self) -> Path:
        """The file with the hashes."""
        return self.declared / "go.sum"

    @property
    def name(self) -> str:
        """The folder's name in the cache; another source is another folder."""
        read = b"".join((self.declared / file).read_bytes() for file in ("go.sum", "main.go"))
        return f"{self.manager}-{self.program}-{hashlib.sha256(read).hexdigest()[:8]}"

    def fetch(self, folder: Path) -> Path:
        """Build it, without anything of C's: it runs in any root."""
        go = shutil.which("go")
        if go is None:
            raise ServerError(f"{self.program} is built with Go: install Go (golang-go).")
        kept = folder / "bin"
        command = [go, "build", "-trimpath", "-o", f"{kept}/", "."]
        settings = {"GOFLAGS": "-mod=readonly -buildvcs=false", "GOWORK": "off", "CGO_ENABLED": "0"}
        done = subprocess.run(
            command,
            cwd=self.declared,
            env=os.environ | settings,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ServerError(f"go build of {self.program} failed:\n{done.stderr.strip()}")
        return kept
