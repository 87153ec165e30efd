"""Memcached on platform `existing`: servers that are verified, and nothing made on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from celeriac.contract.memcached import ITEM
from celeriac.reach import via_input
from celeriac.resources import Provider, memcached
from celeriac.servers.underlying import NOTHING, Underlying

if TYPE_CHECKING:
    from collections.abc import Sequence

    from celeriac.settings import Via


class MemcachedServers(pulumi.ComponentResource):
    """Memcached servers that are used together: Celery spreads the results over them.

    There are no users and no TLS, because Celery's client has neither: put them on a network that
    is the apps' own. A server that restarts or needs room forgets results.

    Args:
        name: the component's name.
        servers: host and port of each. One that is gone takes its share of the results with it.
        max_item_size: bytes of the largest item that each must take (`-I`, `item_size_max`),
            verified; the result of a task, encoded, must fit. Default: 1 MiB, memcached's own.
        timeout: seconds that one operation may wait for a server. Default: 30.
        via: how the verification and the proof reach them from outside their network:
            `SshVia(…)`, or `SsmVia(…)`; each server over a forwarding of its own. Default:
            directly.
        owner: tells apart teams whose backends give them equal organization, project and stack.
        underlying: what it stands on, where this stack makes that. Default: it runs already.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        name: str,
        *,
        servers: Sequence[tuple[str, int]],
        max_item_size: int = ITEM,
        timeout: float | None = None,
        via: Via | None = None,
        owner: str | None = None,
        underlying: Underlying = NOTHING,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        named = [f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in servers]
        props = {"servers": named, "maxItemSize": max_item_size}
        super().__init__("celeriac:index:MemcachedServers", name, props, opts)
        # Only now: Pulumi sets an attribute for each of the props.
        self.servers = tuple(servers)
        self.via = via_input(via)
        self.provider = Provider(
            name,
            endpoint=f"memcached://{','.join(named)}",
            timeout=timeout,
            via=self.via,
            organization=pulumi.get_organization(),
            owner=owner,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(underlying.running)),
        )
        self.verified = memcached.Servers(
            f"{name}-servers",
            name=name,
            largest_item=max_item_size,
            opts=pulumi.ResourceOptions(parent=self, provider=self.provider),
        )
        self.register_outputs({})
