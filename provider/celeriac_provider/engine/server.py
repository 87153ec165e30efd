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
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2_grpc

from celeriac_provider.engine.resource import Resource
from celeriac_provider.engine.servicer import Provider

_OPTIONS = [
    ("grpc.max_receive_message_length", 400 * 1024 * 1024),
    ("grpc.max_send_message_length", 400 * 1024 * 1024),
]
_THREADS = 64
_GRACE = 30.0
"""Seconds that calls under way have to finish after the engine said goodbye."""


def serve(resources: Iterable[type[Resource]], arguments: list[str]) -> None:
    """Serve until the engine ends the process.

    Args:
        resources: the resource classes to offer.
        arguments: the command line: the engine's address is the first that is no option.
    """
    parent = os.getppid()
    engine = next((a for a in arguments if not a.startswith("-")), None)
    provider = Provider(resources, warn=_warning(engine))
    server = grpc.server(ThreadPoolExecutor(_THREADS), options=_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    done = threading.Event()

    def leave(*_: Any) -> None:
        provider.cancelled.set()
        done.set()

    # Set even where the parent ignores SIGINT (nohup, some CI): the engine says goodbye with it.
    signal.signal(signal.SIGINT, leave)
    signal.signal(signal.SIGTERM, leave)
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while not done.wait(1.0):
        if os.getppid() != parent:  # the engine was killed: nobody will ever say goodbye
            leave()
    server.stop(_GRACE).wait()
    provider.close()


def _warning(engine: str | None) -> Any:
    """A function that shows a warning beside a resource in the CLI's output."""
    if engine is None:
        return lambda _urn, sentence: sys.stderr.write(f"warning: {sentence}\n")
    channel = grpc.insecure_channel(engine, options=_OPTIONS)
    stub = engine_pb2_grpc.EngineStub(channel)

    def warn(urn: str, sentence: str) -> None:
        severity = engine_pb2.LogSeverity.Value("WARNING")
        stub.Log(engine_pb2.LogRequest(severity=severity, message=sentence, urn=urn))

    return warn
