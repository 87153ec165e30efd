"""SQS on platform `existing`: an AWS account, or another server with SQS's interface."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pulumi

from celeriac.contract import is_fifo
from celeriac.contract.sqs_policies import queue_policy
from celeriac.resources import Provider
from celeriac.resources.sqs import Queue
from celeriac.servers.names import tags_of
from celeriac.servers.references import Text, password_properties, pem_of
from celeriac.servers.underlying import NOTHING, Underlying
from celeriac.sqs_queue import (
    DEAD_LETTER_RETENTION,
    LARGEST_MESSAGE,
    WAIT,
    Access,
    MadeQueue,
    queue_tag,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from celeriac.sqs_queue import WantedQueue


class SQSEndpoint(pulumi.ComponentResource):
    """SQS over its own interface: queues with all their attributes, and no IAM and no alarms.

    Whose access key an app uses is not decided here. The administrator's is never handed out:
    without one of its own (`SQSBroker(access_key_id=…)`) an app finds its credentials where it
    runs, and so does the proof where `up` runs.

    Args:
        name: the component's name.
        region: region of the queues.
        url: endpoint of another server than AWS's, without a path. Default: AWS's in the region.
        username: id of the administrator's access key. Default: what AWS's own tools use
            (environment, profile, role).
        password: its secret, or a `Reference` that the provider resolves and never stores.
        ca: PEM of the CA that signed the endpoint's certificate. Default: the system's CAs.
        kms_key: id, ARN or alias of the KMS key that encrypts the queues. Default: SQS's own keys
            (SSE-SQS).
        max_message_size: bytes of the largest message that the queues take.
        without: what the queues go without: `encryptionAtRest`, `tlsOnly`,
            `foreignAccountsDenied`, `redriveAllow`. At an endpoint without TLS it is `tlsOnly`
            anyway: such a policy would lock everybody out.
        timeout: seconds that one operation may wait for the server. Default: the provider's.
        owner: tells apart teams whose backends give them equal organization, project and stack.
        underlying: what it stands on, where this stack makes that. Default: it runs already.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        name: str,
        *,
        region: str,
        url: str | None = None,
        username: pulumi.Input[str] | None = None,
        password: Text | None = None,
        ca: Text | None = None,
        kms_key: str | None = None,
        max_message_size: int = LARGEST_MESSAGE,
        without: Collection[str] = (),
        timeout: float | None = None,
        owner: str | None = None,
        underlying: Underlying = NOTHING,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        props = {"region": region, "url": url, "without": sorted(without)}
        super().__init__("celeriac:index:SQSEndpoint", name, props, opts)
        self.region, self.ca = region, pem_of(ca)
        where = urlsplit(url or "")
        self.host, self.port, self.secure = where.hostname, where.port, where.scheme != "http"
        self._kms_key, self._max_message_size = kms_key, max_message_size
        self._without = frozenset(without) | (frozenset() if self.secure else {"tlsOnly"})
        self.provider = Provider(
            name,
            endpoint=url,
            region=region,
            username=username,
            **password_properties(password),
            ca=self.ca,
            timeout=timeout,
            organization=pulumi.get_organization(),
            owner=owner,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(underlying.running)),
        )
        self.register_outputs({})

    def queue(
        self,
        wanted: WantedQueue,
        *,
        beside: pulumi.Output[str] | None = None,
        parent: pulumi.Resource,
    ) -> MadeQueue:
        """Make a queue and its dead-letter queue; see `SQSKind`.

        The first queue of an app goes without a policy: it names the queue's ARN, and nothing
        tells the account before there is a queue.
        """
        made = []
        attributes: dict[str, Any] = {
            "visibility_timeout": wanted.visibility_timeout,
            "retention": wanted.retention,
        }
        if wanted.dead_letter is not None:
            allowed: dict[str, Any] = {}
            if beside is not None and "redriveAllow" not in self._without:
                allowed = {"redrive_allow": [_sibling(beside, wanted.name)]}
            dead = self._queue(
                f"{wanted.app}-dead-letter-{wanted.queue}",
                wanted,
                wanted.dead_letter,
                {"retention": DEAD_LETTER_RETENTION, **allowed},
                beside,
                parent,
            )
            attributes["dead_letter_arn"] = dead.arn
            attributes["max_receive_count"] = wanted.max_receive_count
            made.append(dead)
        resource = f"{wanted.app}-queue-{wanted.queue}"
        queue = self._queue(resource, wanted, wanted.name, attributes, beside, parent)
        return MadeQueue(url=_there(queue.url), arn=_there(queue.arn), made=[queue, *made])

    def access(
        self,
        app: str,
        *,
        queues: Sequence[MadeQueue],
        proof: MadeQueue,
        user: bool,
        parent: pulumi.Resource,
    ) -> Access:
        """Nothing is made: whoever runs the server or the account says who may do what."""
        del queues, proof, parent
        if user:
            raise ValueError(
                f"the broker of {app} is to make a user, which needs platform aws: leave access "
                f"out and give access_key_id and secret_access_key, where the app has them"
            )
        return Access()

    def _queue(
        self,
        resource: str,
        wanted: WantedQueue,
        name: str,
        attributes: dict[str, Any],
        beside: pulumi.Output[str] | None,
        parent: pulumi.Resource,
    ) -> Queue:
        encrypted = "encryptionAtRest" not in self._without
        return Queue(
            resource,
            name=name,
            wait_time=WAIT,
            max_message_size=self._max_message_size,
            encrypted=encrypted,
            kms_key=self._kms_key if encrypted else None,
            policy=None if beside is None else self._policy(_sibling(beside, name)),
            content_based_deduplication=True if is_fifo(name) else None,
            tags=tags_of({}, app=wanted.app, queue=queue_tag(wanted.queue)),
            force_destroy=wanted.force_destroy,
            adopt=wanted.adopt,
            **attributes,
            opts=pulumi.ResourceOptions(parent=parent, provider=self.provider),
        )

    def _policy(self, arn: pulumi.Output[str]) -> pulumi.Output[str] | None:
        if {"tlsOnly", "foreignAccountsDenied"} <= self._without:
            return None
        return arn.apply(lambda known: json.dumps(queue_policy(known, without=self._without)))


def _sibling(arn: pulumi.Output[str], name: str) -> pulumi.Output[str]:
    """The ARN of a queue in the account and region of another one."""
    return arn.apply(lambda known: f"{known.rpartition(':')[0]}:{name}")


def _there(value: pulumi.Output[str | None]) -> pulumi.Output[str]:
    return value.apply(lambda known: known or "")
