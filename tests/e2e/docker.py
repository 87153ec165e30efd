"""Stacks on platform `docker`, as they are in `stacks/`, on an engine of the test's own."""

from __future__ import annotations

import copy
import random
import socket
import uuid
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import yaml

from celeriac.settings.docker_servers import IMAGES
from tests.docker_engine import Engine
from tests.e2e.project import CHECKOUT, Project

PASSWORD = "the administrators'"
_STAND_INS = {
    "rabbitmq": "rabbitmq",
    "redis": "redis",
    "valkey": "valkey",
    "postgresql": "postgres",
    "mariadb": "mariadb",
    "memcached": "memcached",
}
"""What is built for each kind of server that can be."""


def stand_ins() -> dict[str, list[str]]:
    """What the stand-ins for images are called by a stack."""
    return {system: [IMAGES[kind]] for kind, system in _STAND_INS.items()}


def free_ports(count: int, *, together: bool = False) -> list[int]:
    """Ports of loopback that nobody has; in a row, where a server wants several so.

    None that the system hands out to connections (from 32768 on Linux): while a container is
    stopped, one of those would soon be somebody's.
    """
    drawn = random.SystemRandom()
    while True:
        first = drawn.randrange(15000, 26000)
        wanted = (
            [first + number for number in range(count)]
            if together
            else drawn.sample(range(15000, 26000), count)
        )
        with ExitStack() as sockets:
            try:
                for port in wanted:
                    sockets.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return wanted


def config_of(stack: str) -> dict[str, Any]:
    """A stack file's configuration, with a password that is in it and no port yet."""
    file = CHECKOUT / "stacks" / f"Pulumi.{stack}.yaml"
    config: dict[str, Any] = copy.deepcopy(yaml.safe_load(file.read_text())["config"])
    for server in config["celeriac:servers"].values():
        if "password" in server:
            server["password"] = PASSWORD
    return config


class DockerStack(Project):
    """A project on an engine: what it makes there has a word of its own in its name.

    Args:
        folder: an empty folder.
        engine: where.
        config: the stack file.
    """

    def __init__(self, folder: Path, engine: Engine, config: dict[str, Any]) -> None:
        self.word = f"d{uuid.uuid4().hex[:6]}"
        super().__init__(folder, self.word)
        self.engine = engine
        self.environment.update(engine.environment)
        engine.have(stand_ins())
        self.write(config)

    def containers(self) -> dict[str, Any]:
        """The containers that run, by the rest of their names."""
        found = self.engine.client.containers.list(all=True)
        prefix = f"celeriac-{self.word}-"
        # The list may be behind for a moment: each container's own status is not.
        return {
            str(c.name).removeprefix(prefix): c
            for c in found
            if str(c.name).startswith(prefix) and c.status == "running"
        }

    def left(self) -> dict[str, list[str]]:
        """What there is of it on the engine."""
        return self.engine.named(self.word)

    def remove(self) -> None:
        """Leave nothing, whatever happened."""
        client = self.engine.client
        for container in client.containers.list(all=True):
            if self.word in str(container.name):
                container.remove(force=True, v=True)
        left = self.left()
        for name in left.get("networks", []):
            client.networks.get(name).remove()
        for name in left.get("volumes", []):
            client.volumes.get(name).remove()
