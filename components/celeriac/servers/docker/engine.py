"""The Docker engine, and the private network of everything that this stack makes there."""

from __future__ import annotations

import pulumi
import pulumi_docker as docker

from celeriac.servers.names import physical_name

LONGEST_NAME = 63
"""Characters of a container's name, which is its host name too: of a label in DNS (RFC 1035)."""


class DockerEngine(pulumi.ComponentResource):
    """An engine with a network of this stack's own: of Docker itself, or with its interface.

    Args:
        name: the component's name.
        host: `unix:///…`, `npipe:////…` or `ssh://user@host`. Default: what the environment's
            DOCKER_HOST or DOCKER_CONTEXT says, or the local engine's own socket.
        network: name of the network. Default: of project and stack.
        owner: tells apart teams whose backends give them equal organization, project and stack.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        name: str = "docker",
        *,
        host: str | None = None,
        network: str | None = None,
        owner: str | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("celeriac:index:DockerEngine", name, {"host": host}, opts)
        self._owner = owner
        self.provider = docker.Provider(name, host=host, opts=pulumi.ResourceOptions(parent=self))
        self.network = docker.Network(
            name,
            name=network or self.named(),
            driver="bridge",
            labels=[
                docker.NetworkLabelArgs(label=label, value=value)
                for label, value in labels().items()
            ],
            opts=pulumi.ResourceOptions(
                parent=self, provider=self.provider, delete_before_replace=True
            ),
        )
        self.register_outputs({})

    def named(self, *parts: str) -> str:
        """A name on the engine of something of this stack."""
        owner = [self._owner] if self._owner else []
        return physical_name(*owner, *parts, longest=LONGEST_NAME)


def labels(server: str | None = None) -> dict[str, str]:
    """Whose it is, for `docker ps --filter label=celeriac.stack=…`."""
    found = {"celeriac.stack": f"{pulumi.get_project()}/{pulumi.get_stack()}"}
    return found if server is None else found | {"celeriac.server": server}
