"""Elasticsearch on platform `existing`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from celeriac.contract.elasticsearch import PORT
from celeriac.contract.mongodb import named
from celeriac.reach import via_input
from celeriac.resources import Provider
from celeriac.servers.references import Text, password_properties, pem_of
from celeriac.servers.underlying import NOTHING, Underlying

if TYPE_CHECKING:
    from celeriac.settings import Via


class ElasticsearchServer(pulumi.ComponentResource):
    """An Elasticsearch 8, with users or without.

    Args:
        name: the component's name.
        host: host name that apps and the administrator connect to.
        port: port that they connect to.
        username: the administrator, who may manage the apps' indexes. Default: nobody logs in.
        password: its password, or a `Reference` that the provider resolves and never stores.
        tls: whether to connect with TLS. Apps check against the CAs of Python's certifi.
        ca: PEM of the CA that signed the certificate, for the provider. Default: the system's CAs.
        timeout: seconds that one operation may wait for the server. Default: 30.
        via: how the administrator and the proof reach it from outside its network: `SshVia(…)`, or
            `SsmVia(…)`. Default: directly.
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
        host: str,
        port: int = PORT,
        username: pulumi.Input[str] | None = None,
        password: Text | None = None,
        tls: bool = True,
        ca: Text | None = None,
        timeout: float | None = None,
        via: Via | None = None,
        owner: str | None = None,
        underlying: Underlying = NOTHING,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        endpoint = f"{'https' if tls else 'http'}://{named(host, port)}"
        super().__init__(
            "celeriac:index:ElasticsearchServer", name, {"endpoint": endpoint, "tls": tls}, opts
        )
        self.via = via_input(via)
        self.provider = Provider(
            name,
            endpoint=endpoint,
            username=username,
            **password_properties(password),
            ca=pem_of(ca),
            timeout=timeout,
            via=self.via,
            organization=pulumi.get_organization(),
            owner=owner,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(underlying.running)),
        )
        self.deleted_with = underlying.data
        # Only now: Pulumi sets an attribute for each of the props.
        self.host, self.port, self.tls = host, port, tls
        self.register_outputs({})
