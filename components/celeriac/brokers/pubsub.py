"""An app's broker on Google Cloud Pub/Sub: topics and subscriptions of its own."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import pulumi

from celeriac.contract import Queue, proof_queue, visibility_timeout
from celeriac.contract.pubsub import (
    PUBSUB_ACK_DEADLINE,
    PUBSUB_ATTEMPTS,
    PUBSUB_RETENTION,
    control_topics,
    dead_letter_name,
    pubsub_settings,
    pubsub_url,
    retention_problem,
    subscription_filter,
    subscription_name,
)
from celeriac.parts import BrokerPart, Times
from celeriac.resources import pubsub

if TYPE_CHECKING:
    from collections.abc import Sequence

    from celeriac.resources.base import CeleriacResource
    from celeriac.servers.existing_pubsub import PubSubProject


class PubSubBroker(pulumi.ComponentResource):
    """A topic and a subscription for each queue and for the proof, and topics of remote control.

    Pub/Sub is experimental in Celery. All of an app's names begin with its prefix. What an app may
    do is given to the identity that it runs as: docs/pubsub.md has the roles.

    Args:
        name: the app's name.
        server: the project it lies in.
        queues: the app's queues, one of them the default. Default: one with the app's name.
        prefix: begin of all names. Default: `<name>-`.
        ack_deadline: seconds after which the tasks of a worker that died are delivered again.
        retention: seconds that a message is kept which nobody takes; a subscription is deleted by
            Pub/Sub after as long without a worker.
        max_delivery_attempts: deliveries, approximately, before a message is a dead letter.
        exactly_once: whether a task that was acknowledged never comes again.
        longest_task: seconds of the longest run.
        longest_delay: seconds of the longest ETA or countdown. Default: as `longest_task`.
        prefetch: messages delivered ahead per process.
        force_destroy: whether subscriptions may be deleted with messages in them.
        adopt: whether topics and subscriptions that exist already are taken over.
        opts: Pulumi's options of a resource.

    Raises:
        ValueError: Pub/Sub cannot do that; one sentence.
    """

    def __init__(
        self,
        name: str,
        *,
        server: PubSubProject,
        queues: Sequence[Queue] = (),
        prefix: str | None = None,
        ack_deadline: int = PUBSUB_ACK_DEADLINE,
        retention: int = PUBSUB_RETENTION,
        max_delivery_attempts: int = PUBSUB_ATTEMPTS,
        exactly_once: bool = False,
        longest_task: int = 1800,
        longest_delay: int | None = None,
        prefetch: int = 1,
        force_destroy: bool = False,
        adopt: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        queues = tuple(queues) or (Queue(name=name, default=True),)
        times = Times.of(longest_task=longest_task, longest_delay=longest_delay, prefetch=prefetch)
        problem = retention_problem(visibility_timeout(**asdict(times)), retention)
        if problem is not None:
            raise ValueError(f"the broker of {name} {problem}")
        prefix = f"{name}-" if prefix is None else prefix
        props = {"prefix": prefix, "ackDeadline": ack_deadline, "retention": retention}
        super().__init__("celeriac:index:PubSubBroker", name, props | times.props, opts)
        self._name, self._server, self._prefix = name, server, prefix
        self._ack_deadline, self._retention = ack_deadline, retention
        self._attempts, self._exactly_once = max_delivery_attempts, exactly_once
        self._force_destroy, self._adopt = force_destroy, adopt
        made: list[CeleriacResource] = []
        if any(queue.dead_letter for queue in queues):
            made += self._dead_letters()
        for queue in queues:
            made += self._queue(queue, dead=queue.dead_letter, force_destroy=force_destroy)
        # What a failed proof leaves in it is gone with it.
        made += self._queue(proof_queue(name), dead=False, force_destroy=True)
        # Workers and monitors hang subscriptions of their own on them, which expire by themselves.
        made += [self._topic(topic, force_destroy=True) for topic in control_topics(prefix)]
        self.part = BrokerPart(
            kind="pubsub",
            url=pulumi.Output.from_input(pubsub_url(server.project_id)),
            settings=pulumi.Output.from_input(
                pubsub_settings(
                    queues,
                    prefix=prefix,
                    ack_deadline=ack_deadline,
                    retention=retention,
                    exactly_once=exactly_once,
                    prefetch=prefetch,
                )
            ),
            proof_queue=proof_queue(name).name,
            queue_type="classic",
            rpc_results=False,
            times=times,
            made=made,
            provider=server.provider,
            ca=None,
            env=server.env,
        )
        self.register_outputs({"url": self.part.url})

    def _queue(self, queue: Queue, *, dead: bool, force_destroy: bool) -> list[CeleriacResource]:
        """A topic, and the subscription that keeps its messages as kombu would make it."""
        name = subscription_name(self._prefix, queue.name)
        topic = self._topic(name, force_destroy=force_destroy)
        subscription = pubsub.Subscription(
            f"{self._name}-{name}",
            project=self._server.project_id,
            name=name,
            topic=topic.name,
            filter=subscription_filter(queue.name),
            ack_deadline=self._ack_deadline,
            retention=self._retention,
            expiration=self._retention,
            dead_letter_topic=self.dead_letters.name if dead else None,
            max_delivery_attempts=self._attempts if dead else None,
            exactly_once=self._exactly_once,
            force_destroy=force_destroy,
            adopt=self._adopt,
            opts=self._opts(),
        )
        return [topic, subscription]

    def _dead_letters(self) -> list[CeleriacResource]:
        """One topic for the dead letters of all queues, and what keeps them."""
        name = dead_letter_name(self._prefix)
        self.dead_letters = self._topic(name, force_destroy=self._force_destroy)
        kept = pubsub.Subscription(
            f"{self._name}-{name}",
            project=self._server.project_id,
            name=name,
            topic=self.dead_letters.name,
            # Nobody reads them but by hand: it must not expire meanwhile.
            retention=self._retention,
            force_destroy=self._force_destroy,
            adopt=self._adopt,
            opts=self._opts(),
        )
        return [self.dead_letters, kept]

    def _topic(self, name: str, *, force_destroy: bool) -> pubsub.Topic:
        return pubsub.Topic(
            f"{self._name}-{name}",
            project=self._server.project_id,
            name=name,
            force_destroy=force_destroy,
            adopt=self._adopt,
            opts=self._opts(),
        )

    def _opts(self) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, provider=self._server.provider)
