"""Topics."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final, Self

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import Lost
from celeriac_provider.engine.properties import prop
from celeriac_provider.engine.resource import Key, Resource
from celeriac_provider.pubsub import marked, names
from celeriac_provider.pubsub.client import PubSub
from celeriac_provider.pubsub.refusals import Exists, Missing

_MANAGED: Final = ("labels", "message_retention_duration")
_SHOWN: Final = 3


class Topic(Resource):
    """A topic on Pub/Sub: an exchange of Celery's. It keeps nothing: its subscriptions do.

    Its mark is the label `celeriac-mark`. What is none of the properties below (a schema, a key of
    one's own, where messages are stored) is left alone.
    """

    token = "pubsub:Topic"  # noqa: S105 - a type token
    identity = ("project", "name")

    project: str = prop("Id of its project.", replaces=True, check=names.project)
    name: str = prop(
        "The topic's name: 3 to 255 ASCII letters, digits and `. _ ~ + % -`, a letter first.",
        replaces=True,
        check=names.name,
    )
    retention: int = prop(
        "For how many seconds the topic keeps messages for subscriptions that go back in time, 600 "
        "to 2678400; that costs. 0: not at all, which Celery never needs.",
        default=0,
        check=names.between(600, names.LONGEST_RETENTION, "seconds", or_none=True),
    )
    labels: dict[str, str] = prop("Labels of the topic.", default={}, check=names.labels)
    force_destroy: bool = prop(
        "Delete the topic although subscriptions hang on it that are not deleted with it.",
        default=False,
        local=True,
    )

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """The topic with its labels."""
        del prior
        if names.name(key["name"]) is not None or names.project(key["project"]) is not None:
            return None
        topic = _path(key["project"], key["name"])
        doing = f"read the topic {key['name']!r}"
        try:
            found = ctx.client(PubSub).publisher(ctx, "get_topic", doing, {"topic": topic})
        except Missing:
            return None
        labels, mark = marked.split(found.labels)
        kept = int(found.message_retention_duration.total_seconds())
        return cls(
            project=key["project"], name=key["name"], retention=kept, labels=labels, mark=mark
        )

    def create(self, ctx: Context) -> Self:
        """One call makes it, with its mark."""
        pubsub = ctx.client(PubSub)
        try:
            pubsub.publisher(ctx, "create_topic", f"create the topic {self.name!r}", self._wanted())
        except Exists:
            raise Lost(
                f"a topic {self.name!r} came into being at {pubsub.where} meanwhile: look there"
            ) from None
        return self

    def update(self, old: Self, ctx: Context) -> Self:
        """One call writes all, the mark included."""
        del old
        pubsub = ctx.client(PubSub)
        request = {"topic": self._wanted(), "update_mask": {"paths": _MANAGED}}
        try:
            pubsub.publisher(ctx, "update_topic", f"change the topic {self.name!r}", request)
        except Missing:
            raise Lost(
                f"the topic {self.name!r} went away from {pubsub.where} meanwhile: look there"
            ) from None
        return self

    def delete(self, ctx: Context) -> None:
        """Delete it; subscriptions stay, and get nothing more."""
        topic = _path(self.project, self.name)
        with suppress(Missing):
            doing = f"delete the topic {self.name!r}"
            ctx.client(PubSub).publisher(ctx, "delete_topic", doing, {"topic": topic})

    def guard(self, ctx: Context) -> str | None:
        """Subscriptions of others: this stack's own go before their topic."""
        topic = _path(self.project, self.name)
        doing = f"look for subscriptions of the topic {self.name!r}"
        try:
            found = list(
                ctx.client(PubSub).publisher(
                    ctx, "list_topic_subscriptions", doing, {"topic": topic}, every="subscriptions"
                )
            )
        except Missing:
            return None
        if not found:
            return None
        hang = "subscription hangs" if len(found) == 1 else "subscriptions hang"
        shown = ", ".join(one.rpartition("/")[2] for one in sorted(found)[:_SHOWN])
        more = " …" if len(found) > _SHOWN else ""
        return (
            f"{len(found)} {hang} on the topic {self.name!r} ({shown}{more}) and would get no more "
            f"messages"
        )

    def _wanted(self) -> dict[str, Any]:
        wanted: dict[str, Any] = {
            "name": _path(self.project, self.name),
            "labels": marked.with_mark(self.labels, self.mark),
        }
        if self.retention:
            wanted["message_retention_duration"] = {"seconds": self.retention}
        return wanted


def _path(project: str, name: str) -> str:
    return f"projects/{project}/topics/{name}"
