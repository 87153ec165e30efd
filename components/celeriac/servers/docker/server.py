"""What all servers in containers have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

import pulumi
import pulumi_docker as docker

from celeriac.resources import Provider, secrets
from celeriac.servers.docker.engine import labels
from celeriac.servers.references import Text, text_of
from celeriac.servers.underlying import Underlying
from celeriac.settings import Reference

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from celeriac.servers.docker.engine import DockerEngine
    from celeriac.settings import Via

LOOPBACK = "127.0.0.1"
"""Where ports are published: nobody on the network reaches them."""
PASSWORD = "/etc/celeriac/password"  # noqa: S105 - the path of a file
"""The administrator's password, in the containers whose images read it from a file."""
STARTING = 300
"""Seconds that a container may take until it is healthy, with a slow disk under it."""
STOPPING = 60
"""Seconds that a server may take to put its data in order before it is killed."""


class Common(TypedDict, total=False):
    """What every server in a container takes."""

    password: Text | None
    """The administrator's password; the container gets it, so the state holds it as a secret.
    Default: one is made, which is lost with the state."""
    keep_volume: bool
    """Whether `pulumi destroy` leaves the data where it is. Default: yes."""
    via: Via | None
    """How the administrator reaches the loopback of another machine."""
    timeout: float | None
    """Seconds that one operation may wait for the server. Default: 30."""
    owner: str | None
    """Tells apart teams whose backends give them equal organization, project and stack."""
    opts: pulumi.ResourceOptions | None
    """Pulumi's options of a resource."""


@dataclass(frozen=True)
class File:
    """A file that is put into a container before it starts."""

    path: str
    """Where it is in the container."""
    content: pulumi.Input[str]
    """Its text."""
    secret: bool = False
    """Whether its owner alone reads it."""
    program: bool = False
    """Whether it is run."""
    owner: int = 0
    """Number of the user that it belongs to, in the image."""

    @property
    def args(self) -> docker.ContainerUploadArgs:
        """The file as Docker's provider takes it."""
        mode = "0400" if self.secret else "0555" if self.program else "0444"
        content = pulumi.Output.secret(self.content) if self.secret else self.content
        return docker.ContainerUploadArgs(
            file=self.path,
            content=content,
            permissions=mode,
            owner=str(self.owner),
            group=str(self.owner),
        )


@dataclass(frozen=True, kw_only=True)
class Check:
    """How it is found out that a server in a container works."""

    command: Sequence[str]
    """What is run in the container."""
    every: int = 3
    """Seconds between two runs; more for what starts a virtual machine each time."""

    @property
    def args(self) -> docker.ContainerHealthcheckArgs:
        """The check as Docker's provider takes it."""
        return docker.ContainerHealthcheckArgs(
            tests=["CMD", *self.command],
            interval=f"{self.every}s",
            timeout="10s",
            retries=5,
            # As Docker says it again: another spelling of it would be a change.
            start_period="2m0s",
        )


def listens(port: int) -> Check:
    """That a port is open, for servers that open it when they are ready."""
    return Check(command=["bash", "-c", f"</dev/tcp/{LOOPBACK}/{port}"])


