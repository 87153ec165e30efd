# Written by tools/resources from the provider's declarations: change those.
"""Resources of elasticsearch, as the provider offers them."""

from __future__ import annotations

import pulumi

from celeriac.resources.base import CeleriacResource


class ResultIndex(CeleriacResource):
    """The index that Celery writes an app's results into, made ahead with its mapping.

    The mark is in the mapping's `_meta`, written by the same request. Results expire by the
    cleanup that deletes by `@timestamp`; never give the index a lifecycle policy with a delete
    phase: Celery writes into one index, and the fresh results would go with it.

    Deleting it deletes the results. While there are any that is refused, unless `forceDestroy` is
    set.

    Args:
        resource_name: the name of the resource in Pulumi.
        name: The index's name.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        shards: How many primary shards it has (`number_of_shards`). Default: 1.
        replicas: How many copies each shard has beside the first (`number_of_replicas`).
            Default: 1.
        force_destroy: Delete it even with results in it. Default: False.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        shards: pulumi.Input[int] | None = None,
        replicas: pulumi.Input[int] | None = None,
        force_destroy: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:elasticsearch:ResultIndex",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "name": name,
                "shards": shards,
                "replicas": replicas,
                "forceDestroy": force_destroy,
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
        """The index's name."""
        return self._property("name")

    @property
    def shards(self) -> pulumi.Output[int]:
        """How many primary shards it has (`number_of_shards`)."""
        return self._property("shards")

    @property
    def replicas(self) -> pulumi.Output[int]:
        """How many copies each shard has beside the first (`number_of_replicas`)."""
        return self._property("replicas")

    @property
    def force_destroy(self) -> pulumi.Output[bool]:
        """Delete it even with results in it."""
        return self._property("forceDestroy")
