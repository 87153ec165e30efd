"""The connections that processes hold to servers, from /proc."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple, Self

_ESTABLISHED = "01"
_SOCKET = re.compile(r"socket:\[(\d+)\]")


class Connection(NamedTuple):
    """An established TCP connection: our port and the server's."""

    own: int
    server: int


def established() -> dict[str, Connection]:
    """All connections of this machine over IPv4, by inode."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    rows = [line.split() for line in lines]
    return {
        row[9]: Connection(int(row[1].rpartition(":")[2], 16), int(row[2].rpartition(":")[2], 16))
        for row in rows
        if row[3] == _ESTABLISHED
    }


def held(pids: Iterable[int]) -> dict[int, list[Connection]]:
    """The connections of these processes."""
    known = established()
    found: dict[int, list[Connection]] = {}
    for pid in pids:
        inodes = set()
        try:
            for descriptor in Path(f"/proc/{pid}/fd").iterdir():
                match = _SOCKET.match(str(descriptor.readlink()))
                if match:
                    inodes.add(match[1])
        except OSError:
            continue  # it has ended
        found[pid] = [known[inode] for inode in inodes if inode in known]
    return found


class Watch:
    """Looks at the connections of processes every now and then, until its end.

    Args:
        pids: asked for each time.
        ports: of the servers that count.
    """

    def __init__(self, pids: Callable[[], Iterable[int]], ports: Iterable[int]) -> None:
        self._pids, self._ports = pids, frozenset(ports)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.most: Counter[int] = Counter()
        """The most that one process held at once, by the server's port."""
        self.seen: set[Connection] = set()
        """Every connection that was seen."""

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        """End."""
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(0.05):
            for connections in held(self._pids()).values():
                counted = [found for found in connections if found.server in self._ports]
                self.seen |= set(counted)
                for port, count in Counter(found.server for found in counted).items():
                    self.most[port] = max(self.most[port], count)
