"""Moto: it stands in for AWS, for the tests."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import ClassVar

from local_servers.errors import ServerError
from local_servers.http import answers
from local_servers.instance import CHECKOUT
from local_servers.server import Server
from local_servers.system import System

_ACCOUNT = "123456789012"  # moto's own
_ASK = (
    "import json, sys, sysconfig; "
    "print(json.dumps([sys.base_prefix, sys._base_executable, sysconfig.get_path('purelib')]))"
)


class Moto(Server):
    """The moto of `.venv`: all of AWS that it has, in every region; any access key will do."""

    name: ClassVar[str] = "moto"

    @property
    def ports(self) -> dict[str, int]:
        """One."""
        return {"http": self.instance.port(28)}

    def describe(self) -> dict[str, object]:
        """Say where it is, which account it is, and what it is."""
        found = (CHECKOUT / ".venv").glob("lib/python*/site-packages/moto-*.dist-info")
        versions = [folder.name.split("-")[1].removesuffix(".dist") for folder in found]
        version = " ".join(["moto", *versions])
        return {"url": self._url, "account": _ACCOUNT, "version": version}

    def on_host(self) -> bool:
        """It comes with the Python packages."""
        return True

    @property
    def _url(self) -> str:
        return f"http://127.0.0.1:{self.ports['http']}"

    def _launch(self) -> None:
        prefix, interpreter, packages = self._python()
        # Both may be in a home that the server's user cannot enter: it sees them beside its data.
        others = ((prefix, self._inside / "python"), (packages, self._inside / "packages"))
        for _, seen_as in others:
            (self._folder / seen_as.name).mkdir(exist_ok=True)
        system = System(self.root, self.instance.folder, others)
        python = self._inside / "python" / interpreter.relative_to(prefix)
        environment = {
            "HOME": str(self._inside),
            "LD_LIBRARY_PATH": str(self._inside / "python" / "lib"),
            "PYTHONPATH": str(self._inside / "packages"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
        }
        command = [python, "-m", "moto.server", "-H", "127.0.0.1", "-p", self.ports["http"]]
        self.process.start(system, [str(word) for word in command], environment)
        self.process.wait_until(lambda: answers(f"{self._url}/moto-api/"), seconds=60)

    def _python(self) -> tuple[Path, Path, Path]:
        """The Python under `.venv`: its prefix and its program; and the packages of `.venv`."""
        python = CHECKOUT / ".venv" / "bin" / "python"
        if not python.exists():
            raise ServerError("moto is not on this machine: run tools/install --test.")
        said = subprocess.run([python, "-c", _ASK], capture_output=True, text=True, check=True)
        prefix, interpreter, packages = map(Path, json.loads(said.stdout))
        if not (packages / "moto").is_dir():
            raise ServerError("moto is not in .venv: run tools/install --test.")
        return prefix, interpreter, packages
