"""Fixtures and breaks of the rules on SQS."""

from __future__ import annotations

import json
from typing import Any, Final

from tests.policies.harness import GONE, Break, Fixture, Given

_QUEUE: Final = "aws:sqs/queue:Queue"
_KEY: Final = "arn:aws:kms:eu-west-1:111122223333:key/one"
_FOUR_DAYS, _TWO_WEEKS = 345_600, 1_209_600


def _arn(name: str) -> str:
    return f"arn:aws:sqs:eu-west-1:111122223333:{name}"


def _made(name: str) -> dict[str, Any]:
    url = f"https://sqs.eu-west-1.amazonaws.com/111122223333/{name}"
    return {"arn": _arn(name), "url": url, "id": url}


def _redrive(name: str, count: int = 5) -> str:
    return json.dumps({"deadLetterTargetArn": _arn(name), "maxReceiveCount": count})


def _allow(name: str, permission: str = "byQueue") -> str:
    return json.dumps({"redrivePermission": permission, "sourceQueueArns": [_arn(name)]})


def _policy(name: str, *more: dict[str, Any], tls: bool = True) -> str:
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": _arn(name),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    allow = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111122223333:role/web"},
        "Action": ["sqs:SendMessage"],
        "Resource": _arn(name),
    }
    return json.dumps({"Statement": [allow, *([deny] if tls else []), *more]})


def _everybody(name: str, action: str = "sqs:SendMessage", **more: Any) -> dict[str, Any]:
    who = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": action}
    return {**who, "Resource": _arn(name), **more}


def _alarm(name: str, queue: str, metric: str) -> Given:
    return Given(
        name,
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        {
            "namespace": "AWS/SQS",
            "metricName": metric,
            "dimensions": {"QueueName": queue},
            "alarmActions": ["arn:aws:sns:eu-west-1:111122223333:alarms"],
        },
    )


_NARROWED: Final = _everybody(
    "mails-emails.fifo", Condition={"ArnEquals": {"aws:SourceArn": "arn:aws:sns:eu-west-1:1:t"}}
)

FIXTURES: Final[dict[str, Fixture]] = {
    # Everything inside the queue, but for one policy.
    "aws-sqs": [
        Given(
            "mails",
            _QUEUE,
            {
                "name": "mails",
                "sqsManagedSseEnabled": False,
                "kmsMasterKeyId": _KEY,
                "kmsDataKeyReusePeriodSeconds": 300,
                "messageRetentionSeconds": _FOUR_DAYS,
                "visibilityTimeoutSeconds": 43_200,
                "redrivePolicy": _redrive("mails-dead"),
            },
            outputs=_made("mails"),
            protect=True,
        ),
        Given(
            "mails-policy",
            "aws:sqs/queuePolicy:QueuePolicy",
            {"queueUrl": _made("mails")["url"], "policy": _policy("mails")},
        ),
        Given(
            "mails-dead",
            _QUEUE,
            {
                "name": "mails-dead",
                "kmsMasterKeyId": _KEY,
                "messageRetentionSeconds": _TWO_WEEKS,
                "redriveAllowPolicy": _allow("mails"),
                "policy": _policy("mails-dead"),
            },
            outputs=_made("mails-dead"),
            protect=True,
        ),
        _alarm("mails-age", "mails", "ApproximateAgeOfOldestMessage"),
        _alarm("mails-dead-letters", "mails-dead", "ApproximateNumberOfMessagesVisible"),
        Given(
            "mails-queue-mails.celeriac-proof",
            _QUEUE,
            {
                "name": "mails-celeriac-proof",
                "kmsMasterKeyId": _KEY,
                "messageRetentionSeconds": 3600,
                "policy": _policy("mails-celeriac-proof"),
            },
            outputs=_made("mails-celeriac-proof"),
        ),
    ],
    # The same in resources of their own, FIFO.
    "aws-sqs-apart": [
        Given(
            "emails",
            _QUEUE,
            {
                "name": "mails-emails.fifo",
                "fifoQueue": True,
                "contentBasedDeduplication": True,
                "deduplicationScope": "messageGroup",
                "fifoThroughputLimit": "perMessageGroupId",
                "kmsMasterKeyId": _KEY,
                "visibilityTimeoutSeconds": 43_200,
                "policy": _policy("mails-emails.fifo", _NARROWED),
            },
            outputs=_made("mails-emails.fifo"),
            protect=True,
        ),
        Given(
            "emails-failed",
            _QUEUE,
            {
                "name": "mails-failed.fifo",
                "fifoQueue": True,
                "contentBasedDeduplication": True,
                "deduplicationScope": "messageGroup",
                "fifoThroughputLimit": "perMessageGroupId",
                "kmsMasterKeyId": _KEY,
                "messageRetentionSeconds": _TWO_WEEKS,
                "policy": _policy("mails-failed.fifo"),
            },
            outputs=_made("mails-failed.fifo"),
            protect=True,
        ),
        Given(
            "emails-redrive",
            "aws:sqs/redrivePolicy:RedrivePolicy",
            {
                "queueUrl": _made("mails-emails.fifo")["url"],
                "redrivePolicy": _redrive("mails-failed.fifo"),
            },
        ),
        Given(
            "emails-failed-allow",
            "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
            {
                "queueUrl": _made("mails-failed.fifo")["url"],
                "redriveAllowPolicy": _allow("mails-emails.fifo"),
            },
        ),
        _alarm("emails-age", "mails-emails.fifo", "ApproximateAgeOfOldestMessage"),
        _alarm("emails-failures", "mails-failed.fifo", "ApproximateNumberOfMessagesVisible"),
    ],
    # Queues of our own provider, as on ElasticMQ.
    "aws-sqs-ours": [
        Given(
            "reports",
            "celeriac:sqs:Queue",
            {
                "name": "reports",
                "encrypted": True,
                "visibilityTimeout": 43_200,
                "retention": _FOUR_DAYS,
                "deadLetterArn": _arn("reports-failed"),
                "maxReceiveCount": 5,
                "policy": _policy("reports"),
            },
            outputs=_made("reports"),
        ),
        Given(
            "reports-failed",
            "celeriac:sqs:Queue",
            {
                "name": "reports-failed",
                "encrypted": True,
                "retention": _TWO_WEEKS,
                "redriveAllow": [_arn("reports")],
                "policy": _policy("reports-failed"),
            },
            outputs=_made("reports-failed"),
        ),
    ],
}

