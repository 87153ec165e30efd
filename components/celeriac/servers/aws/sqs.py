"""SQS on platform `aws`: queues, their policies and alarms, and the app's rights on them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_aws import iam, kms, sqs

from celeriac.alarms import dead_letters, oldest_message
from celeriac.contract import is_fifo
from celeriac.contract.sqs_policies import producer_policy, queue_policy, worker_policy
from celeriac.made import Foreign
from celeriac.resources import Provider
from celeriac.servers.names import physical_name, tags_of
from celeriac.sqs_queue import (
    DEAD_LETTER_RETENTION,
    LARGEST_MESSAGE,
    WAIT,
    Access,
    MadeQueue,
    queue_tag,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from celeriac.made import Made
    from celeriac.sqs_queue import WantedQueue


class SQSServer(pulumi.ComponentResource):
    """SQS in an AWS account: nothing is made until an app has queues there.

    Queues are encrypted, reject plain HTTP and principals of other accounts
    (`contract/sqs_policies.py` says why that locks nobody of the account out), and only an app's
    own queues may send dead letters to its dead-letter queues.

    Args:
        name: the component's name.
        region: region of the queues: that of the AWS provider in force.
        kms_key: id, ARN or alias of the customer's key that encrypts the queues. Default: SQS's
            own keys (SSE-SQS).
        max_message_size: bytes of the largest message that the queues take.
        alarm_topic: ARN of the SNS topic that alarms go to. Default: no alarms.
        production: whether queues are protected: Pulumi then deletes and replaces none of them
            unless `force_destroy` was set at the last `up`.
        without: what the queues go without: `encryptionAtRest`, `tlsOnly`,
            `foreignAccountsDenied`, `redriveAllow`, `alarms`.
        tags: tags of everything that is made, beside those that say whose it is.
        timeout: seconds that the proof waits for SQS. Default: the provider's.
        owner: tells apart teams whose backends give them equal organization, project and stack.
        opts: Pulumi's options of a resource; an AWS provider in them makes all of it.
    """

    host: str | None = None
    """AWS's own, of the region."""
    port: int | None = None
    """The same."""
    secure = True
    """Always."""
    ca: pulumi.Output[str] | None = None
    """A public one."""

    def __init__(
        self,
        name: str,
        *,
        region: str,
        kms_key: str | None = None,
        max_message_size: int = LARGEST_MESSAGE,
        alarm_topic: str | None = None,
        production: bool = False,
        without: Collection[str] = (),
        tags: Mapping[str, str] | None = None,
        timeout: float | None = None,
        owner: str | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        props = {"region": region, "production": production, "without": sorted(without)}
        super().__init__("celeriac:index:SQSServer", name, props, opts)
        self.region = region
        self._server, self._tags = name, dict(tags or {})
        self._max_message_size, self._production = max_message_size, production
        self._without = frozenset(without)
        self._topic = None if "alarms" in self._without else alarm_topic
        self._aws = self.get_provider("aws:sqs/queue:Queue")
        self._kms_key = None if "encryptionAtRest" in self._without else kms_key
        self._kms_key_arn = self._key_arn()
        self.provider = Provider(
            name,
            region=region,
            timeout=timeout,
            organization=pulumi.get_organization(),
            owner=owner,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})

    def queue(
        self,
        wanted: WantedQueue,
        *,
        beside: pulumi.Output[str] | None = None,
        parent: pulumi.Resource,
    ) -> MadeQueue:
        """Make a queue, with its dead-letter queue, policies and alarms; see `SQSKind`."""
        del beside
        if wanted.adopt:
            raise ValueError(
                f"the queue {wanted.name} of {wanted.app} cannot be adopted on platform aws: "
                f"import it (`pulumi import`, or import_ in a program) and leave adopt out"
            )
        dead = None
        if wanted.dead_letter is not None:
            dead = self._dead_letters(wanted, wanted.dead_letter, parent)
        resource = f"{wanted.app}-queue-{wanted.queue}"
        attributes: dict[str, Any] = {
            "visibility_timeout_seconds": wanted.visibility_timeout,
            "message_retention_seconds": wanted.retention,
        }
        if dead is not None:
            attributes["redrive_policy"] = dead.arn.apply(
                lambda arn: json.dumps(
                    {"deadLetterTargetArn": arn, "maxReceiveCount": wanted.max_receive_count}
                )
            )
        queue, made = self._queue(resource, wanted, wanted.name, attributes, parent)
        if dead is not None and "redriveAllow" not in self._without:
            sqs.RedriveAllowPolicy(
                f"{wanted.app}-dead-letter-{wanted.queue}-sources",
                queue_url=dead.url,
                redrive_allow_policy=queue.arn.apply(
                    lambda arn: json.dumps(
                        {"redrivePermission": "byQueue", "sourceQueueArns": [arn]}
                    )
                ),
                opts=self._options(parent),
            )
        self._watch(wanted, queue, dead, parent)
        return MadeQueue(url=queue.url, arn=queue.arn, made=made)

    def access(
        self,
        app: str,
        *,
        queues: Sequence[MadeQueue],
        proof: MadeQueue,
        user: bool,
        parent: pulumi.Resource,
    ) -> Access:
        """Make managed policies to attach to the roles of the app, and a user where asked.

        The proof's queue is in the worker's policy only where the proof runs as that user:
        otherwise it runs with the credentials of who deploys.
        """
        arns = [queue.arn for queue in queues]
        workers = [*arns, proof.arn] if user else arns
        worker, made = self._policy(app, "worker", workers, parent)
        producer, _ = self._policy(app, "producer", arns, parent)
        outputs = {"worker_policy_arn": worker.arn, "producer_policy_arn": producer.arn}
        if not user:
            return Access(outputs=outputs)
        someone = iam.User(
            f"{app}-user",
            name=physical_name(app, longest=64),
            tags=self._tagged(app),
            opts=self._options(parent),
        )
        attached = iam.UserPolicyAttachment(
            f"{app}-user-worker",
            user=someone.name,
            policy_arn=worker.arn,
            opts=self._options(parent),
        )
        key = iam.AccessKey(f"{app}-user-key", user=someone.name, opts=self._options(parent))
        return Access(
            access_key_id=key.id,
            secret_access_key=pulumi.Output.secret(key.secret),
            outputs=outputs,
            made=[
                made,
                Foreign(attached, {"user": someone.name}),
                Foreign(key, {"user": someone.name}),
            ],
        )

    def _dead_letters(self, wanted: WantedQueue, name: str, parent: pulumi.Resource) -> sqs.Queue:
        resource = f"{wanted.app}-dead-letter-{wanted.queue}"
        attributes = {"message_retention_seconds": DEAD_LETTER_RETENTION}
        queue, _ = self._queue(resource, wanted, name, attributes, parent)
        return queue

    def _queue(
        self,
        resource: str,
        wanted: WantedQueue,
        name: str,
        attributes: Mapping[str, Any],
        parent: pulumi.Resource,
    ) -> tuple[sqs.Queue, list[Made]]:
        """A queue and its policy."""
        given: dict[str, Any] = {
            "name": name,
            "receive_wait_time_seconds": WAIT,
            "max_message_size": self._max_message_size,
            **self._encryption(),
            **(_FIFO if is_fifo(name) else {}),
            **attributes,
        }
        guarded = self._production and not wanted.force_destroy
        queue = sqs.Queue(
            resource,
            **given,
            tags=self._tagged(wanted.app, queue=wanted.queue),
            opts=pulumi.ResourceOptions.merge(
                self._options(parent), pulumi.ResourceOptions(protect=guarded or None)
            ),
        )
        made: list[Made] = [Foreign(queue, given)]
        document = self._queue_policy(queue.arn)
        if document is not None:
            policy = sqs.QueuePolicy(
                f"{resource}-policy",
                queue_url=queue.url,
                policy=document,
                opts=self._options(parent),
            )
            made.append(Foreign(policy, {"policy": document}))
        return queue, made

    def _queue_policy(self, arn: pulumi.Output[str]) -> pulumi.Output[str] | None:
        if {"tlsOnly", "foreignAccountsDenied"} <= self._without:
            return None
        return arn.apply(lambda known: json.dumps(queue_policy(known, without=self._without)))

    def _encryption(self) -> dict[str, Any]:
        if "encryptionAtRest" in self._without:
            return {"sqs_managed_sse_enabled": False}
        if self._kms_key is not None:
            return {"kms_master_key_id": self._kms_key}
        return {"sqs_managed_sse_enabled": True}

    def _watch(
        self,
        wanted: WantedQueue,
        queue: sqs.Queue,
        dead: sqs.Queue | None,
        parent: pulumi.Resource,
    ) -> None:
        """Alarms, where there is a topic for them."""
        if self._topic is None:
            return
        what = f"the queue {wanted.queue} of {wanted.app} ({pulumi.get_stack()})"
        common: dict[str, Any] = {
            "what": what,
            "topic": self._topic,
            "tags": self._tagged(wanted.app, queue=wanted.queue),
            "opts": self._options(parent),
        }
        if wanted.oldest_message > 0:
            resource = f"{wanted.app}-queue-{wanted.queue}-oldest"
            seconds = wanted.oldest_message
            oldest_message(resource, queue=queue.name, seconds=seconds, **common)
        if dead is not None:
            resource = f"{wanted.app}-dead-letter-{wanted.queue}-alarm"
            dead_letters(resource, queue=dead.name, **common)

    def _policy(
        self, app: str, who: str, arns: Sequence[pulumi.Output[str]], parent: pulumi.Resource
    ) -> tuple[iam.Policy, Made]:
        document_of = worker_policy if who == "worker" else producer_policy
        document = pulumi.Output.all(arns, self._kms_key_arn).apply(
            lambda known: json.dumps(document_of(known[0], known[1]))
        )
        policy = iam.Policy(
            f"{app}-{who}",
            name=physical_name(app, who, longest=128),
            description=f"What a {who} of {app} does with its queues on SQS",
            policy=document,
            tags=self._tagged(app),
            opts=self._options(parent),
        )
        return policy, Foreign(policy, {"policy": document})

    def _key_arn(self) -> pulumi.Output[str] | None:
        """The key as IAM wants it: rights on an alias are rights on nothing."""
        if self._kms_key is None:
            return None
        if self._kms_key.startswith("arn:") and ":key/" in self._kms_key:
            return pulumi.Output.from_input(self._kms_key)
        found: pulumi.Output[str] = kms.get_key_output(
            key_id=self._kms_key, opts=pulumi.InvokeOptions(parent=self, provider=self._aws)
        ).arn
        return found

    def _tagged(self, app: str, *, queue: str | None = None) -> dict[str, str]:
        of = {"server": self._server, "app": app}
        return tags_of(self._tags, **of, queue=None if queue is None else queue_tag(queue))

    def _options(self, parent: pulumi.Resource) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=parent, provider=self._aws)


_FIFO = {
    "fifo_queue": True,
    # kombu sends an id of its own with every message; this is for those who send none.
    "content_based_deduplication": True,
    # High throughput: order and duplicates are a matter of a message group, not of the queue.
    "deduplication_scope": "messageGroup",
    "fifo_throughput_limit": "perMessageGroupId",
}
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html."""
