"""The processes of one run of the CLI: the engine and all that it starts."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

KINDS = ("engine", "provider", "program", "host")


@dataclass(frozen=True)
class Process:
    """A process that runs.

    Args:
        pid: its number.
        kind: one of KINDS, or "" for anything else.
        command: its command line.
    """

    pid: int
    kind: str
    command: str


def running(session: int, folder: Path) -> list[Process]:
    """What runs in a session, or elsewhere with a project's folder in its environment.

    Processes of the proof have sessions of their own.
    """
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text().rpartition(")")[2].split()
            if stat[0] in "ZX" or (int(stat[3]) != session and not _mentions(entry, folder)):
                continue
            command = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except (OSError, ValueError):
            continue  # it has ended
        found.append(Process(int(entry.name), _kind(command), " ".join(command).strip()))
    return found


def _mentions(entry: Path, folder: Path) -> bool:
    return str(folder).encode() in (entry / "environ").read_bytes()


def _kind(command: list[str]) -> str:
    if any(argument.endswith("pulumi-language-python-exec") for argument in command):
        return "program"
    if command[0].endswith("pulumi-language-python"):
        return "host"
    if any(argument.endswith("/provider") for argument in command):
        return "provider"
    return "engine" if command[0].endswith("pulumi") else ""


def kill(processes: list[Process]) -> None:
    """SIGKILL; what has ended meanwhile has ended."""
    for process in processes:
        try:
            os.kill(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def survivors(session: int, folder: Path, seconds: float) -> list[Process]:
    """What still runs after some time; nothing, as soon as nothing does."""
    until = time.monotonic() + seconds
    while left := running(session, folder):
        if time.monotonic() > until:
            return left
        time.sleep(0.05)
    return []
