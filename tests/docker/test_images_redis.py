"""The stand-ins for the official images `redis` and `valkey` keep to what those document."""

from __future__ import annotations

import pytest

from tests.docker.containers import Containers, said, until

SYSTEMS = ("redis", "valkey")


@pytest.mark.parametrize("system", SYSTEMS)
def test_data_are_of_its_user_and_survive_the_container(
    containers: Containers, system: str
) -> None:
    """/data is a volume; root gives what is in it to user 999 and becomes that."""
    volume = (containers.volume(system), "/data")
    users = {"file": "/data/users.acl", "content": "user default on nopass ~* +@all\n"}
    command = [f"{system}-server", "--aclfile", "/data/users.acl", "--appendonly", "yes"]
    first = containers.run(system, command, data=volume, uploads=[users | {"permissions": "0400"}])
    until(first, f"{system}-cli", "set", "a", "b")
    assert said(first, "stat", "--format=%u", "/proc/1", "/data/users.acl") == "999\n999"
    containers.remove(first)
    second = containers.run(system, command, data=volume)
    until(second, f"{system}-cli", "ping")
    assert said(second, f"{system}-cli", "get", "a") == "b"


@pytest.mark.parametrize("system", SYSTEMS)
def test_options_alone_are_the_servers(containers: Containers, system: str) -> None:
    """And others reach it without a password, as the official program is built."""
    server = containers.run(system, ["--maxmemory", "12mb"])
    until(server, f"{system}-cli", "ping")
    assert said(server, f"{system}-cli", "config", "get", "maxmemory").split()[1] == "12582912"
    address = said(server, "hostname", "-i")
    assert said(server, f"{system}-cli", "-h", address, "ping") == "PONG"


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_configuration_file_counts(containers: Containers, system: str) -> None:
    """Readable by its user; a password in it is asked for."""
    file = f"/usr/local/etc/{system}/{system}.conf"
    upload = {"file": file, "content": "requirepass word\n", "permissions": "0444"}
    server = containers.run(system, [f"{system}-server", file], uploads=[upload])
    until(server, "sh", "-c", f"{system}-cli ping | grep NOAUTH")
    assert "PONG" in said(server, f"{system}-cli", "-a", "word", "ping")


@pytest.mark.parametrize("system", SYSTEMS)
def test_it_is_a_sentinel_too(containers: Containers, system: str) -> None:
    """By the name of the program, and by an option."""
    upload = {"file": "/data/s.conf", "content": "port 26379\n"}
    for command in (
        [f"{system}-sentinel", "/data/s.conf"],
        [f"{system}-server", "/data/s.conf", "--sentinel"],
    ):
        sentinel = containers.run(system, command, uploads=[upload])
        until(sentinel, f"{system}-cli", "-p", "26379", "sentinel", "masters")
