"""MongoDB on platform `existing`: a server alone, or a replica set."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pulumi

from celeriac.contract import Tls
from celeriac.contract.mongodb import named
from celeriac.reach import via_input
from celeriac.resources import Provider
from celeriac.servers.references import Text, password_properties, pem_of
from celeriac.servers.underlying import NOTHING, Underlying

if TYPE_CHECKING:
    from collections.abc import Sequence

    from celeriac.settings import Via


class MongoDBServer(pulumi.ComponentResource):
    """A MongoDB of 4.4 or later.

    Args:
        name: the component's name.
        servers: host and port of the server, or of members of the replica set.
        username: the administrator. It needs userAdminAnyDatabase and readWriteAnyDatabase.
        password: its password, or a `Reference` that the provider resolves and never stores.
        replica_set: name of the replica set. Default: it is a server alone.
        auth_source: the database that the administrator logs in to.
        tls: whether to connect with TLS.
        ca: PEM of the CA that signed the servers' certificates. Default: the system's CAs.
        ca_path: path of that CA on the hosts of the apps, written into their settings.
        timeout: seconds that one operation may wait for the server. Default: 30.
        via: how the administrator and the proof reach it from outside its network: `SshVia(…)`, or
            `SsmVia(…)`; each of the servers over a forwarding of its own. Default: directly.
        owner: tells apart teams whose backends give them equal organization, project and stack.
        underlying: what it stands on, where this stack makes that. Default: it runs already.
        opts: Pulumi's options of a resource.
    """

    deleted_with: pulumi.Resource | None = None
    """What takes everything on the server with it; None where the server stays."""

    def __init__(
        self,
        name: str,
        *,
        servers: Sequence[tuple[str, int]],
        username: pulumi.Input[str],
        password: Text,
        replica_set: str | None = None,
        auth_source: str = "admin",
        tls: bool = True,
        ca: Text | None = None,
        ca_path: str | None = None,
        timeout: float | None = None,
        via: Via | None = None,
        owner: str | None = None,
        underlying: Underlying = NOTHING,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        hosts = ",".join(named(*server) for server in servers)
        props = {"hosts": hosts, "replicaSet": replica_set, "tls": tls}
        super().__init__("celeriac:index:MongoDBServer", name, props, opts)
        options = {} if replica_set is None else {"replicaSet": replica_set}
        options |= {"authSource": auth_source, "tls": "true" if tls else "false"}
        self.ca = pem_of(ca)
        self.via = via_input(via)
        self.provider = Provider(
            name,
            endpoint=f"mongodb://{hosts}?{urlencode(options)}",
            username=username,
            **password_properties(password),
            ca=self.ca,
            timeout=timeout,
            via=self.via,
            organization=pulumi.get_organization(),
            owner=owner,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(underlying.running)),
        )
        self.deleted_with = underlying.data
        # Only now: Pulumi sets an attribute for each of the props.
        self.servers, self.replica_set = tuple(servers), replica_set
        self.tls = Tls(ca_path=ca_path) if tls else None
        self.register_outputs({})
