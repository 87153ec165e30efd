"""A stand-in's process: listens on loopback, tells the engine where, leaves when asked to."""

from __future__ import annotations

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2_grpc

_OPTIONS = [
    ("grpc.max_receive_message_length", 400 * 1024 * 1024),
    ("grpc.max_send_message_length", 400 * 1024 * 1024),
]


def serve(
    servicer: provider_pb2_grpc.ResourceProviderServicer, arguments: list[str], sentence: str
) -> None:
    """Serve until the engine ends the process.

    Args:
        servicer: what answers.
        arguments: the command line: the engine's address is the first that is no option.
        sentence: what it is, shown to the user once per run of the engine.
    """
    parent = os.getppid()
    server = grpc.server(ThreadPoolExecutor(32), options=_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    done = threading.Event()

    def leave(*_: Any) -> None:
        done.set()

    signal.signal(signal.SIGINT, leave)
    signal.signal(signal.SIGTERM, leave)
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    engine = next((a for a in arguments if not a.startswith("-")), None)
    if engine is not None:
        _say(engine, sentence)
    while not done.wait(1.0):
        if os.getppid() != parent:  # the engine was killed: nobody will say goodbye
            break
    server.stop(3.0).wait()
    os._exit(0)


def _say(engine: str, sentence: str) -> None:
    with grpc.insecure_channel(engine, options=_OPTIONS) as channel:
        severity = engine_pb2.LogSeverity.Value("WARNING")
        request = engine_pb2.LogRequest(severity=severity, message=sentence)
        engine_pb2_grpc.EngineStub(channel).Log(request, timeout=5)
