"""What all servers on AWS have in common: names, tags, a security group, how they are reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

import pulumi

from celeriac.contract import Tls
from celeriac.parts import Address
from celeriac.reach import via_input
from celeriac.resources import Provider, secrets
from celeriac.servers.aws.network import admit
from celeriac.servers.names import physical_name, tags_of
from celeriac.servers.references import Text, pem_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi_aws import ec2

    from celeriac.servers.aws.network import Network
    from celeriac.settings import Via

LOG_DAYS = 30
"""Days that logs are kept."""


class Common(TypedDict, total=False):
    """What every server on AWS takes."""

    deletion_protection: bool
    """Whether `pulumi destroy` refuses to delete it. Default: yes."""
    apply_immediately: bool
    """Whether changes that interrupt it wait for no maintenance window. Default: they wait."""
    ca: Text | None
    """PEM of the CA that signed its certificate. Default: the system's CAs."""
    ca_path: str | None
    """Path of that CA on the hosts of the apps, written into their settings."""
    via: Via | None
    """How the administrator and the proof reach it from outside its network."""
    timeout: float | None
    """Seconds that one operation may wait for the server. Default: 30."""
    owner: str | None
    """Tells apart teams whose backends give them equal organization, project and stack."""
    opts: pulumi.ResourceOptions | None
    """Pulumi's options of a resource."""


class AwsServer(pulumi.ComponentResource):
    """A server that this stack makes on AWS.

    Args:
        kind: the component's type.
        name: the component's name.
        network: where it is put, and who may connect.
        ports: ports that clients may connect to.
        longest: characters of its name that the service takes.
        props: what policies see of it.
        common: see `Common`.
    """

    provider: Provider
    """The provider that administers it."""
    address: Address
    """Where apps connect to it."""
    deleted_with: pulumi.Resource
    """The server itself, which takes everything on it with it."""

    def __init__(
        self,
        kind: str,
        name: str,
        *,
        network: Network,
        ports: Sequence[int],
        longest: int,
        props: Mapping[str, Any],
        common: Common,
    ) -> None:
        self._protected = common.get("deletion_protection", True)
        self._at_once = common.get("apply_immediately", False)
        self._network, self._common = network, common
        shown = {
            **props,
            "vpc": network.vpc_id,
            "clients": list(network.clients),
            "kmsKey": network.kms_key,
            "deletionProtection": self._protected,
            "publiclyAccessible": False,
        }
        super().__init__(f"celeriac:index:{kind}", name, shown, common.get("opts"))
        self._physical = self._named(longest=longest)
        self._tags = tags_of(network.tags, server=name, name=self._physical)
        # Of no server: passwords are made before there is one.
        self._local = Provider(
            f"{name}-passwords",
            organization=pulumi.get_organization(),
            owner=common.get("owner"),
            opts=self._options(),
        )
        self.security_group: ec2.SecurityGroup = admit(network, name, self._physical, ports, self)

    @property
    def _final_snapshot(self) -> pulumi.Output[str]:
        """The name of its last snapshot: another server of its name finds none in its way."""
        # A security group's id is as old as the server, and no other has it.
        return self.security_group.id.apply(
            lambda group: f"{self._physical}-{group.removeprefix('sg-')}"
        )

    def _named(self, *parts: str, longest: int) -> str:
        """A name on AWS of something of this server."""
        owner = self._common.get("owner")
        return physical_name(*filter(None, [owner, self._name, *parts]), longest=longest)

    def _options(self, *, server: bool = False, **more: Any) -> pulumi.ResourceOptions:
        """Options of a child.

        The server itself is protected: the preview of `destroy` refuses before anything that is on
        it is taken out of the state. And it is never replaced by an empty one: its name stays what
        it is, and AWS refuses a second of that name.
        """
        if server:
            more |= {"protect": self._protected, "delete_before_replace": False}
        return pulumi.ResourceOptions(parent=self, **more)

    def _generated(self, name: str, *, parent: pulumi.Resource | None = None) -> pulumi.Output[str]:
        """A password in the state: letters, digits and hyphens, which all services take."""
        made = secrets.Password(
            name, opts=pulumi.ResourceOptions(parent=parent or self, provider=self._local)
        )
        # With the id: of a resource that failed, `--continue-on-error` says None for the rest.
        both = pulumi.Output.all(made.id, made.value)
        return pulumi.Output.secret(both.apply(lambda known: known[1]))

    def _reach(
        self,
        *,
        endpoint: pulumi.Input[str],
        host: pulumi.Output[str],
        port: pulumi.Output[int],
        **login: Any,
    ) -> None:
        """The provider for the server, and where apps find it."""
        pem, via = pem_of(self._common.get("ca")), via_input(self._common.get("via"))
        self.provider = Provider(
            self._name,
            endpoint=endpoint,
            region=self._network.region,
            ca=pem,
            via=via,
            timeout=self._common.get("timeout"),
            organization=pulumi.get_organization(),
            owner=self._common.get("owner"),
            opts=self._options(),
            **login,
        )
        self.address = Address(
            host=host,
            port=port,
            tls=Tls(ca_path=self._common.get("ca_path")),
            ca=pem,
            provider=self.provider,
            via=via,
            management=pulumi.Output.from_input(endpoint),
        )
