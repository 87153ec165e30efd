"""SQS: in moto, but for redrive-allow policies, which it drops."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from botocore.exceptions import ClientError

from tests.standins.aws.properties import TAGS, Property
from tests.standins.aws.resource import Resource, Values
from tests.standins.errors import Refusal

_ALLOWS: Final = "sqs redrive-allow policies"
_MAIN: Final = "RedriveAllowPolicy"


def _attribute(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def attributes(resource: Resource, url: str) -> dict[str, str] | None:
    """A queue's attributes with what is kept beside moto; None when it is gone."""
    account = resource.account
    try:
        found: dict[str, str] = account.client("sqs").get_queue_attributes(
            QueueUrl=url, AttributeNames=["All"]
        )["Attributes"]
    except ClientError as error:
        if "NonExistentQueue" in str(error.response["Error"]["Code"]):
            return None
        raise
    allowed = account.kept.get(_ALLOWS, found["QueueArn"])
    return found | ({} if allowed is None else {_MAIN: allowed["policy"]})


def set_attributes(resource: Resource, url: str, wanted: Mapping[str, str]) -> None:
    """Set attributes; those not named stay, though moto drops the policy with each call."""
    now = attributes(resource, url) or {}
    if _MAIN in wanted:
        kept, arn = resource.account.kept, now["QueueArn"]
        if wanted[_MAIN]:
            kept.put(_ALLOWS, arn, {"policy": wanted[_MAIN]})
        else:
            kept.drop(_ALLOWS, arn)
    given = {key: value for key, value in wanted.items() if key != _MAIN}
    if given:
        policy = given.get("Policy", now.get("Policy", ""))
        rest = {key: value for key, value in given.items() if key != "Policy"}
        resource.account.client("sqs").set_queue_attributes(
            QueueUrl=url, Attributes=rest | {"Policy": policy}
        )


class Queue(Resource):
    """aws.sqs.Queue: its id is its URL."""

    token = "aws:sqs/queue:Queue"
    name_property = "name"
    outputs = ("arn", "url", "tagsAll")
    properties = (
        Property("name", replaces=True),
        Property("contentBasedDeduplication", "ContentBasedDeduplication", "boolean"),
        Property("deduplicationScope", "DeduplicationScope", computed=True),
        Property("delaySeconds", "DelaySeconds", "integer", default=0),
        Property("fifoQueue", "FifoQueue", "boolean", replaces=True),
        Property("fifoThroughputLimit", "FifoThroughputLimit", computed=True),
        Property(
            "kmsDataKeyReusePeriodSeconds", "KmsDataKeyReusePeriodSeconds", "integer", computed=True
        ),
        Property("kmsMasterKeyId", "KmsMasterKeyId"),
        Property("maxMessageSize", "MaximumMessageSize", "integer", default=262_144),
        Property("messageRetentionSeconds", "MessageRetentionPeriod", "integer", default=345_600),
        Property("policy", "Policy", "json", computed=True),
        Property("receiveWaitTimeSeconds", "ReceiveMessageWaitTimeSeconds", "integer", default=0),
        Property("redriveAllowPolicy", _MAIN, "json", computed=True),
        Property("redrivePolicy", "RedrivePolicy", "json", computed=True),
        Property("sqsManagedSseEnabled", "SqsManagedSseEnabled", "boolean", computed=True),
        TAGS,
        Property("visibilityTimeoutSeconds", "VisibilityTimeout", "integer", default=30),
    )

    @classmethod
    def autonamed(cls, name: str, seed: bytes, inputs: Mapping[str, Any]) -> str:
        """A FIFO queue's name ends as it must."""
        return super().autonamed(name, seed, inputs) + (".fifo" if inputs.get("fifoQueue") else "")

    def create(self, inputs: Values) -> str:
        """With all attributes at once."""
        if inputs.get("kmsMasterKeyId") and inputs.get("sqsManagedSseEnabled"):
            raise Refusal("kmsMasterKeyId conflicts with sqsManagedSseEnabled")
        wanted = self._wanted(inputs, {p.name for p in self.properties})
        allowed = wanted.pop(_MAIN, None)
        tags = inputs.get("tags", {})
        sqs = self.account.client("sqs")
        created = sqs.create_queue(QueueName=inputs["name"], Attributes=wanted, tags=tags)
        url: str = created["QueueUrl"]
        if allowed:
            set_attributes(self, url, {_MAIN: allowed})
        return url

    def read(self, id_: str, state: Values) -> Values | None:
        """Every attribute, as it is."""
        found = attributes(self, id_)
        if found is None:
            return None
        tags = self.account.client("sqs").list_queue_tags(QueueUrl=id_).get("Tags", {})
        values: Values = {
            p.name: _typed(p, found.get(p.aws)) for p in self.properties if p.aws != TAGS.aws
        }
        name = found["QueueArn"].rpartition(":")[2]
        return values | {
            "name": name,
            "arn": found["QueueArn"],
            "url": id_,
            "tags": tags,
            "tagsAll": tags,
        }

    def update(self, id_: str, inputs: Values, state: Values, changed: set[str]) -> None:
        """Only what differs: a drift of another attribute is another update's."""
        wanted = self._wanted(inputs, changed)
        for p in self.properties:
            if p.name in changed and p.name not in inputs and p.aws and p is not TAGS:
                wanted[p.aws] = ""
        if wanted:
            set_attributes(self, id_, wanted)
        if "tags" in changed:
            sqs, now = self.account.client("sqs"), inputs.get("tags", {})
            gone = sorted(state.get("tags", {}).keys() - now.keys())
            if gone:
                sqs.untag_queue(QueueUrl=id_, TagKeys=gone)
            sqs.tag_queue(QueueUrl=id_, Tags=now)

    def delete(self, id_: str, state: Values) -> None:
        """With its messages."""
        found = attributes(self, id_)
        if found is not None:
            self.account.client("sqs").delete_queue(QueueUrl=id_)
            self.account.kept.drop(_ALLOWS, found["QueueArn"])

    def _wanted(self, inputs: Values, names: set[str]) -> dict[str, str]:
        return {
            p.aws: _attribute(inputs[p.name])
            for p in self.properties
            if p.name in names and p.aws not in ("", TAGS.aws) and inputs.get(p.name) is not None
        }


