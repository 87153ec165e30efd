"""Vhosts."""

from __future__ import annotations

from typing import Any, Literal, Self

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import CeleriacError, PartlyCreated
from celeriac_provider.engine.properties import prop
from celeriac_provider.engine.resource import Key, Resource
from celeriac_provider.rabbitmq import limits, marked, messages, names
from celeriac_provider.rabbitmq.client import Api

_EVERYTHING = ("configure", "write", "read")


class Vhost(Resource):
    """A RabbitMQ vhost: one app's exchanges, queues, policies and permissions.

    RabbitMQ itself gives the administrator who makes a vhost all permissions in it; they stay, so
    that queues can be made in it.
    """

    token = "rabbitmq:Vhost"  # noqa: S105 - a type token
    identity = ("name",)

    name: str = prop("The vhost's name.", replaces=True, check=names.name)
    description: str = prop("What the vhost is for.", default="")
    default_queue_type: Literal["quorum", "classic", "stream"] = prop(
        "The type of a queue that is declared without one. It changes nothing for queues that "
        "exist.",
        default="quorum",
    )
    tags: list[str] = prop("Tags of the vhost.", default=[], unordered=True, check=names.tags)
    max_connections: int = prop(
        "How many connections clients may have to the vhost; -1: no limit.",
        default=limits.UNLIMITED,
        check=names.unlimited,
    )
    max_queues: int = prop(
        "How many queues the vhost may have; -1: no limit. Native delayed delivery takes 28.",
        default=limits.UNLIMITED,
        check=names.unlimited,
    )
    force_destroy: bool = prop(
        "Delete the vhost although messages wait in its queues.", default=False, local=True
    )

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """The vhost, its tags without the mark, and its limits."""
        del prior
        api = Api.of(ctx)
        found = api.get("vhosts", key["name"])
        if found is None:
            return None
        tags, mark = marked.split(found.get("tags", []))
        bounds = limits.read(api, "vhost-limits", key["name"])
        return cls(
            name=key["name"],
            description=found.get("description", ""),
            default_queue_type=_queue_type(found),
            tags=tags,
            max_connections=bounds.get("max-connections", limits.UNLIMITED),
            max_queues=bounds.get("max-queues", limits.UNLIMITED),
            mark=mark,
        )

    def create(self, ctx: Context) -> Self:
        """One PUT makes the vhost with its mark; limits follow."""
        api = Api.of(ctx)
        self._put(api)
        try:
            ctx.persist(lambda: self._limit(api, {}))
        except CeleriacError as error:
            raise PartlyCreated(str(error), self) from None
        return self

    def update(self, old: Self, ctx: Context) -> Self:
        """Everything but the name changes in place."""
        del old
        api = Api.of(ctx)
        self._put(api)
        self._start(api)
        self._admit(api)
        self._limit(api, limits.read(api, "vhost-limits", self.name))
        return self

    def delete(self, ctx: Context) -> None:
        """Delete the vhost with all that lies in it."""
        Api.of(ctx).delete("vhosts", self.name)

    def guard(self, ctx: Context) -> str | None:
        """Messages in its queues."""
        return messages.loss(Api.of(ctx), self.name, f"the vhost {self.name!r}")

    def _put(self, api: Api) -> None:
        body = {
            "description": self.description,
            "default_queue_type": self.default_queue_type,
            "tags": marked.with_mark(self.tags, self.mark),
        }
        api.put("vhosts", self.name, body=body)

    def _start(self, api: Api) -> None:
        """Start the vhost on every node where it is stopped.

        RabbitMQ writes a new vhost down before it starts it: a PUT whose client was killed leaves
        one that takes queues, but no connections ("vhost is down"). A second PUT changes nothing.
        """
        found = api.get("vhosts", self.name) or {}
        for node, state in found.get("cluster_state", {}).items():
            if state == "stopped":
                api.post("vhosts", self.name, "start", node, body={})

    def _admit(self, api: Api) -> None:
        """Give the administrator the permissions that RabbitMQ gives who makes a vhost.

        It does so in a second step, which a PUT whose client was killed does not reach, and a
        second PUT does not repeat.
        """
        name = api.management.username
        if api.get("permissions", self.name, name) is None:
            api.put("permissions", self.name, name, body=dict.fromkeys(_EVERYTHING, ".*"))

    def _limit(self, api: Api, found: dict[str, int]) -> None:
        wanted = {"max-connections": self.max_connections, "max-queues": self.max_queues}
        limits.write(api, "vhost-limits", self.name, wanted, found)


def _queue_type(found: dict[str, Any]) -> Any:
    """RabbitMQ writes a type that it does not know as `undefined`, and then declares classic."""
    kind = found.get("default_queue_type")
    return kind if kind in ("quorum", "classic", "stream") else "classic"
