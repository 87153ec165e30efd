"""Subscriptions."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final, Self

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import Lost
from celeriac_provider.engine.properties import Problem, prop
from celeriac_provider.engine.resource import Key, Resource
from celeriac_provider.pubsub import marked, messages, names
from celeriac_provider.pubsub.client import PubSub
from celeriac_provider.pubsub.refusals import Exists, Missing

_MANAGED: Final = (
    "labels",
    "ack_deadline_seconds",
    "message_retention_duration",
    "expiration_policy",
    "dead_letter_policy",
    "enable_exactly_once_delivery",
)


class Subscription(Resource):
    """A subscription on Pub/Sub that is pulled from: a queue of Celery's, where messages wait.

    Its mark is the label `celeriac-mark`. What is none of the properties below (a retry policy) is
    left alone.
    """

    token = "pubsub:Subscription"  # noqa: S105 - a type token
    identity = ("project", "name")

    project: str = prop("Id of its project.", replaces=True, check=names.project)
    name: str = prop(
        "The subscription's name: 3 to 255 ASCII letters, digits and `. _ ~ + % -`, a letter "
        "first. For Celery: kombu's `queue_name_prefix` and the queue's name, a `.` as `-`, other "
        "punctuation as `_`.",
        replaces=True,
        check=names.name,
    )
    topic: str = prop(
        "The name of its topic, in the same project.", replaces=True, check=names.name
    )
    filter: str = prop(
        "Which messages of the topic it gets, by their attributes; all when empty. Celery's queue: "
        '`attributes.routing_key="…"`. Pub/Sub cannot change it.',
        default="",
        replaces=True,
    )
    ack_deadline: int = prop(
        "After how many seconds a message that nobody has acknowledged is delivered again; kombu "
        "asks for more time while its worker lives. kombu's own default is 240.",
        default=240,
        check=names.between(10, 600, "seconds"),
    )
    retention: int = prop(
        "For how many seconds a message is kept that nobody acknowledges.",
        default=604_800,
        check=names.between(600, names.LONGEST_RETENTION, "seconds"),
    )
    expiration: int = prop(
        "After how many seconds without a worker Pub/Sub deletes the subscription, messages and "
        "all; a day at least, and not less than `retention`. 0: never.",
        default=0,
        check=names.between(86_400, 10 * 365 * 86_400, "seconds", or_none=True),
    )
    dead_letter_topic: str = prop(
        "The name of the topic that a message goes to after `maxDeliveryAttempts`, in the same "
        "project. Empty: it stays. Pub/Sub's own service account must be allowed to publish "
        "there, and to acknowledge here.",
        default="",
        check=names.name_or_none,
    )
    max_delivery_attempts: int = prop(
        "How many times a message is delivered, approximately, before it goes to the dead-letter "
        "topic; 0 without one.",
        default=0,
        check=names.between(5, 100, "times", or_none=True),
    )
    exactly_once: bool = prop(
        "Whether Pub/Sub delivers a message that was acknowledged never again; within one region.",
        default=False,
    )
    labels: dict[str, str] = prop("Labels of the subscription.", default={}, check=names.labels)
    force_destroy: bool = prop(
        "Delete the subscription although messages wait in it.", default=False, local=True
    )

    def problems(self) -> Iterable[Problem]:
        """What Pub/Sub would refuse."""
        what = f"the Subscription {self.name!r}"
        if self.expiration and self.expiration < self.retention:
            yield Problem(
                "expiration",
                f"expiration ({self.expiration}) of {what} is below its retention "
                f"({self.retention}), which Pub/Sub refuses: raise it, or write 0 for never",
            )
        if self.dead_letter_topic and not self.max_delivery_attempts:
            yield Problem(
                "maxDeliveryAttempts",
                f"maxDeliveryAttempts of {what} is missing: say after how many deliveries a "
                f"message goes to deadLetterTopic, from 5 to 100",
            )
        if self.max_delivery_attempts and not self.dead_letter_topic:
            yield Problem(
                "deadLetterTopic",
                f"deadLetterTopic of {what} is missing: maxDeliveryAttempts needs a topic to move "
                f"messages to; give its name, or leave maxDeliveryAttempts out",
            )

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """The subscription with its labels; one that pushes is shown as it is for pulling."""
        del prior
        if names.name(key["name"]) is not None or names.project(key["project"]) is not None:
            return None
        request = {"subscription": _path(key["project"], key["name"])}
        doing = f"read the subscription {key['name']!r}"
        try:
            found = ctx.client(PubSub).subscriber(ctx, "get_subscription", doing, request)
        except Missing:
            return None
        labels, mark = marked.split(found.labels)
        dead = found.dead_letter_policy
        return cls(
            project=key["project"],
            name=key["name"],
            topic=found.topic.rpartition("/")[2],
            filter=found.filter,
            ack_deadline=found.ack_deadline_seconds,
            retention=int(found.message_retention_duration.total_seconds()),
            expiration=int(found.expiration_policy.ttl.total_seconds()),
            dead_letter_topic=dead.dead_letter_topic.rpartition("/")[2],
            max_delivery_attempts=dead.max_delivery_attempts,
            exactly_once=found.enable_exactly_once_delivery,
            labels=labels,
            mark=mark,
        )

    def create(self, ctx: Context) -> Self:
        """One call makes it, with its mark."""
        pubsub = ctx.client(PubSub)
        request = self._wanted() | {"topic": self._topic(self.topic), "filter": self.filter}
        doing = f"create the subscription {self.name!r}"
        try:
            pubsub.subscriber(ctx, "create_subscription", doing, request)
        except Exists:
            raise Lost(
                f"a subscription {self.name!r} came into being at {pubsub.where} meanwhile: look "
                f"there"
            ) from None
        except Missing:
            raise self._without_topic(pubsub) from None
        return self

    def update(self, old: Self, ctx: Context) -> Self:
        """One call writes all, the mark included."""
        del old
        pubsub = ctx.client(PubSub)
        request = {"subscription": self._wanted(), "update_mask": {"paths": _MANAGED}}
        doing = f"change the subscription {self.name!r}"
        try:
            pubsub.subscriber(ctx, "update_subscription", doing, request)
        except Missing:
            raise self._without_topic(pubsub) from None
        return self

    def delete(self, ctx: Context) -> None:
        """Delete it, with the messages in it."""
        request = {"subscription": _path(self.project, self.name)}
        with suppress(Missing):
            doing = f"delete the subscription {self.name!r}"
            ctx.client(PubSub).subscriber(ctx, "delete_subscription", doing, request)

    def guard(self, ctx: Context) -> str | None:
        """A message that waits in it."""
        return messages.loss(ctx, _path(self.project, self.name))

    def _wanted(self) -> dict[str, Any]:
        wanted: dict[str, Any] = {
            "name": _path(self.project, self.name),
            "labels": marked.with_mark(self.labels, self.mark),
            "ack_deadline_seconds": self.ack_deadline,
            "message_retention_duration": {"seconds": self.retention},
            # Without a time it never expires; without a policy it would after 31 days.
            "expiration_policy": {"ttl": {"seconds": self.expiration}} if self.expiration else {},
            "enable_exactly_once_delivery": self.exactly_once,
        }
        if self.dead_letter_topic:
            wanted["dead_letter_policy"] = {
                "dead_letter_topic": self._topic(self.dead_letter_topic),
                "max_delivery_attempts": self.max_delivery_attempts,
            }
        return wanted

    def _topic(self, name: str) -> str:
        return f"projects/{self.project}/topics/{name}"

    def _without_topic(self, pubsub: PubSub) -> Lost:
        dead = f", or {self.dead_letter_topic!r}" if self.dead_letter_topic else ""
        return Lost(
            f"the subscription {self.name!r} cannot be written at {pubsub.where}: its topic "
            f"{self.topic!r}{dead} is not there, or it went away itself: look at `topic`"
        )


def _path(project: str, name: str) -> str:
    return f"projects/{project}/subscriptions/{name}"
