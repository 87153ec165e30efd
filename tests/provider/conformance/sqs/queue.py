"""Queues: a FIFO queue with a dead-letter queue, which has every property."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from celeriac_provider.engine.marks import Mark
from celeriac_provider.sqs import Queue
from tests.provider.conformance.case import Case, Drift
from tests.provider.conformance.sqs.world import SqsWorld

_SHOWN = (
    "VisibilityTimeout", "DelaySeconds", "MaximumMessageSize", "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds", "SqsManagedSseEnabled", "KmsMasterKeyId",
    "KmsDataKeyReusePeriodSeconds", "Policy", "RedrivePolicy", "RedriveAllowPolicy",
    "ContentBasedDeduplication", "FifoQueue",
)  # fmt: skip
_DOCUMENTS = ("Policy", "RedrivePolicy", "RedriveAllowPolicy")
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": ["sqs:*"],
            "Resource": "*",
            "Condition": {"Bool": {"aws:SecureTransport": False}},
        }
    ],
}


class QueueCase(Case):
    """Queues."""

    resource = Queue
    any_id = "the name is the id, or the queue's URL, and any text is one of the two"
    guard = r"about 1 message is in the queue .*SQS counts approximately"
    no_change: ClassVar[Mapping[str, str]] = {
        "kmsReuse": "it means nothing without a KMS key; test_queue.py has both"
    }

    def __init__(self, world: SqsWorld) -> None:
        super().__init__(world)
        self.client = world.client
        self.name = f"{world.name}.fifo"

    def prepare(self, *, by_hand: bool = False) -> None:
        """Two dead-letter queues."""
        for name in ("dead", "dead2"):
            self.client.create_queue(
                QueueName=f"{self.world.name}-{name}.fifo", Attributes={"FifoQueue": "true"}
            )

    def arn(self, name: str) -> str:
        """A dead-letter queue's."""
        return f"arn:aws:sqs:eu-west-1:123456789012:{self.world.name}-{name}.fifo"

    def given(self) -> dict[str, Any]:
        """A name, a tag to lose, and where dead letters go."""
        return {
            "name": self.name,
            "tags": {"team": "orders"},
            "deadLetterArn": self.arn("dead"),
            "maxReceiveCount": 5,
        }

    def full(self) -> dict[str, Any]:
        """All at once."""
        return self.given() | {"policy": json.dumps(POLICY), "redriveAllow": [], "delay": 3}

    def changes(self) -> dict[str, Any]:
        """All but one."""
        return {
            "name": f"{self.world.name}-2.fifo",
            "visibilityTimeout": 60,
            "delay": 5,
            "maxMessageSize": 2048,
            "retention": 1000,
            "waitTime": 0,
            "encrypted": False,
            "kmsKey": "alias/orders",
            "deadLetterArn": self.arn("dead2"),
            "maxReceiveCount": 7,
            "redriveAllow": [self.arn("dead2")],
            "policy": json.dumps(POLICY),
            "contentBasedDeduplication": True,
            "tags": {"team": "mails", "€": "ü"},
        }

    def drifts(self) -> dict[str, Drift]:
        """By SetQueueAttributes; tags, the policies and the KMS key are taken away."""
        key = {"kmsKey": "alias/orders"}
        return {
            "visibilityTimeout": Drift(self.set(VisibilityTimeout="77")),
            "delay": Drift(self.set(DelaySeconds="7")),
            "maxMessageSize": Drift(self.set(MaximumMessageSize="4096")),
            "retention": Drift(self.set(MessageRetentionPeriod="777")),
            "waitTime": Drift(self.set(ReceiveMessageWaitTimeSeconds="7")),
            "encrypted": Drift(self.set(SqsManagedSseEnabled="false")),
            "kmsKey": Drift(self.set(KmsMasterKeyId=""), given=key, also={"encrypted": "UPDATE"}),
            "kmsReuse": Drift(
                self.set(KmsDataKeyReusePeriodSeconds="777"), given=key | {"kmsReuse": 600}
            ),
            "deadLetterArn": Drift(self.set(RedrivePolicy=""), also={"maxReceiveCount": "UPDATE"}),
            "maxReceiveCount": Drift(
                self.set(
                    RedrivePolicy=json.dumps(
                        {"deadLetterTargetArn": self.arn("dead"), "maxReceiveCount": 77}
                    )
                )
            ),
            "redriveAllow": Drift(
                self.set(RedriveAllowPolicy=""), given={"redriveAllow": [self.arn("dead2")]}
            ),
            "policy": Drift(self.set(Policy=""), given={"policy": json.dumps(POLICY)}),
            "contentBasedDeduplication": Drift(self.set(ContentBasedDeduplication="true")),
            "tags": Drift(self.untag),
        }

    def set(self, **attributes: str) -> Callable[[], object]:
        """Changes attributes later."""
        return lambda: self.client.set_queue_attributes(QueueUrl=self.url, Attributes=attributes)

    def untag(self) -> None:
        """Empty the tags of the user."""
        self.client.untag_queue(QueueUrl=self.url, TagKeys=["team"])

    @property
    def url(self) -> str:
        """The queue's."""
        found = self.world.url(self.name)
        assert found is not None
        return str(found)

    def server(self) -> Any:
        """Attributes and tags."""
        url = self.world.url(self.name)
        if url is None:
            return None
        found = self.client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        shown = {name: found["Attributes"].get(name) for name in _SHOWN}
        documents = {name: json.loads(shown[name]) for name in _DOCUMENTS if shown[name]}
        if not shown["KmsMasterKeyId"]:
            shown |= {"KmsMasterKeyId": None, "KmsDataKeyReusePeriodSeconds": None}
        empty = dict.fromkeys(_DOCUMENTS)
        return shown | empty | documents, self.tags()

    def tags(self) -> dict[str, str]:
        """All of them."""
        return dict(self.client.list_queue_tags(QueueUrl=self.url).get("Tags", {}))

    def by_hand(self) -> None:
        """CreateQueue."""
        dead = {"deadLetterTargetArn": self.arn("dead"), "maxReceiveCount": "5"}
        self.client.create_queue(
            QueueName=self.name,
            Attributes={
                "FifoQueue": "true",
                "VisibilityTimeout": "1800",
                "ReceiveMessageWaitTimeSeconds": "20",
                "RedrivePolicy": json.dumps(dead),
            },
            tags={"team": "orders", "aws:cloudformation:stack-name": "somebody's"},
        )

    def vanish(self) -> None:
        """DeleteQueue."""
        self.client.delete_queue(QueueUrl=self.url)

    def mark(self) -> str | None:
        """Among the tags."""
        return next((value for value in self.tags().values() if Mark.find(value)), None)

    def set_mark(self, mark: str | None) -> None:
        """Another tag, or none."""
        if mark is None:
            self.client.untag_queue(QueueUrl=self.url, TagKeys=["celeriac:mark"])
        else:
            self.client.tag_queue(QueueUrl=self.url, Tags={"celeriac:mark": mark})

    def beside(self) -> Callable[[], Any]:
        """A message in it, and the dead-letter queue's attributes."""
        self.fill()
        dead = self.world.url(f"{self.world.name}-dead.fifo")
        self.client.set_queue_attributes(QueueUrl=dead, Attributes={"DelaySeconds": "9"})
        names = ["ApproximateNumberOfMessages", "DelaySeconds"]
        return lambda: [
            self.client.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"]
            for url, name in zip((self.url, dead), names, strict=True)
        ]

    def fill(self) -> None:
        """A message."""
        self.client.send_message(
            QueueUrl=self.url,
            MessageBody="task",
            MessageGroupId="default",
            MessageDeduplicationId="1",
        )

    @property
    def missing_id(self) -> str:
        """A name that no queue has."""
        return f"{self.world.name}-none"
