"""Starting and stopping a server's process, and telling whether it runs."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from local_servers.errors import ServerError
from local_servers.instance import Instance, write_private

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class Spawner(Protocol):
    """Where a process can be started: see `system`."""

    def spawn(self, command: Sequence[str], environment: Mapping[str, str], log: IO[bytes]) -> int:
        """Start a command that outlives us, and return its process id."""


class Process:
    """A process that outlives us, remembered in `<name>.pid.json` of the instance's folder."""

    def __init__(self, instance: Instance, name: str) -> None:
        self.name = name
        self._log = instance.folder / f"{name}.log"
        self._record = instance.folder / f"{name}.pid.json"

    @property
    def pid(self) -> int | None:
        """The running process's id."""
        try:
            record = json.loads(self._record.read_text())
        except FileNotFoundError:
            return None
        # The start time tells our process from a later one with the same id.
        return record["pid"] if _started_at(record["pid"]) == record["started"] else None

    def start(
        self, system: Spawner, command: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> None:
        """Start the command in `system`, in a session of its own, its output in the log."""
        self._log.touch()
        with self._log.open("ab") as log:
            pid = system.spawn(command, environment or {}, log)
        started = _started_at(pid)
        if started is not None:
            write_private(self._record, json.dumps({"pid": pid, "started": started}))

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Wait for the server; its last words are in the error if it ends or takes too long."""
        deadline = time.monotonic() + seconds
        while not ready():
            if self.pid is None:
                raise ServerError(f"{self.name} ended while it started:\n{self._tail()}")
            if time.monotonic() > deadline:
                raise ServerError(
                    f"{self.name} was not ready after {seconds:.0f} seconds:\n{self._tail()}"
                )
            time.sleep(0.05)

    def stop(self, number: signal.Signals = signal.SIGTERM, seconds: float = 30) -> bool:
        """Stop the process if it runs, the hard way after `seconds`; false if it did not run."""
        pid = self.pid
        if pid is None:
            return False
        for attempt in (number, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, attempt)
            deadline = time.monotonic() + seconds
            while self.pid is not None and time.monotonic() < deadline:
                time.sleep(0.05)
            if self.pid is None:
                break
        self._record.unlink(missing_ok=True)
        return True

    def _tail(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines()
        return "\n".join([*lines[-15:], f"(all of it: {self._log})"])


def _started_at(pid: int) -> str | None:
    """When the process started, in the kernel's ticks; None if it has ended, also as a zombie."""
    try:
        # The name, in parentheses, may hold anything.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, started = fields[0], fields[19]
    return None if state in "ZX" else started


def require_free(instance: Instance, server: str, ports: Mapping[str, int]) -> None:
    """Refuse to start on a port that somebody else has."""
    for use, port in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                holder = _holder(port)
            else:
                continue
        also = " (and change them in stacks/Pulumi.local.yaml)" if instance.name == "local" else ""
        raise ServerError(
            f"{server} cannot start: its port {port} ({use}) on 127.0.0.1 is taken by {holder}. "
            f"Stop that, or choose other ports with {instance.port_variable}=<the first of 100 "
            f"free ports>{also}."
        )


def _holder(port: int) -> str:
    unknown = "another process"
    if not shutil.which("ss"):
        return unknown
    listing = subprocess.run(
        ["ss", "-Hltnp", f"sport = :{port}"], capture_output=True, text=True, check=False
    ).stdout
    users = set(re.findall(r'\("([^"]+)",pid=(\d+)', listing))
    return " and ".join(f"{name} (pid {pid})" for name, pid in sorted(users)) or unknown
