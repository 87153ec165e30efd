"""Docker without Docker: the types that components may make, with the properties that they have.

Types and their properties are looked up in pulumi_docker's own classes, so that a property that the
plugin does not have is an error here as it would be there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi_docker
from pulumi.runtime import mocks, rpc
from tests.unit.components.aws_world import plain
from tests.unit.components.world import World, inputs_of

ARGS = {
    "docker:index/container:Container": pulumi_docker.ContainerArgs,
    "docker:index/network:Network": pulumi_docker.NetworkArgs,
    "docker:index/remoteImage:RemoteImage": pulumi_docker.RemoteImageArgs,
    "docker:index/volume:Volume": pulumi_docker.VolumeArgs,
}
"""Every type of Docker that a component may make."""


@dataclass
class DockerWorld(World):
    """Answers as Docker's plugin would."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """Inputs come back as outputs, and what Docker says is added; in a preview it is not."""
        if not args.typ.startswith(("docker:", "pulumi:providers:docker")):
            return super().new_resource(args)
        self.registered[f"{args.typ}::{args.name}"] = dict(args.inputs)
        self.types.setdefault(args.typ, []).append(args.name)
        if args.typ == "pulumi:providers:docker":
            return args.name, dict(args.inputs)
        known, required = inputs_of(ARGS[args.typ])
        unknown = args.inputs.keys() - known
        assert unknown == set(), f"{args.typ} has no {unknown}"
        missing = required - args.inputs.keys()
        assert self.preview or missing == set(), f"{args.typ} needs {missing}"
        said = {"imageId": f"sha256:{args.name}"} if "Image" in args.typ else {}
        if self.preview:
            return "", dict.fromkeys(said, rpc.UNKNOWN) | dict(args.inputs)
        return f"{args.name}-id", said | dict(args.inputs)

    def container(self, name: str) -> dict[str, Any]:
        """The inputs of a container."""
        return self.registered[f"docker:index/container:Container::{name}"]

    def files(self, name: str) -> dict[str, Mapping[str, Any]]:
        """What is put into a container, by path."""
        return {one["file"]: one for one in map(_clear, plain(self.container(name)["uploads"]))}

    @property
    def containers(self) -> list[str]:
        """The names of all containers, sorted: those that need no other are made side by side."""
        return sorted(self.types["docker:index/container:Container"])


def _clear(upload: Any) -> dict[str, Any]:
    return {key: plain(value) for key, value in plain(upload).items()}
