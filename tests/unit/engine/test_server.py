"""The provider's process: it answers, and it leaves when it should."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

COMMAND = [sys.executable, "-m", "celeriac_provider"]
Started = tuple[subprocess.Popen[str], provider_pb2_grpc.ResourceProviderStub]


def start(engine: str = "127.0.0.1:1", **options: object) -> Started:
    """A provider's process and a stub that speaks to it."""
    process = subprocess.Popen(
        [*COMMAND, engine],
        stdout=subprocess.PIPE,
        text=True,
        **options,  # type: ignore[call-overload] # only process_group and preexec_fn
    )
    assert process.stdout is not None
    port = int(process.stdout.readline())
    channel = grpc.insecure_channel(f"127.0.0.1:{port}")
    return process, provider_pb2_grpc.ResourceProviderStub(channel)


@pytest.fixture
def started() -> Iterator[Started]:
    """One that ends with the test."""
    process, stub = start()
    yield process, stub
    process.kill()
    process.wait()


def test_it_answers_the_engine(started: Started) -> None:
    """Handshake, version and schema come over a real channel."""
    _, stub = started
    assert stub.Handshake(provider_pb2.ProviderHandshakeRequest()).accept_secrets
    assert stub.GetPluginInfo(empty_pb2.Empty()).version == "0.1.0"
    schema = stub.GetSchema(provider_pb2.GetSchemaRequest()).schema
    assert '"celeriac:rabbitmq:Vhost"' in schema


def test_an_unknown_resource_gets_a_sentence(started: Started) -> None:
    """A token that this version does not have is named with those it has."""
    _, stub = started
    with pytest.raises(grpc.RpcError) as failed:
        stub.Check(provider_pb2.CheckRequest(urn="urn:pulumi:s::p::celeriac:rabbitmq:Vhots::x"))
    assert "there is no resource celeriac:rabbitmq:Vhots" in str(failed.value)


@pytest.mark.parametrize("goodbye", [signal.SIGINT, signal.SIGTERM])
def test_it_leaves_when_told(started: Started, goodbye: signal.Signals) -> None:
    """The engine says goodbye with SIGINT and waits 5 seconds before it kills."""
    process, _ = started
    process.send_signal(goodbye)
    assert process.wait(timeout=4) == 0


def test_it_leaves_where_sigint_was_ignored() -> None:
    """Under nohup and in some CI, processes start with SIGINT ignored."""
    process, _ = start(preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=4) == 0


def test_it_does_not_outlive_the_engine() -> None:
    """When its parent is killed, nobody would ever say goodbye."""
    script = (
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen({COMMAND!r}, stdout=subprocess.PIPE)\n"
        "child.stdout.readline()\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    orphan = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 10
    while _runs(orphan) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _runs(orphan)


def test_it_leaves_at_once_when_the_engine_is_gone() -> None:
    """Its parent is the language host, which takes seconds to notice that the engine was killed."""
    engine = grpc.server(ThreadPoolExecutor(1))
    port = engine.add_insecure_port("127.0.0.1:0")
    engine.start()
    process, stub = start(f"127.0.0.1:{port}")
    assert stub.GetPluginInfo(empty_pb2.Empty()).version == "0.1.0"
    time.sleep(1.0)
    assert process.poll() is None
    engine.stop(0).wait()
    assert process.wait(timeout=4) == 0


def _runs(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123 - a line of /proc
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
