"""A TCP proxy on loopback that breaks the line when told to.

It counts *turns*: a turn begins when the client speaks after the server did, in HTTP, RESP and
PostgreSQL's protocol alike. A fault is armed for the n-th turn, for a number of turns.
"""

from __future__ import annotations

import contextlib
import math
import re
import select
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_LINGER_NOT = struct.pack("ii", 1, 0)


class Broken(Exception):  # noqa: N818 - how a fault ends a line
    """The line is to be reset."""


@dataclass(frozen=True)
class Fault:
    """What happens to one turn.

    Args:
        name: for the test's id.
        asked: given the line and the client's bytes; None forwards them.
        answered: given the line and the server's bytes; None forwards them.
        executed: whether the server gets the request.
        passes: whether the operation can succeed in time although the fault stays.
    """

    name: str
    asked: Callable[[Line, bytes], None] | None = None
    answered: Callable[[Line, bytes], None] | None = None
    executed: bool = True
    passes: bool = False

    def __str__(self) -> str:
        """Its name."""
        return self.name


class Line:
    """One client's connection, and the one to the server behind."""

    def __init__(self, proxy: Proxy, client: socket.socket) -> None:
        self.proxy = proxy
        self.client = client
        self.server = socket.create_connection(proxy.target, timeout=10)
        self.asked = b""
        self.answered = b""
        self.waiting = False
        self.fault: Fault | None = None

    def run(self) -> None:
        """Copy until one side ends."""
        try:
            while True:
                readable, _, _ = select.select([self.client, self.server], [], [], 120)
                if not readable or any(not self._copy(source) for source in readable):
                    return
        except Broken:
            with contextlib.suppress(OSError):
                self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        except OSError:
            pass
        finally:
            self.client.close()
            self.server.close()

    def _copy(self, source: socket.socket) -> bool:
        data = source.recv(65536)
        if not data:
            return False
        if source is self.client:
            if not self.waiting:
                self.waiting, self.asked, self.answered = True, b"", b""
                self.fault = self.proxy.turn()
            self.asked += data
            if self.fault and self.fault.asked:
                self.fault.asked(self, data)
            else:
                self.server.sendall(data)
        else:
            data = self.proxy.answers(self.proxy.port, data)
            self.waiting = False
            self.answered += data
            if self.fault and self.fault.answered:
                self.fault.answered(self, data)
            else:
                self.client.sendall(data)
        return True

    @property
    def whole_request(self) -> bool:
        """Whether all of an HTTP request has come."""
        return _whole(self.asked)


class Proxy:
    """Listens, forwards to `target`, and counts turns.

    Args:
        target: host and port of the server.
        patience: the client's timeout, in seconds: what dribbles takes twice as long.
        answers: given the proxy's port and the server's bytes; what the client gets of them.
    """

    def __init__(
        self,
        target: tuple[str, int],
        patience: float,
        answers: Callable[[int, bytes], bytes] = lambda _, data: data,
    ) -> None:
        self.target, self.answers = target, answers
        self.patience = patience
        self.turns = 0
        self.struck = 0
        self._fault: Fault | None = None
        self._first, self._last = 0.0, 0.0
        self._lock = threading.Lock()
        self._lines: list[Line] = []
        self._held = socket.socket()
        self._listener = self._listen(0)
        self.port: int = self._listener.getsockname()[1]

    def arm(self, fault: Fault | None, *, turn: int = 1, times: float = 1) -> None:
        """Count turns from now on; the fault strikes the given ones.

        Args:
            fault: None to count only.
            turn: the first turn that it strikes.
            times: how many; `math.inf` for all that follow.
        """
        with self._lock:
            self.turns = self.struck = 0
            self._fault, self._first, self._last = fault, turn, turn + times

    def turn(self) -> Fault | None:
        """A turn begins: what happens to it."""
        with self._lock:
            self.turns += 1
            strikes = self._fault is not None and self._first <= self.turns < self._last
            self.struck += strikes
            return self._fault if strikes else None

    def refuse(self, seconds: float = math.inf) -> None:
        """Reset all lines and refuse connections for some time, or until `clear`."""
        self._hang_up()
        # Nobody listens, and nobody else is given the port meanwhile.
        self._held = socket.socket()
        self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._held.bind(("127.0.0.1", self.port))
        self._reset_lines()
        if seconds != math.inf:
            threading.Timer(seconds, self.clear).start()

    def clear(self) -> None:
        """Good weather; lines that a fault has left hanging are reset."""
        self.arm(None)
        if self._listener.fileno() == -1:
            self._held.close()
            self._listener = self._listen(self.port)
        self._reset_lines()

    def close(self) -> None:
        """End all."""
        self._hang_up()
        self._held.close()
        self._reset_lines()

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # ends the thread's waiting, too
        self._listener.close()

    def _reset_lines(self) -> None:
        with self._lock:
            lines, self._lines = self._lines, []
        for line in lines:
            with contextlib.suppress(OSError):
                line.client.shutdown(socket.SHUT_RDWR)

    def _listen(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port), backlog=64)
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                readable, _, _ = select.select([listener], [], [], 0.1)
                client = listener.accept()[0] if readable else None
            except (OSError, ValueError):
                return
            if client is not None:
                self._serve(client)

    def _serve(self, client: socket.socket) -> None:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            line = Line(self, client)
        except OSError:
            client.close()
            return
        with self._lock:
            self._lines.append(line)
        threading.Thread(target=line.run, daemon=True).start()


