# Written by tools/resources from the provider's declarations: change those.
"""Resources of memcached, as the provider offers them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from celeriac.resources.base import CeleriacResource

if TYPE_CHECKING:
    from collections.abc import Mapping


class Servers(CeleriacResource):
    """Memcached servers that are used together, as they answer.

    Nothing is made: memcached has no users, no databases, nothing that could be owned. Each server
    of the provider's `endpoint` is asked when this is made, changed and refreshed: whether it is
    there, and how large an item may be. A server that takes less shows as a change of
    `largestItem`, and the next `up` fails with the sentence. Deleting it does nothing.

    Args:
        resource_name: the name of the resource in Pulumi.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        name: What this set of servers is called. Default: 'servers'.
        largest_item: Largest item that every server must take, in bytes, its key and header
            included (memcached's `-I`, `item_size_max`). What is larger is not stored. Default:
            1048576.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        adopt: pulumi.Input[bool] | None = None,
        name: pulumi.Input[str] | None = None,
        largest_item: pulumi.Input[int] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:memcached:Servers",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "name": name,
                "largestItem": largest_item,
                "versions": None,
            },
            opts,
        )

    @property
    def adopt(self) -> pulumi.Output[bool]:
        """Take over an object that exists already and was not made by this resource, and
        manage it from now on, deletion included."""
        return self._property("adopt")

    @property
    def mark(self) -> pulumi.Output[str | None]:
        """The mark of ownership that the object carries on its server."""
        return self._property("mark")

    @property
    def name(self) -> pulumi.Output[str]:
        """What this set of servers is called."""
        return self._property("name")

    @property
    def largest_item(self) -> pulumi.Output[int]:
        """Largest item that every server must take, in bytes, its key and header included
        (memcached's `-I`, `item_size_max`). What is larger is not stored."""
        return self._property("largestItem")

    @property
    def versions(self) -> pulumi.Output[Mapping[str, str] | None]:
        """Version of each server, by `host:port`."""
        return self._property("versions")
