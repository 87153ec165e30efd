"""The process: listens on loopback, tells the engine where, leaves quietly when asked to."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping
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
_GRACE = 3.0
"""Seconds that calls under way have to finish after the engine said goodbye: then it kills us."""


def serve(resources: Mapping[str, type[Resource]], arguments: list[str]) -> None:
    """Serve until the engine ends the process.

    Args:
        resources: the resource classes to offer, by token.
        arguments: the command line: the engine's address is the first that is no option.
    """
    parent = os.getppid()
    engine = next((a for a in arguments if not a.startswith("-")), None)
    channel = None if engine is None else grpc.insecure_channel(engine, options=_OPTIONS)
    provider = Provider(resources, warn=_warning(channel))
    server = grpc.server(ThreadPoolExecutor(_THREADS), options=_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    done, orphaned = threading.Event(), threading.Event()

    def leave(*_: Any) -> None:
        provider.cancelled.set()
        done.set()

    def orphan() -> None:
        orphaned.set()
        leave()

    # Set even where the parent ignores SIGINT (nohup, some CI): the engine says goodbye with it.
    signal.signal(signal.SIGINT, leave)
    signal.signal(signal.SIGTERM, leave)
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    if channel is not None:
        _watch(channel, str(engine), orphan)
    while not done.wait(1.0):
        if os.getppid() != parent:  # the language host was killed: nobody will say goodbye
            orphan()
    # Nobody hears how a call of a killed engine ends, and the next `up` may have begun already:
    # then calls under way are left as they are.
    server.stop(0 if orphaned.is_set() else _GRACE).wait()
    provider.close()
    # A call that waits for a server is left behind, and threads in it with it.
    sys.stdout.flush()
    os._exit(0)


def _watch(channel: grpc.Channel, engine: str, gone: Callable[[], None]) -> None:
    """Call `gone` when the engine was there and is there no more."""
    seen = threading.Event()

    def changed(state: grpc.ChannelConnectivity) -> None:
        if state is grpc.ChannelConnectivity.READY:
            seen.set()
        elif seen.is_set() and not _listens(engine):
            gone()

    channel.subscribe(changed, try_to_connect=True)


def _listens(address: str) -> bool:
    """Whether somebody is there: a connection can also end because nothing was said on it."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=1.0).close()
    except ConnectionRefusedError:
        return False
    except OSError:
        return True
    return True


def _warning(channel: grpc.Channel | None) -> Any:
    """A function that shows a warning beside a resource in the CLI's output."""
    if channel is None:
        return lambda _urn, sentence: sys.stderr.write(f"warning: {sentence}\n")
    stub = engine_pb2_grpc.EngineStub(channel)

    def warn(urn: str, sentence: str) -> None:
        severity = engine_pb2.LogSeverity.Value("WARNING")
        stub.Log(engine_pb2.LogRequest(severity=severity, message=sentence, urn=urn))

    return warn
