"""What tools/servers promises before any server runs: ports, passwords, processes."""

from __future__ import annotations

import json
import os
import socket
import stat
import sys
import time
from pathlib import Path

import pytest

from local_servers import instance as instances
from local_servers.errors import ServerError
from local_servers.instance import Instance
from local_servers.process import Process, require_free
from local_servers.system import Here


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Instance:
    """An instance in a checkout of its own, on disk."""
    monkeypatch.setattr(instances, "CHECKOUT", tmp_path)
    monkeypatch.setattr(instances, "MEMORY", tmp_path / "memory")
    monkeypatch.delenv("CELERIAC_TEST_PORTS", raising=False)
    made = Instance("test")
    made.prepare()
    return made


def test_a_taken_port_is_named_with_its_holder_and_the_way_out(instance: Instance) -> None:
    """The message says which port, for what, who has it, and the variable that moves it."""
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(ServerError) as refused:
            require_free(instance, "redis", {"rediss": port})
    message = str(refused.value)
    assert f"redis cannot start: its port {port} (rediss) on 127.0.0.1 is taken by" in message
    assert f"(pid {os.getpid()})" in message
    assert "CELERIAC_TEST_PORTS=" in message


def test_ports_can_be_moved(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable is the first port of the block."""
    monkeypatch.setenv("CELERIAC_TEST_PORTS", "30100")
    assert instance.port(6) == 30106


def test_ports_that_are_no_number_are_refused(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a sentence, not a traceback."""
    monkeypatch.setenv("CELERIAC_TEST_PORTS", "many")
    with pytest.raises(ServerError, match=r"CELERIAC_TEST_PORTS is 'many': give the first of"):
        instance.port(0)


def test_an_unknown_instance_is_refused_with_the_known_ones() -> None:
    """A typing error does not start servers on made-up ports."""
    with pytest.raises(ServerError, match="the instances are local and test"):
        Instance("tets")


def test_passwords_are_made_once_and_only_the_owner_reads_them(instance: Instance) -> None:
    """A second look finds the same, in a file of mode 0600."""
    first = instance.passwords
    second = Instance("test").passwords
    file = instance.folder / "passwords.json"
    assert first == second
    assert len(set(first.values())) == len(first)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.fixture
def in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Instance:
    """An instance in a folder that stands for the machine's memory."""
    monkeypatch.setattr(instances, "CHECKOUT", tmp_path)
    monkeypatch.setattr(instances, "MEMORY", tmp_path / "memory")
    monkeypatch.setattr(instances, "_ROOMY", 0)
    (tmp_path / "memory").mkdir()
    made = Instance("test")
    made.prepare()
    return made


def test_the_tests_servers_lie_in_memory_and_the_others_on_disk(in_memory: Instance) -> None:
    """Once there it stays there, and after a start of the machine it is made anew."""
    place = in_memory.folder.resolve()
    assert place.parent.name == "memory"
    in_memory.prepare()
    assert in_memory.folder.resolve() == place
    place.rmdir()
    in_memory.prepare()
    assert in_memory.folder.is_dir()
    assert in_memory.folder.resolve().parent.name == "memory"
    local = Instance("local")
    local.prepare()
    assert not local.folder.is_symlink()


def test_where_memory_is_scarce_they_lie_on_disk(instance: Instance) -> None:
    """As in many containers; there their data stay when they stop."""
    assert not instance.folder.is_symlink()
    data = instance.server_folder("redis") / "data"
    data.write_text("")
    instance.give_back_memory(["redis"])
    assert data.exists()


def test_what_stops_gives_memory_back_and_keeps_its_log(in_memory: Instance) -> None:
    """The passwords stay as well: they are the instance's."""
    passwords = in_memory.passwords
    folder = in_memory.server_folder("rabbitmq")
    for name in ("data", "log"):
        (folder / name).mkdir()
        (folder / name / "file").write_text("")
    (folder / "rabbitmq.conf").write_text("")
    in_memory.give_back_memory(["rabbitmq", "never-started"])
    assert [path.name for path in folder.iterdir()] == ["log"]
    assert (folder / "log" / "file").exists()
    assert Instance("test").passwords == passwords


def test_a_process_is_found_again_and_stopped(instance: Instance) -> None:
    """Another `Process` of the same name sees it, and stopping it ends it."""
    Process(instance, "sleeper").start(
        Here(), [sys.executable, "-c", "import time; time.sleep(60)"]
    )
    found = Process(instance, "sleeper")
    pid = found.pid
    assert pid is not None
    assert found.stop()
    assert found.pid is None
    assert not found.stop()


def test_another_process_with_the_remembered_id_is_not_ours(instance: Instance) -> None:
    """After a reboot the id may be anybody's; it is neither reported nor killed."""
    record = {"pid": os.getpid(), "started": "1"}
    (instance.folder / "sleeper.pid.json").write_text(json.dumps(record))
    process = Process(instance, "sleeper")
    assert process.pid is None
    assert not process.stop()


def test_a_server_that_dies_while_it_starts_says_its_last_words(instance: Instance) -> None:
    """The wait ends at once, with the log's end."""
    process = Process(instance, "dying")
    process.start(Here(), ["sh", "-c", "echo no such disk; exit 1"])
    began = time.monotonic()
    with pytest.raises(ServerError, match="dying ended while it started:\nno such disk"):
        process.wait_until(lambda: False, seconds=30)
    assert time.monotonic() - began < 10