class DockerServer(pulumi.ComponentResource):
    """A server in containers of its own.

    Args:
        kind: the component's type.
        name: the component's name.
        engine: where, and the network that it joins.
        image: the image, with its version.
        memory: MiB that a container may take.
        props: what policies see of it.
        common: see `Common`.
    """

    def __init__(
        self,
        kind: str,
        name: str,
        *,
        engine: DockerEngine,
        image: str,
        memory: int,
        props: Mapping[str, Any],
        common: Common,
    ) -> None:
        shown = {"image": image, "memory": memory, "publishedOn": LOOPBACK, **props}
        super().__init__(f"celeriac:index:{kind}", name, shown, common.get("opts"))
        self._engine, self._megabytes, self._common = engine, memory, common
        self._image = docker.RemoteImage(
            f"{name}-image", name=image, keep_locally=True, opts=self._options()
        )
        self._local: Provider | None = None

    def _administrators_password(self) -> pulumi.Output[str]:
        """As it was given, or a generated one."""
        given = self._common.get("password")
        if isinstance(given, Reference):
            found = text_of(given)
            assert found is not None  # noqa: S101 - of a reference there is a text
            return found
        if given is not None:
            return pulumi.Output.secret(given)
        return self._generated(f"{self._name}-administrator")

    def _generated(self, name: str) -> pulumi.Output[str]:
        """A password in the state."""
        if self._local is None:
            # Of no server: passwords are made before there is one.
            self._local = Provider(
                f"{self._name}-passwords",
                organization=pulumi.get_organization(),
                owner=self._common.get("owner"),
                opts=pulumi.ResourceOptions(parent=self),
            )
        made = secrets.Password(
            name, opts=pulumi.ResourceOptions(parent=self, provider=self._local)
        )
        # With the id: of a resource that failed, `--continue-on-error` says None for the rest.
        both = pulumi.Output.all(made.id, made.value)
        return pulumi.Output.secret(both.apply(lambda known: known[1]))

    def _volume(self, *part: str) -> docker.Volume:
        """A volume: a later container of its name finds what this one has left in it."""
        return docker.Volume(
            "-".join((self._name, *part, "data")),
            name=self._engine.named(self._name, *part),
            labels=[
                docker.VolumeLabelArgs(label=label, value=value)
                for label, value in labels(self._name).items()
            ],
            opts=self._options(retain_on_delete=self._common.get("keep_volume", True)),
        )

    def _container(
        self,
        *part: str,
        check: Check,
        ports: Mapping[int, int],
        files: Sequence[File] = (),
        environment: Mapping[str, str] | None = None,
        command: Sequence[str] = (),
        data: tuple[docker.Volume, str] | None = None,
        memory: int | None = None,
        inside: docker.Container | None = None,
        after: Sequence[pulumi.Resource] = (),
    ) -> docker.Container:
        """A container that is healthy when it is made.

        Args:
            part: what tells it from the server's other containers.
            check: how that is found out.
            ports: ports inside by those of the host's loopback.
            files: what is put into it.
            environment: the image's documented variables; never a secret, which `docker inspect`
                would show.
            command: what is run, where it is not the image's own; never with a secret in it.
            data: its volume, and where the image keeps its data.
            memory: MiB, where it takes less than the server.
            inside: the container whose network it uses, instead of one of its own.
            after: what has to be there before.
        """
        name = self._engine.named(self._name, *part)
        network: dict[str, Any] = {
            "hostname": name,
            "networks_advanced": [
                docker.ContainerNetworksAdvancedArgs(name=self._engine.network.name, aliases=[name])
            ],
            "ports": [
                docker.ContainerPortArgs(internal=port, external=published, ip=LOOPBACK)
                for published, port in ports.items()
            ],
        }
        if inside is not None:
            network = {"network_mode": inside.id.apply(lambda known: f"container:{known}")}
        volume, path = data or (None, "")
        return docker.Container(
            "-".join((self._name, *part)),
            name=name,
            image=self._image.image_id,
            command=list(command) or None,
            envs=[f"{key}={value}" for key, value in (environment or {}).items()],
            mounts=[]
            if volume is None
            else [docker.ContainerMountArgs(type="volume", source=volume.name, target=path)],
            uploads=[file.args for file in files],
            healthcheck=check.args,
            wait=True,
            wait_timeout=STARTING,
            memory=memory or self._megabytes,
            restart="unless-stopped",
            log_driver="json-file",
            log_opts={"max-size": "10m", "max-file": "3"},
            destroy_grace_seconds=STOPPING,
            labels=[
                docker.ContainerLabelArgs(label=label, value=value)
                for label, value in labels(self._name).items()
            ],
            # Its name and its ports are taken until it is gone.
            opts=self._options(delete_before_replace=True, depends_on=list(after)),
            **network,
        )

    def _connection(
        self, running: Sequence[docker.Container], data: docker.Volume | None
    ) -> dict[str, Any]:
        """What the server on top is told: that it waits, and what it is deleted with."""
        return {
            "timeout": self._common.get("timeout"),
            "owner": self._common.get("owner"),
            "underlying": Underlying(running=running, data=data),
            "opts": pulumi.ResourceOptions(parent=self),
        }

    def _options(self, **more: Any) -> pulumi.ResourceOptions:
        """Options of what is made with Docker."""
        return pulumi.ResourceOptions(parent=self, provider=self._engine.provider, **more)
