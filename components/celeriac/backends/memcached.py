"""An app's results in memcached: a key prefix that keeps apps apart, and keeps nobody out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from celeriac.contract import memcached_settings, memcached_url
from celeriac.parts import ResultsPart

if TYPE_CHECKING:
    from celeriac.servers.existing_memcached import MemcachedServers

DAY = 86_400


class MemcachedResults(pulumi.ComponentResource):
    """Results under a prefix; memcached itself drops what has expired, and more when it must.

    Nothing is made: memcached has no users, so the prefix is an agreement between apps.

    Args:
        name: the app's name: of the component, and of the prefix unless it is given.
        server: the servers they are on.
        prefix: begin of all keys, with `:` at the end. Default: `<name>-results:`.
        expires: seconds until a result is dropped, at most 30 days. Default: a day.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        name: str,
        *,
        server: MemcachedServers,
        prefix: str | None = None,
        expires: int = DAY,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        prefix = prefix or f"{name}-results:"
        props = {"prefix": prefix, "expires": expires}
        super().__init__("celeriac:index:MemcachedResults", name, props, opts)
        self.part = ResultsPart(
            kind="memcached",
            url=pulumi.Output.from_input(memcached_url(server.servers)),
            settings=pulumi.Output.from_input(memcached_settings(prefix=prefix, expires=expires)),
            expires=expires,
            made=[server.verified],
            ca=None,
            via=server.via,
        )
        self.register_outputs({"url": self.part.url})