def _typed(p: Property, text: str | None) -> Any:
    if text is None or text == "":
        return None
    if p.kind == "integer":
        return int(text)
    return text.lower() == "true" if p.kind == "boolean" else text


class _OfQueue(Resource):
    """A policy that is an attribute of a queue: its id is the queue's URL."""

    attribute: str
    input: str

    def create(self, inputs: Values) -> str:
        """Set it."""
        if attributes(self, inputs["queueUrl"]) is None:
            raise Refusal(f"there is no queue {inputs['queueUrl']}")
        set_attributes(self, inputs["queueUrl"], {self.attribute: inputs[self.input]})
        url: str = inputs["queueUrl"]
        return url

    def read(self, id_: str, state: Values) -> Values | None:
        """Gone when the queue is, or when it has none."""
        found = attributes(self, id_)
        if not (found or {}).get(self.attribute):
            return None
        return {"queueUrl": id_, self.input: (found or {})[self.attribute]}

    def update(self, id_: str, inputs: Values, state: Values, changed: set[str]) -> None:
        """Set it anew."""
        set_attributes(self, id_, {self.attribute: inputs[self.input]})

    def delete(self, id_: str, state: Values) -> None:
        """Without it."""
        if attributes(self, id_) is not None:
            set_attributes(self, id_, {self.attribute: ""})


class QueuePolicy(_OfQueue):
    """aws.sqs.QueuePolicy."""

    token = "aws:sqs/queuePolicy:QueuePolicy"
    attribute, input = "Policy", "policy"
    properties = (
        Property("policy", kind="json", required=True),
        Property("queueUrl", required=True, replaces=True),
    )


class RedriveAllowPolicy(_OfQueue):
    """aws.sqs.RedriveAllowPolicy."""

    token = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"
    attribute, input = _MAIN, "redriveAllowPolicy"
    properties = (
        Property("queueUrl", required=True, replaces=True),
        Property("redriveAllowPolicy", kind="json", required=True),
    )

    def create(self, inputs: Values) -> str:
        """What AWS checks: known permissions, at most ten queues."""
        allowed = json.loads(inputs["redriveAllowPolicy"])
        if allowed.get("redrivePermission") not in ("allowAll", "denyAll", "byQueue"):
            raise Refusal(f"redrivePermission is {allowed.get('redrivePermission')!r}")
        if len(allowed.get("sourceQueueArns", [])) > 10:
            raise Refusal("sourceQueueArns has more than ten queues")
        return super().create(inputs)


TYPES = (Queue, QueuePolicy, RedriveAllowPolicy)
