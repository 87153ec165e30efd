# Written by tools/resources from the provider's declarations: change those.
"""Resources of sqs, as the provider offers them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from celeriac.resources.base import CeleriacResource

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Queue(CeleriacResource):
    """A queue on SQS; a FIFO queue where its name ends in `.fifo`.

    All of it is managed: a property that is not given has the default below, whatever somebody sets
    by hand. A server with SQS's interface may lack some of it: what was asked for and is not kept
    is refused with a sentence; of a mere limit, or of encryption at rest, it is a warning.

    Args:
        resource_name: the name of the resource in Pulumi.
        name: The queue's name: letters, digits, - and _, at most 80; `.fifo` at its end makes
            it a FIFO queue.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        visibility_timeout: For how many seconds a message that a worker has received is hidden
            from others: longer than the longest task and the longest countdown. kombu's own
            default is 1800. Default: 1800.
        delay: For how many seconds a new message is hidden. Default: 0.
        max_message_size: The longest message, in bytes. Default: 1048576.
        retention: For how many seconds a message is kept that nobody deletes. Default: 345600.
        wait_time: For how many seconds a request waits for a message (long polling); kombu says
            its own in each request. Default: 20.
        encrypted: Encrypt messages at rest: with `kmsKey`, or with keys that SQS manages.
            Default: True.
        kms_key: The KMS key to encrypt with: its id, ARN or alias (`alias/orders`). Empty: keys
            that SQS manages.
        kms_reuse: For how many seconds SQS uses a data key again before it asks KMS for
            another. Default: 300.
        dead_letter_arn: ARN of the queue that a message goes to when it was received
            `maxReceiveCount` times; of the same kind, FIFO or not. Empty: it stays.
        max_receive_count: How many times a message is received before it goes to the dead-
            letter queue; 0 without one. Default: 0.
        redrive_allow: ARNs of the queues that may use this one as their dead-letter queue: at
            most 10, or `*` for all of the account; none when empty. Default: ['*'].
        policy: The queue's own policy, JSON. Empty: none, and only policies of users and roles
            count.
        content_based_deduplication: On a FIFO queue: take a message with the body of one sent
            within 5 minutes for the same. kombu gives each message an id of its own instead.
            Default: False.
        tags: Tags of the queue. Default: {}.
        force_destroy: Delete the queue although messages are in it. Default: False.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        visibility_timeout: pulumi.Input[int] | None = None,
        delay: pulumi.Input[int] | None = None,
        max_message_size: pulumi.Input[int] | None = None,
        retention: pulumi.Input[int] | None = None,
        wait_time: pulumi.Input[int] | None = None,
        encrypted: pulumi.Input[bool] | None = None,
        kms_key: pulumi.Input[str] | None = None,
        kms_reuse: pulumi.Input[int] | None = None,
        dead_letter_arn: pulumi.Input[str] | None = None,
        max_receive_count: pulumi.Input[int] | None = None,
        redrive_allow: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        policy: pulumi.Input[str] | None = None,
        content_based_deduplication: pulumi.Input[bool] | None = None,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        force_destroy: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:sqs:Queue",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "name": name,
                "visibilityTimeout": visibility_timeout,
                "delay": delay,
                "maxMessageSize": max_message_size,
                "retention": retention,
                "waitTime": wait_time,
                "encrypted": encrypted,
                "kmsKey": kms_key,
                "kmsReuse": kms_reuse,
                "deadLetterArn": dead_letter_arn,
                "maxReceiveCount": max_receive_count,
                "redriveAllow": redrive_allow,
                "policy": policy,
                "contentBasedDeduplication": content_based_deduplication,
                "tags": tags,
                "forceDestroy": force_destroy,
                "url": None,
                "arn": None,
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
        """The queue's name: letters, digits, - and _, at most 80; `.fifo` at its end makes it
        a FIFO queue."""
        return self._property("name")

    @property
    def visibility_timeout(self) -> pulumi.Output[int]:
        """For how many seconds a message that a worker has received is hidden from others:
        longer than the longest task and the longest countdown. kombu's own default
        is 1800."""
        return self._property("visibilityTimeout")

    @property
    def delay(self) -> pulumi.Output[int]:
        """For how many seconds a new message is hidden."""
        return self._property("delay")

    @property
    def max_message_size(self) -> pulumi.Output[int]:
        """The longest message, in bytes."""
        return self._property("maxMessageSize")

    @property
    def retention(self) -> pulumi.Output[int]:
        """For how many seconds a message is kept that nobody deletes."""
        return self._property("retention")

    @property
    def wait_time(self) -> pulumi.Output[int]:
        """For how many seconds a request waits for a message (long polling); kombu says its
        own in each request."""
        return self._property("waitTime")

    @property
    def encrypted(self) -> pulumi.Output[bool]:
        """Encrypt messages at rest: with `kmsKey`, or with keys that SQS manages."""
        return self._property("encrypted")

    @property
    def kms_key(self) -> pulumi.Output[str]:
        """The KMS key to encrypt with: its id, ARN or alias (`alias/orders`). Empty: keys that
        SQS manages."""
        return self._property("kmsKey")

    @property
    def kms_reuse(self) -> pulumi.Output[int]:
        """For how many seconds SQS uses a data key again before it asks KMS for another."""
        return self._property("kmsReuse")

    @property
    def dead_letter_arn(self) -> pulumi.Output[str]:
        """ARN of the queue that a message goes to when it was received `maxReceiveCount`
        times; of the same kind, FIFO or not. Empty: it stays."""
        return self._property("deadLetterArn")

    @property
    def max_receive_count(self) -> pulumi.Output[int]:
        """How many times a message is received before it goes to the dead-letter queue; 0
        without one."""
        return self._property("maxReceiveCount")

    @property
    def redrive_allow(self) -> pulumi.Output[Sequence[str]]:
        """ARNs of the queues that may use this one as their dead-letter queue: at most 10, or
        `*` for all of the account; none when empty."""
        return self._property("redriveAllow")

    @property
    def policy(self) -> pulumi.Output[str]:
        """The queue's own policy, JSON. Empty: none, and only policies of users and roles
        count."""
        return self._property("policy")

    @property
    def content_based_deduplication(self) -> pulumi.Output[bool]:
        """On a FIFO queue: take a message with the body of one sent within 5 minutes for the
        same. kombu gives each message an id of its own instead."""
        return self._property("contentBasedDeduplication")

    @property
    def tags(self) -> pulumi.Output[Mapping[str, str]]:
        """Tags of the queue."""
        return self._property("tags")

    @property
    def force_destroy(self) -> pulumi.Output[bool]:
        """Delete the queue although messages are in it."""
        return self._property("forceDestroy")

    @property
    def url(self) -> pulumi.Output[str | None]:
        """The queue's URL, for Celery's `predefined_queues`."""
        return self._property("url")

    @property
    def arn(self) -> pulumi.Output[str | None]:
        """The queue's ARN."""
        return self._property("arn")
