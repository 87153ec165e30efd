"""Where a secret could show: processes, temporary files, servers, and what commands print."""

from __future__ import annotations

import base64
import os
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Any, Self

import redis

_PAUSE = 0.1
_LARGEST = 1 << 20


class Places:
    """Everything that was seen, by place; searched at the end, when all secrets are known."""

    def __init__(self) -> None:
        self._seen: dict[str, set[bytes]] = defaultdict(set)

    def add(self, place: str, content: str | bytes) -> None:
        """Something that was seen there."""
        self._seen[place].add(content.encode() if isinstance(content, str) else content)

    def add_files(self, place: str, folder: Path) -> None:
        """All files below a folder."""
        for path in sorted(folder.rglob("*")):
            with suppress(OSError):
                if path.is_file() and not path.is_symlink():
                    self.add(f"{place} {path.relative_to(folder)}", path.read_bytes())

    def __len__(self) -> int:
        """How many places."""
        return len(self._seen)

    def names(self) -> list[str]:
        """All places."""
        return sorted(self._seen)

    def find(self, secrets: Mapping[str, bytes]) -> dict[str, list[str]]:
        """The names of the secrets that are in clear, by place."""
        found = {
            place: sorted(n for n, s in secrets.items() if any(s in c for c in contents))
            for place, contents in self._seen.items()
        }
        return {place: names for place, names in sorted(found.items()) if names}


def forms(name: str, user: str, password: str, core: str) -> dict[str, bytes]:
    """A password as it would show: the part that no quoting changes, and as HTTP sends it."""
    basic = base64.b64encode(f"{user}:{password}".encode()).rstrip(b"=")
    return {name: core.encode(), f"{name} (base64)": basic[:-1]}


class Watch(threading.Thread):
    """Reads, all the time, the process list, our own processes' environments, temporary files.

    Args:
        places: where it notes what it sees.
        temporary: the folders that TMPDIR names.
    """

    def __init__(self, places: Places, *temporary: Path) -> None:
        super().__init__(daemon=True)
        self._places, self._temporary = places, temporary
        self._done = threading.Event()
        self.rounds = 0

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self._done.set()
        self.join()

    def run(self) -> None:
        """Until it is left."""
        while not self._done.wait(_PAUSE):
            self.rounds += 1
            self._look_at_processes()
            for path in chain.from_iterable(folder.rglob("*") for folder in self._temporary):
                with suppress(OSError):
                    if path.is_file() and path.stat().st_size < _LARGEST:
                        self._places.add(f"temporary file {path.name[:8]}", path.read_bytes())

    def _look_at_processes(self) -> None:
        parents: dict[int, int] = {}
        commands: dict[int, bytes] = {}
        for entry in Path("/proc").iterdir():
            with suppress(OSError, IndexError, ValueError):
                pid = int(entry.name)
                stat = (entry / "stat").read_bytes()
                parents[pid] = int(stat.rpartition(b")")[2].split()[1])
                commands[pid] = (entry / "cmdline").read_bytes()
        for pid, command in commands.items():
            self._places.add("command lines", command)
            if _descends(pid, parents):
                with suppress(OSError):
                    environment = Path("/proc", str(pid), "environ").read_bytes()
                    self._places.add(f"environment of {_name(command)}", environment)


def _descends(pid: int, parents: Mapping[int, int]) -> bool:
    me = os.getpid()
    while pid in parents:
        if parents[pid] == me:
            return True
        pid = parents[pid]
    return False


def _name(command: bytes) -> str:
    """What a process is: `pulumi`, the program, the provider, its proofs."""
    for word, name in (
        (b"celeriac_provider.proof", "the proof"),
        (b"pulumi-language-python-exec", "the program"),
        (b"pulumi-language", "the language host"),
        (b"/provider", "the provider"),
        (b"pulumi", "pulumi"),
    ):
        if word in command:
            return name
    return "others"


@contextmanager
def monitor(server: Mapping[str, Any], places: Places) -> Iterator[None]:
    """Redis MONITOR: every command that every client sends meanwhile, as the server shows it."""
    client = redis.Redis(
        host=server["host"],
        port=server["port"],
        username=server["username"],
        password=server["password"],
    )
    connection = client.connection_pool.get_connection()
    connection.send_command("MONITOR")
    connection.read_response()
    done = threading.Event()

    def listen() -> None:
        while not done.is_set():
            if connection.can_read(timeout=0.1):
                places.add("Redis MONITOR", bytes(connection.read_response()))

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        yield
    finally:
        time.sleep(0.2)
        done.set()
        listener.join()
        connection.disconnect()
        for entry in client.slowlog_get(1000):
            places.add("Redis SLOWLOG", entry["command"])
        client.close()


def logs(folder: Path, systems: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """The servers' own logs."""
    for system in systems:
        for path in (folder / f"{system}.log", *folder.glob(f"{system}/log/*")):
            if path.is_file():
                yield f"log {path.relative_to(folder)}", path.read_bytes()