_OPEN: Final = ["aws-sqs-not-public"]

BREAKS: Final = (
    Break(
        "aws-sqs-encrypted",
        "aws-sqs",
        {"mails/sqsManagedSseEnabled": False, "mails/kmsMasterKeyId": GONE},
        "not encrypted",
        also=["aws-sqs-own-key"],
    ),
    Break(
        "aws-sqs-encrypted",
        "aws-sqs-ours",
        {"reports/encrypted": False, "reports/kmsKey": ""},
        "not encrypted",
    ),
    Break(
        "aws-sqs-own-key", "aws-sqs", {"mails-dead/kmsMasterKeyId": "alias/aws/sqs"}, "no key of"
    ),
    Break("aws-sqs-key-reuse", "aws-sqs", {"mails/kmsDataKeyReusePeriodSeconds": 60}, "every 60 s"),
    Break(
        "aws-sqs-receive-count", "aws-sqs", {"mails/redrivePolicy": _redrive("mails-dead", 1)}, "1"
    ),
    Break(
        "aws-sqs-receive-count",
        "aws-sqs-apart",
        {"emails-redrive/redrivePolicy": _redrive("mails-failed.fifo", 1000)},
        "kills 1000 of them",
    ),
    Break("aws-sqs-receive-count", "aws-sqs-ours", {"reports/maxReceiveCount": 1}, "is 1"),
    Break("aws-sqs-retention", "aws-sqs", {"mails/messageRetentionSeconds": 3600}, "3600 seconds"),
    Break("aws-sqs-retention", "aws-sqs-ours", {"reports/retention": 60}, "60 seconds"),
    Break(
        "aws-sqs-fifo-throughput",
        "aws-sqs-apart",
        {"emails/deduplicationScope": "queue"},
        "deduplicationScope",
    ),
    Break(
        "aws-sqs-fifo-throughput",
        "aws-sqs-apart",
        {"emails/fifoThroughputLimit": GONE},
        "fifoThroughputLimit",
    ),
    Break(
        "aws-sqs-fifo-deduplication",
        "aws-sqs-apart",
        {"emails/contentBasedDeduplication": GONE},
        "without an id",
    ),
    Break("aws-sqs-protected", "aws-sqs", {"mails/@protect": False}, "protect=True"),
    Break(
        "aws-sqs-tls-only", "aws-sqs", {"mails-policy/policy": _policy("mails", tls=False)}, "TLS"
    ),
    Break(
        "aws-sqs-tls-only",
        "aws-sqs",
        {"mails-dead/policy": _policy("mails-dead", tls=False)},
        "TLS",
    ),
    Break(
        "aws-sqs-tls-only",
        "aws-sqs-ours",
        {"reports/policy": _policy("reports", tls=False)},
        "TLS",
    ),
    Break("aws-sqs-policy", "aws-sqs", {"mails-dead/policy": GONE}, "has no policy"),
    Break("aws-sqs-policy", "aws-sqs", {"mails-policy/queueUrl": "https://other"}, "has no policy"),
    Break(
        "aws-sqs-not-public",
        "aws-sqs",
        {"mails-policy/policy": _policy("mails", _everybody("mails"))},
        "everybody has the right to sqs:SendMessage",
    ),
    Break(
        "aws-sqs-not-public",
        "aws-sqs-apart",
        {
            "emails/policy": _policy(
                "mails-emails.fifo",
                _everybody(
                    "mails-emails.fifo",
                    Condition={"ArnLike": {"aws:SourceArn": "*"}},
                    Principal="*",
                ),
            )
        },
        "everybody",
    ),
    Break(
        "aws-sqs-not-public",
        "aws-sqs-ours",
        {"reports/policy": _policy("reports", _everybody("reports", Principal=["*"]))},
        "everybody",
    ),
    Break(
        "aws-sqs-no-wildcard-actions",
        "aws-sqs",
        {"mails-policy/policy": _policy("mails", _everybody("mails", "sqs:*"))},
        "it allows sqs:*",
        also=_OPEN,
    ),
    Break(
        "aws-sqs-no-wildcard-actions",
        "aws-sqs",
        {"mails-dead/policy": _policy("mails-dead", _everybody("mails-dead", "*"))},
        "it allows *",
        also=_OPEN,
    ),
    Break(
        "aws-sqs-no-wildcard-actions",
        "aws-sqs-ours",
        {"reports/policy": _policy("reports", _everybody("reports", "SQS:*"))},
        "it allows",
        also=_OPEN,
    ),
    Break("aws-sqs-dead-letters", "aws-sqs", {"mails/redrivePolicy": GONE}, "kills its worker"),
    Break(
        "aws-sqs-dead-letters",
        "aws-sqs-apart",
        {"emails-redrive/queueUrl": "https://other"},
        "kills its worker",
    ),
    Break(
        "aws-sqs-dead-letters",
        "aws-sqs-ours",
        {"reports/deadLetterArn": GONE, "reports/maxReceiveCount": GONE},
        "kills its worker",
    ),
    Break(
        "aws-sqs-redrive-allow",
        "aws-sqs",
        {"mails-dead/redriveAllowPolicy": _allow("mails", "allowAll")},
        "every queue of the account",
    ),
    Break(
        "aws-sqs-redrive-allow",
        "aws-sqs-apart",
        {"emails-failed-allow/redriveAllowPolicy": _allow("mails-emails.fifo", "allowAll")},
        "every queue of the account",
    ),
    Break(
        "aws-sqs-redrive-allow-present",
        "aws-sqs",
        {"mails-dead/redriveAllowPolicy": GONE},
        "make a RedriveAllowPolicy",
    ),
    Break(
        "aws-sqs-redrive-allow-present",
        "aws-sqs-apart",
        {"emails-failed-allow/queueUrl": "https://other"},
        "make a RedriveAllowPolicy",
    ),
    Break(
        "aws-sqs-dead-letter-retention",
        "aws-sqs",
        {"mails-dead/messageRetentionSeconds": GONE},
        "as soon as it arrives",
    ),
    Break(
        "aws-sqs-dead-letter-retention",
        "aws-sqs-apart",
        {"emails-failed/messageRetentionSeconds": _FOUR_DAYS},
        "a dead letter of emails",
    ),
    Break("aws-sqs-alarms", "aws-sqs", {"mails/name": "mails-renamed"}, "wait too long"),
    Break("aws-sqs-alarms", "aws-sqs", {"mails-age/namespace": "AWS/SNS"}, "wait too long"),
    Break("aws-sqs-alarms", "aws-sqs", {"mails-age/dimensions": {"QueueName": "x"}}, "too long"),
    Break("aws-sqs-alarms", "aws-sqs", {"mails-dead-letters/metricName": "Sent"}, "dead letters"),
    Break("aws-sqs-alarms", "aws-sqs", {"mails-dead-letters/alarmActions": []}, "dead letters"),
)

