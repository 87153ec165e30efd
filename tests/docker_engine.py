"""The Docker engine of the tests, its images, and a plugin that drives it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import docker
from filelock import FileLock

from tests.on_demand import CHECKOUT, started
from tests.standins.images.build import build

PLUGIN = CHECKOUT / "tests" / "standins" / "docker" / "bin"
"""The folder for PATH, with the program that takes the plugin's place."""


@dataclass(frozen=True)
class Engine:
    """A Docker engine on this machine.

    Args:
        host: its address.
        ours: whether the tests have started it: then it reaches no registry.
    """

    host: str
    ours: bool

    @cached_property
    def client(self) -> docker.DockerClient:
        """The Docker SDK's client."""
        return docker.DockerClient(base_url=self.host, timeout=120)

    @property
    def environment(self) -> dict[str, str]:
        """What the processes of a test need, to be added to their own."""
        found = {"DOCKER_HOST": self.host}
        if not official_plugin():
            # The engine takes a plugin from PATH, and need not look for the one it stands for.
            found["PATH"] = f"{PLUGIN}:{Path(sys.executable).parent}:{os.environ['PATH']}"
            found["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = "true"
        return found

    def have(self, names: Mapping[str, Iterable[str]]) -> None:
        """Have stand-ins for official images on our engine; another one gets the images itself.

        Args:
            names: what each is called: `redis: [redis:8.2.1]`.
        """
        if self.ours:
            with FileLock(CHECKOUT / ".local" / "docker" / "images.lock"):
                build(self.client, names)

    def named(self, word: str) -> dict[str, list[str]]:
        """All containers, networks and volumes with a word in their names."""
        found: dict[str, list[Any]] = {
            "containers": [c.name for c in self.client.containers.list(all=True)],
            "networks": [n.name for n in self.client.networks.list()],
            "volumes": [v.name for v in self.client.volumes.list()],
        }
        named = {kind: sorted(n for n in names if word in n) for kind, names in found.items()}
        return {kind: names for kind, names in named.items() if names}


def engine() -> Engine:
    """The engine of the tests, which is started if need be; without one the test is skipped."""
    entry = started("docker")["docker"]
    return Engine(entry["host"], entry["ours"])


def official_plugin() -> bool:
    """Whether Pulumi's own Docker plugin is installed: then the same tests use it."""
    done = subprocess.run(
        ["pulumi", "plugin", "ls"], capture_output=True, text=True, check=False
    ).stdout
    return any(line.split()[:2] == ["docker", "resource"] for line in done.splitlines())
