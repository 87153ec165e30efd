"""The provider protocol, as far as Pulumi's engine uses it with Docker's plugin."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, ClassVar

import docker
from docker.errors import DockerException

from tests.standins import servicer
from tests.standins.docker.container import Container
from tests.standins.docker.image import RemoteImage
from tests.standins.docker.network import Network
from tests.standins.docker.resource import Resource
from tests.standins.docker.volume import Volume
from tests.standins.errors import Refusal


class StandIn(servicer.StandIn[docker.DockerClient]):
    """Serves images, networks, volumes and containers, and refuses everything else."""

    name = "a test's STAND-IN for the Docker plugin, over a real Docker engine"
    package = "docker"
    version = "5.2.0"
    configuration = ("host",)
    refusals = (DockerException,)
    resources: ClassVar[Mapping[str, type[Resource]]] = {
        kind.token: kind for kind in (RemoteImage, Network, Volume, Container)
    }

    def placed(self, given: dict[str, Any]) -> docker.DockerClient:
        """The engine of the configuration, else the one that Docker's own programs would take."""
        host = given.get("host") or os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"
        if not host.startswith("unix://"):
            raise Refusal(f"the engine {host} is not on this machine")
        return docker.DockerClient(base_url=host, timeout=120, version="auto")
