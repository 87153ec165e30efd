"""The process: listens on loopback, tells the engine where, leaves quietly when asked to."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from pulumi.runtime.proto import analyzer_pb2_grpc

from celeriac_policies.engine.analyzer import Analyzer
from celeriac_policies.rule import Rule

_LARGEST = 400 * 1024 * 1024
"""Bytes of the largest message: a stack's resources are one."""


def serve(rules: Iterable[Rule], arguments: list[str]) -> None:
    """Serve until the engine ends the process, or is gone.

    Args:
        rules: all of the pack.
        arguments: the command line, of which nothing is needed.
    """
    del arguments
    parent = os.getppid()
    options = [
        ("grpc.max_receive_message_length", _LARGEST),
        ("grpc.max_send_message_length", _LARGEST),
    ]
    # Rules only compute: more threads would not be faster.
    server = grpc.server(ThreadPoolExecutor(2), options=options)
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Analyzer(rules), server)
    port = server.add_insecure_port("127.0.0.1:0")
    done = threading.Event()

    def leave(*_: Any) -> None:
        done.set()

    signal.signal(signal.SIGINT, leave)
    signal.signal(signal.SIGTERM, leave)
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while not done.wait(1.0):
        if os.getppid() != parent:  # the language host was killed: nobody will say goodbye
            break
    server.stop(0).wait()
