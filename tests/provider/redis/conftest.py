"""Redis servers: the shared one, one without any file, and one of the test's own to restart."""

from __future__ import annotations

import socket
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis

from celeriac_provider.engine.resource import Resource
from tests.lifecycle import Lifecycle
from tests.redis_programs import redis_server


@dataclass
class Server:
    """One Redis and its administrator.

    Args:
        port: without TLS.
        username: the administrator.
        password: the administrator's.
    """

    port: int
    username: str
    password: str

    def configuration(self, **changes: Any) -> dict[str, Any]:
        """The provider's configuration."""
        return {
            "endpoint": f"redis://127.0.0.1:{self.port}/0",
            "username": self.username,
            "password": self.password,
            "timeout": 10,
        } | changes

    def login(
        self, username: str | None = None, password: str | None = None, database: int = 0
    ) -> Any:
        """A client: as the administrator, or as somebody else."""
        return redis.Redis(
            port=self.port,
            db=database,
            username=username or self.username,
            password=password if username else self.password,
            decode_responses=True,
        )


@pytest.fixture(scope="session")
def server(servers: dict[str, Any]) -> Server:
    """The shared one, with an aclfile."""
    entry = servers["redis"]
    return Server(entry["port"], entry["username"], entry["password"])


@pytest.fixture(scope="session")
def bare(servers: dict[str, Any]) -> Server:
    """One without any file, as in a bare container."""
    entry = servers["redis_bare"]
    return Server(entry["port"], entry["username"], entry["password"])


@pytest.fixture
def unique(server: Server, bare: Server) -> Iterator[str]:
    """A name of this test's own; whatever still carries it afterwards is removed."""
    name = f"t{uuid.uuid4().hex[:12]}"
    yield name
    for each in (server, bare):
        client = each.login()
        users = [user for user in client.acl_users() if user.startswith(name)]
        for user in users:
            client.acl_deluser(user)
        if users and each is server:
            client.acl_save()
        for field in client.hkeys("celeriac:registry"):
            if field.partition(":")[2].startswith(name):
                client.hdel("celeriac:registry", field)
        for key in client.scan_iter(f"{name}*"):
            client.delete(key)


Start = Callable[..., Lifecycle]


@pytest.fixture
def start(server: Server) -> Iterator[Start]:
    """Starts a provider of one resource type, on the shared server unless told otherwise."""
    started: list[Lifecycle] = []

    def make(
        resource: type[Resource], *, stack: str = "test", on: Server = server, **changes: Any
    ) -> Lifecycle:
        life = Lifecycle(resource, on.configuration(**changes), stack=stack)
        started.append(life)
        return life

    yield make
    for life in started:
        life.close()


class OwnServer(Server):
    """A Redis of the test's own, with or without an aclfile; it keeps no data.

    Args:
        folder: for its files.
        acl_file: whether users are kept in a file of their own.
        program: another one than `redis-server`.
    """

    def __init__(self, folder: Path, *, acl_file: bool, program: list[str] | None = None) -> None:
        self._program = program or redis_server()
        self.socket = folder / "redis.sock"
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            super().__init__(listener.getsockname()[1], "default", "hunter2")
        self._folder = folder
        users = f"user default on >{self.password} ~* &* +@all\n"
        lines = [f"port {self.port}", "bind 127.0.0.1", f"dir {folder}", 'save ""']
        lines += [f"unixsocket {self.socket}", "unixsocketperm 700"]
        if acl_file:
            (folder / "users.acl").write_text(users)
            lines.append(f"aclfile {folder / 'users.acl'}")
        else:
            lines.append(users)
        (folder / "redis.conf").write_text("\n".join(lines))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        self._process = subprocess.Popen(
            [*self._program, self._folder / "redis.conf"], stdout=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 10
        while True:
            try:
                self.login().ping()
            except redis.ConnectionError:
                assert time.monotonic() < deadline, "Redis does not start"
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None


@pytest.fixture(params=[True, False], ids=["aclfile", "redis.conf"])
def own(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OwnServer]:
    """A running server of the test's own, with an aclfile and without."""
    server = OwnServer(tmp_path, acl_file=request.param)
    server.start()
    yield server
    server.stop()
