"""`python -m celeriac_provider.proof FD`: a process that loads Celery once and forks per proof.

FD is a socket. Each message on it carries the names of modules to load ahead and one end of a
connection: a child process, in a process group of its own, takes it, sends its pid as a line,
reads a request up to the end of file, and answers with a verdict. When the socket is closed, this
process ends.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import threading
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from celeriac_provider.proof.client import prove
from celeriac_provider.proof.directions import follow
from celeriac_provider.proof.request import Request

if TYPE_CHECKING:
    from collections.abc import Sequence

_MESSAGE = 4096


def main(arguments: Sequence[str]) -> None:
    """Fork a child for every connection that comes over the socket."""
    control = socket.socket(fileno=int(arguments[0]))
    # The engine sends Ctrl-C to all processes of the terminal: the provider decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, _MESSAGE, 1)
        if not descriptors:
            return
        for module in json.loads(message):
            # What is missing is said by the proof itself.
            with suppress(ImportError):
                importlib.import_module(module)
        gc.freeze()
        connection = socket.socket(fileno=descriptors[0])
        if os.fork() == 0:
            control.close()
            _child(connection)
        connection.close()


def _child(connection: socket.socket) -> NoReturn:
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # A result that is collected at the wrong moment stops Celery's client on Redis dead:
    # https://github.com/celery/celery/issues/10477. This process is gone before memory matters.
    gc.disable()
    try:
        connection.sendall(f"{os.getpid()}\n".encode())
        request = Request.from_json(_all(connection))
        os.environ.update(request.environment)
        threading.Thread(target=_end_with_provider, args=(connection,), daemon=True).start()
        follow(request.directions)
        connection.sendall(json.dumps(prove(request)).encode())
    except Exception:  # noqa: BLE001 - without an answer the provider reports a bug
        if os.environ.get("CELERIAC_PROVIDER_DEBUG"):
            traceback.print_exc()
    os._exit(0)


def _end_with_provider(connection: socket.socket) -> None:
    """End this process and its worker when nobody is there to hear the verdict."""
    closed = select.poll()
    closed.register(connection, 0)  # its other end is closed, not only shut down for writing
    closed.poll()
    os.killpg(0, signal.SIGKILL)


def _all(connection: socket.socket) -> bytes:
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


if __name__ == "__main__":
    main(sys.argv[1:])