@contextlib.contextmanager
def proxied(
    target: tuple[str, int],
    patience: float = 1.0,
    answers: Callable[[int, bytes], bytes] = lambda _, data: data,
) -> Iterator[Proxy]:
    """A proxy that ends with the block."""
    proxy = Proxy(target, patience, answers)
    try:
        yield proxy
    finally:
        proxy.close()


# What happens to a turn.


def _break(line: Line, data: bytes) -> None:
    raise Broken


def _half(line: Line, data: bytes) -> None:
    line.client.sendall(data[: len(data) // 2])
    raise Broken


def _nothing(line: Line, data: bytes) -> None:
    """Silence."""


def _trickle(line: Line, data: bytes, pieces: int, seconds: float) -> None:
    size = max(1, len(data) // pieces)
    for start in range(0, len(data), size):
        line.client.sendall(data[start : start + size])
        time.sleep(seconds)


def _slow(line: Line, data: bytes) -> None:
    _trickle(line, data, 10, 0.01)


def _dribble(line: Line, data: bytes) -> None:
    """Each piece comes in time, the whole does not."""
    _trickle(line, data, 8, line.proxy.patience / 4)


def _garbage(line: Line, data: bytes) -> None:
    line.client.sendall(b"\x16\x03\xff\x00*garbage\xe2\x98\x83$\r\n\r\nnot what you think\r\n" * 3)
    raise Broken


def _instead(answer: bytes) -> Callable[[Line, bytes], None]:
    """An HTTP answer from something between, which keeps the request to itself."""

    def answered(line: Line, data: bytes) -> None:
        if line.whole_request:
            line.waiting = False
            line.client.sendall(answer)

    return answered


_CHUNKED = re.compile(rb"(?i)transfer-encoding: *chunked")


def _cut_json(line: Line, data: bytes) -> None:
    """Well-formed HTTP whose body ends in the middle."""
    if not _whole(line.answered):
        return
    head, _, body = line.answered.partition(b"\r\n\r\n")
    if _CHUNKED.search(head):
        body = b"".join(_chunks(body))
        head = _CHUNKED.sub(b"content-length: 0", head)
    if len(body) > 1:
        body = body[: len(body) // 2]
        head = re.sub(rb"(?i)content-length: *\d+", b"content-length: %d" % len(body), head)
    line.client.sendall(head + b"\r\n\r\n" + body)


def _whole(message: bytes) -> bool:
    head, end, body = message.partition(b"\r\n\r\n")
    if _CHUNKED.search(head):
        return body.endswith(b"0\r\n\r\n")
    length = re.search(rb"(?i)content-length: *(\d+)", head)
    return bool(end) and len(body) >= (int(length[1]) if length else 0)


def _chunks(body: bytes) -> Iterator[bytes]:
    """A body that came in chunks, each after its length."""
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        yield rest[:length]
        body = rest[length + 2 :]


def _http(status: str, body: str) -> bytes:
    return (
        f"HTTP/1.1 {status}\r\ncontent-type: text/html\r\ncontent-length: {len(body)}\r\n\r\n{body}"
    ).encode()


RESET_BEFORE = Fault("reset before", asked=_break, executed=False)
RESET_AFTER = Fault("reset after", answered=_break)
RESET_MIDDLE = Fault("reset in the answer", answered=_half)
GARBAGE = Fault("garbage", answered=_garbage)
SILENT = Fault("half-open", asked=_nothing, executed=False)
SILENT_AFTER = Fault("executed, no answer", answered=_nothing)
SLOW = Fault("slow", answered=_slow, passes=True)
DRIBBLE = Fault("dribbling", answered=_dribble)

ANYWHERE = (RESET_BEFORE, RESET_AFTER, RESET_MIDDLE, GARBAGE, SILENT, SILENT_AFTER, SLOW, DRIBBLE)
"""Faults of any protocol."""

INTERNAL_ERROR = Fault(
    "500", asked=_instead(_http("500 Internal Server Error", "<h1>oops</h1>")), executed=False
)
UNAVAILABLE = Fault(
    "503", asked=_instead(_http("503 Service Unavailable", "<h1>later</h1>")), executed=False
)
CUT_JSON = Fault("truncated JSON", answered=_cut_json)

HTTP = (INTERNAL_ERROR, UNAVAILABLE, CUT_JSON)
"""Faults of HTTP."""
