"""Between a queue's properties and SQS's attributes, which are all text.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from celeriac_provider.sqs import documents

if TYPE_CHECKING:
    from celeriac_provider.sqs.queue import Queue

NUMBERS: Final = {
    "visibility_timeout": "VisibilityTimeout",
    "delay": "DelaySeconds",
    "max_message_size": "MaximumMessageSize",
    "retention": "MessageRetentionPeriod",
    "wait_time": "ReceiveMessageWaitTimeSeconds",
}
MANAGED: Final = "SqsManagedSseEnabled"
KMS_KEY: Final = "KmsMasterKeyId"
KMS_REUSE: Final = "KmsDataKeyReusePeriodSeconds"
POLICY: Final = "Policy"
REDRIVE: Final = "RedrivePolicy"
REDRIVE_ALLOW: Final = "RedriveAllowPolicy"
DEDUPLICATION: Final = "ContentBasedDeduplication"

MENDS: Final = {
    MANAGED: "set `encrypted: false` (in a stack file `without: [encryptionAtRest]`)",
    KMS_KEY: "leave `kmsKey` out",
    POLICY: "leave `policy` out (in a stack file `without: [tlsOnly, foreignAccountsDenied]`)",
    REDRIVE: "leave `deadLetterArn` and `maxReceiveCount` out (in a stack file "
    "`deadLetter: false`)",
    REDRIVE_ALLOW: "leave `redriveAllow` out (in a stack file `without: [redriveAllow]`)",
}
"""What to write for an attribute that a server with SQS's interface lacks."""

PROPERTIES: Final = {
    **{attribute: name for name, attribute in NUMBERS.items()},
    MANAGED: "encrypted",
    KMS_KEY: "kms_key",
    KMS_REUSE: "kms_reuse",
    POLICY: "policy",
    REDRIVE: "dead_letter_arn",
    REDRIVE_ALLOW: "redrive_allow",
    DEDUPLICATION: "content_based_deduplication",
}
"""The property that an attribute is set by."""


def wanted(queue: Queue) -> dict[str, str]:
    """The attributes of a queue as it is to be; what it is to lack is the empty text."""
    found = {attribute: str(getattr(queue, name)) for name, attribute in NUMBERS.items()}
    found[KMS_KEY] = queue.kms_key
    if queue.kms_key:
        # SQS turns its own encryption off for a key's, and takes no word on it then.
        found[KMS_REUSE] = str(queue.kms_reuse)
    else:
        found[MANAGED] = _boolean(queue.encrypted)
    found[POLICY] = queue.policy
    found[REDRIVE] = documents.redrive(queue.dead_letter_arn, queue.max_receive_count)
    found[REDRIVE_ALLOW] = documents.redrive_allow(queue.redrive_allow)
    if queue.fifo:
        found[DEDUPLICATION] = _boolean(queue.content_based_deduplication)
    return found


def first(queue: Queue) -> dict[str, str]:
    """The attributes to create a queue with."""
    found = {key: value for key, value in wanted(queue).items() if value}
    return found | ({"FifoQueue": "true"} if queue.fifo else {})


def differing(queue: Queue, found: Mapping[str, str]) -> dict[str, str]:
    """Those of the wanted attributes that are others on the server."""
    return {
        key: value
        for key, value in wanted(queue).items()
        if _meaning(key, value) != _meaning(key, found.get(key, ""))
    }


def properties(found: Mapping[str, str]) -> dict[str, Any]:
    """The properties that the attributes show, by Python name."""
    values: dict[str, Any] = {
        name: int(float(found[attribute]))
        for name, attribute in NUMBERS.items()
        if attribute in found
    }
    key = found.get(KMS_KEY, "")
    values["kms_key"] = key
    if key and KMS_REUSE in found:
        values["kms_reuse"] = int(found[KMS_REUSE])
    if key or MANAGED in found:
        values["encrypted"] = bool(key) or found[MANAGED] == "true"
    values["policy"] = documents.policy(found.get(POLICY, ""))
    arn, count = documents.read_redrive(found.get(REDRIVE, ""))
    values["dead_letter_arn"], values["max_receive_count"] = arn, count
    values["redrive_allow"] = documents.read_redrive_allow(found.get(REDRIVE_ALLOW, ""))
    values["content_based_deduplication"] = found.get(DEDUPLICATION) == "true"
    return values


def _meaning(key: str, value: str) -> Any:
    if key == POLICY:
        return documents.policy(value)
    if key == REDRIVE:
        return documents.read_redrive(value)
    if key == REDRIVE_ALLOW:
        return documents.read_redrive_allow(value)
    if key == KMS_REUSE or key in NUMBERS.values():
        return int(float(value)) if value else None
    return value


def _boolean(value: bool) -> str:
    return json.dumps(value)
