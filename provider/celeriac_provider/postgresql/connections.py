"""A few connections to all databases of one server.

A pool per database, as psycopg_pool has it, would hold connections to each of hundreds of
databases, and tells why a connection failed only to a log.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg

Cursor = psycopg.Cursor[tuple[Any, ...]]

_GREETING: Final = 2.0
"""Seconds that an idle connection has to show that it is alive."""
_FRESH: Final = 1.0
"""Seconds for which an idle connection is believed to be alive without asking."""


class TooSlow(psycopg.OperationalError):
    """The server did not answer a statement in time."""


class Connection(psycopg.Connection[tuple[Any, ...]]):
    """A connection on which nothing takes longer than `patience`.

    libpq itself waits for ever when the other side is gone without a word.
    """

    patience: float = 30.0
    """Seconds for one statement."""

    def wait(self, gen: Any, *args: Any, **kwargs: Any) -> Any:
        """As psycopg waits, and gives control back every tenth of a second."""
        try:
            return super().wait(_within(gen, self.patience), *args, **kwargs)
        except TooSlow:
            self.pgconn.finish()  # or a rollback would be waited for, too
            raise


def _within(steps: Generator[Any, Any, Any], seconds: float) -> Generator[Any, Any, Any]:
    ends = time.monotonic() + seconds
    try:
        state = next(steps)
        while True:
            ready = yield state
            if time.monotonic() > ends:
                raise TooSlow(f"no answer within {seconds:g} s")
            state = steps.send(ready)
    except StopIteration as done:
        return done.value


class Connections:
    """At most `limit` connections, used by as many threads at once.

    Args:
        connect: opens one to a database.
        limit: how many may be open, idle ones included.
    """

    def __init__(self, connect: Callable[[str], Connection], limit: int) -> None:
        self._connect = connect
        self._free = threading.BoundedSemaphore(limit)
        self._limit = limit
        self._lock = threading.Lock()
        self._idle: list[tuple[str, float, Connection]] = []
        self._used = 0

    def take(self, database: str) -> Connection:
        """A connection in autocommit mode: give it back, whatever happened."""
        self._free.acquire()
        with self._lock:
            self._used += 1
        try:
            return self._alive_or_new(database)
        except BaseException:
            self._release()
            raise

    def give_back(self, database: str, connection: Connection) -> None:
        """Keep a taken connection for the next one who asks, if it is in order."""
        in_order = (
            not connection.closed
            and connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        )
        with self._lock:
            keep = in_order and self._limit > 0
            if keep:
                self._idle.append((database, time.monotonic(), connection))
        if not keep:
            connection.close()
        self._release()

    @contextmanager
    def to(self, database: str) -> Iterator[Connection]:
        """Take and give back."""
        connection = self.take(database)
        try:
            yield connection
        finally:
            self.give_back(database, connection)

    def forget(self, database: str) -> None:
        """Close what is idle in a database, so that it can be dropped."""
        with self._lock:
            going = [c for name, _, c in self._idle if name == database]
            self._idle = [entry for entry in self._idle if entry[0] != database]
        for connection in going:
            connection.close()

    def close(self) -> None:
        """Close everything that is idle; what is in use is closed when it is given back."""
        with self._lock:
            going, self._idle = [c for _, _, c in self._idle], []
            self._limit = 0
        for connection in going:
            connection.close()

    def _release(self) -> None:
        with self._lock:
            self._used -= 1
        self._free.release()

    def _alive_or_new(self, database: str) -> Connection:
        while (found := self._pop(database)) is not None:
            since, connection = found
            if time.monotonic() - since < _FRESH or _alive(connection):
                return connection
            connection.close()
        with self._lock:
            spare = [
                self._idle.pop(0)[2]
                for _ in range(min(len(self._idle), self._used + len(self._idle) - self._limit))
            ]
        for connection in spare:
            connection.close()
        return self._connect(database)

    def _pop(self, database: str) -> tuple[float, Connection] | None:
        with self._lock:
            for index in reversed(range(len(self._idle))):
                if self._idle[index][0] == database:
                    _, since, connection = self._idle.pop(index)
                    return since, connection
        return None


def _alive(connection: Connection) -> bool:
    connection.patience = _GREETING
    with contextlib.suppress(psycopg.Error):
        connection.execute("SELECT 1")
        return True
    return False
