"""What lies in a vhost: it carries no mark of its own, it is ours when the vhost is."""

from __future__ import annotations

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.properties import prop
from celeriac_provider.engine.resource import Key, Resource
from celeriac_provider.rabbitmq import marked, names
from celeriac_provider.rabbitmq.client import Api


class InVhost(Resource):
    """Something in a vhost."""

    inside = True

    vhost: str = prop("The vhost.", replaces=True, check=names.name)

    @classmethod
    def container_mark(cls, ctx: Context, key: Key) -> str | None:
        """The vhost's."""
        return marked.of_vhost(Api.of(ctx), key["vhost"])
