# Written by tools/resources from the provider's declarations: change those.
"""Resources of pubsub, as the provider offers them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from celeriac.resources.base import CeleriacResource

if TYPE_CHECKING:
    from collections.abc import Mapping


class Topic(CeleriacResource):
    """A topic on Pub/Sub: an exchange of Celery's. It keeps nothing: its subscriptions do.

    Its mark is the label `celeriac-mark`. What is none of the properties below (a schema, a key of
    one's own, where messages are stored) is left alone.

    Args:
        resource_name: the name of the resource in Pulumi.
        project: Id of its project.
        name: The topic's name: 3 to 255 ASCII letters, digits and `. _ ~ + % -`, a letter
            first.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        retention: For how many seconds the topic keeps messages for subscriptions that go back
            in time, 600 to 2678400; that costs. 0: not at all, which Celery never needs.
            Default: 0.
        labels: Labels of the topic. Default: {}.
        force_destroy: Delete the topic although subscriptions hang on it that are not deleted
            with it. Default: False.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        project: pulumi.Input[str],
        name: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        retention: pulumi.Input[int] | None = None,
        labels: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        force_destroy: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:pubsub:Topic",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "project": project,
                "name": name,
                "retention": retention,
                "labels": labels,
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
    def project(self) -> pulumi.Output[str]:
        """Id of its project."""
        return self._property("project")

    @property
    def name(self) -> pulumi.Output[str]:
        """The topic's name: 3 to 255 ASCII letters, digits and `. _ ~ + % -`, a letter first."""
        return self._property("name")

    @property
    def retention(self) -> pulumi.Output[int]:
        """For how many seconds the topic keeps messages for subscriptions that go back in
        time, 600 to 2678400; that costs. 0: not at all, which Celery never needs."""
        return self._property("retention")

    @property
    def labels(self) -> pulumi.Output[Mapping[str, str]]:
        """Labels of the topic."""
        return self._property("labels")

    @property
    def force_destroy(self) -> pulumi.Output[bool]:
        """Delete the topic although subscriptions hang on it that are not deleted with it."""
        return self._property("forceDestroy")


class Subscription(CeleriacResource):
    """A subscription on Pub/Sub that is pulled from: a queue of Celery's, where messages wait.

    Its mark is the label `celeriac-mark`. What is none of the properties below (a retry policy) is
    left alone.

    Args:
        resource_name: the name of the resource in Pulumi.
        project: Id of its project.
        name: The subscription's name: 3 to 255 ASCII letters, digits and `. _ ~ + % -`, a
            letter first. For Celery: kombu's `queue_name_prefix` and the queue's name, a `.` as
            `-`, other punctuation as `_`.
        topic: The name of its topic, in the same project.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        filter: Which messages of the topic it gets, by their attributes; all when empty.
            Celery's queue: `attributes.routing_key="…"`. Pub/Sub cannot change it.
        ack_deadline: After how many seconds a message that nobody has acknowledged is delivered
            again; kombu asks for more time while its worker lives. kombu's own default is 240.
            Default: 240.
        retention: For how many seconds a message is kept that nobody acknowledges. Default:
            604800.
        expiration: After how many seconds without a worker Pub/Sub deletes the subscription,
            messages and all; a day at least, and not less than `retention`. 0: never. Default:
            0.
        dead_letter_topic: The name of the topic that a message goes to after
            `maxDeliveryAttempts`, in the same project. Empty: it stays. Pub/Sub's own service
            account must be allowed to publish there, and to acknowledge here.
        max_delivery_attempts: How many times a message is delivered, approximately, before it
            goes to the dead-letter topic; 0 without one. Default: 0.
        exactly_once: Whether Pub/Sub delivers a message that was acknowledged never again;
            within one region. Default: False.
        labels: Labels of the subscription. Default: {}.
        force_destroy: Delete the subscription although messages wait in it. Default: False.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        project: pulumi.Input[str],
        name: pulumi.Input[str],
        topic: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        filter: pulumi.Input[str] | None = None,
        ack_deadline: pulumi.Input[int] | None = None,
        retention: pulumi.Input[int] | None = None,
        expiration: pulumi.Input[int] | None = None,
        dead_letter_topic: pulumi.Input[str] | None = None,
        max_delivery_attempts: pulumi.Input[int] | None = None,
        exactly_once: pulumi.Input[bool] | None = None,
        labels: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        force_destroy: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:pubsub:Subscription",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "project": project,
                "name": name,
                "topic": topic,
                "filter": filter,
                "ackDeadline": ack_deadline,
                "retention": retention,
                "expiration": expiration,
                "deadLetterTopic": dead_letter_topic,
                "maxDeliveryAttempts": max_delivery_attempts,
                "exactlyOnce": exactly_once,
                "labels": labels,
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
    def project(self) -> pulumi.Output[str]:
        """Id of its project."""
        return self._property("project")

    @property
    def name(self) -> pulumi.Output[str]:
        """The subscription's name: 3 to 255 ASCII letters, digits and `. _ ~ + % -`, a letter
        first. For Celery: kombu's `queue_name_prefix` and the queue's name, a `.`
        as `-`, other punctuation as `_`."""
        return self._property("name")

    @property
    def topic(self) -> pulumi.Output[str]:
        """The name of its topic, in the same project."""
        return self._property("topic")

    @property
    def filter(self) -> pulumi.Output[str]:
        """Which messages of the topic it gets, by their attributes; all when empty. Celery's
        queue: `attributes.routing_key="…"`. Pub/Sub cannot change it."""
        return self._property("filter")

    @property
    def ack_deadline(self) -> pulumi.Output[int]:
        """After how many seconds a message that nobody has acknowledged is delivered again;
        kombu asks for more time while its worker lives. kombu's own default is 240."""
        return self._property("ackDeadline")

    @property
    def retention(self) -> pulumi.Output[int]:
        """For how many seconds a message is kept that nobody acknowledges."""
        return self._property("retention")

    @property
    def expiration(self) -> pulumi.Output[int]:
        """After how many seconds without a worker Pub/Sub deletes the subscription, messages
        and all; a day at least, and not less than `retention`. 0: never."""
        return self._property("expiration")

    @property
    def dead_letter_topic(self) -> pulumi.Output[str]:
        """The name of the topic that a message goes to after `maxDeliveryAttempts`, in the
        same project. Empty: it stays. Pub/Sub's own service account must be allowed
        to publish there, and to acknowledge here."""
        return self._property("deadLetterTopic")

    @property
    def max_delivery_attempts(self) -> pulumi.Output[int]:
        """How many times a message is delivered, approximately, before it goes to the dead-
        letter topic; 0 without one."""
        return self._property("maxDeliveryAttempts")

    @property
    def exactly_once(self) -> pulumi.Output[bool]:
        """Whether Pub/Sub delivers a message that was acknowledged never again; within one
        region."""
        return self._property("exactlyOnce")

    @property
    def labels(self) -> pulumi.Output[Mapping[str, str]]:
        """Labels of the subscription."""
        return self._property("labels")

    @property
    def force_destroy(self) -> pulumi.Output[bool]:
        """Delete the subscription although messages wait in it."""
        return self._property("forceDestroy")