_WHICH: Final = "which queue it is that others name"
_DEAD: Final = "which queues are for dead letters"

CONTEXT: Final[dict[tuple[str, str], str]] = {
    ("*", "arn"): _WHICH,
    ("*", "id"): _WHICH,
    ("*", "url"): _WHICH,
    ("*", "fifoQueue"): "FIFO queues alone have these settings",
    ("aws-sqs-dead-letters", "redriveAllowPolicy"): _DEAD,
    ("aws-sqs-dead-letters", "redriveAllow"): _DEAD,
    ("aws-sqs-dead-letters", "redrivePolicy"): _DEAD,
    ("aws-sqs-redrive-allow-present", "redrivePolicy"): _DEAD,
    ("aws-sqs-redrive-allow-present", "redriveAllow"): _DEAD,
    ("aws-sqs-redrive-allow-present", "deadLetterArn"): _DEAD,
    ("aws-sqs-dead-letter-retention", "redrivePolicy"): _DEAD,
    ("aws-sqs-dead-letter-retention", "queueUrl"): _DEAD,
    ("aws-sqs-alarms", "redrivePolicy"): _DEAD,
    ("aws-sqs-alarms", "redriveAllowPolicy"): _DEAD,
    ("aws-sqs-alarms", "redriveAllow"): _DEAD,
    ("aws-sqs-alarms", "deadLetterArn"): _DEAD,
}

BY_PRESENCE: Final[dict[str, set[str]]] = {"aws-sqs-protected": {_QUEUE}}
