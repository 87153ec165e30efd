"""Who may do what with queues on SQS: IAM policies of an app, and the policy of a queue itself.

Actions were recorded from a real worker and producer of Celery with predefined queues: nothing is
listed, made or purged. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/
sqs-api-permissions-reference.html and, for the key, sqs-key-management.html beside it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

VERSION = "2012-10-17"
"""Of the policy language; without it policy variables are plain text."""
PRODUCER = ("sqs:GetQueueAttributes", "sqs:SendMessage")
"""What a process that sends tasks calls."""
WORKER = (
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
)
"""What a worker calls; it sends, too: retries, and tasks that tasks send."""
SENDER_KEY = ("kms:Decrypt", "kms:GenerateDataKey")
"""What SQS does with the key in the name of who sends: a data key is made, or read again."""
LONGEST_POLICY = 6144
"""Characters of a managed policy without white space:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html."""


def worker_policy(queue_arns: Sequence[str], kms_key_arn: str | None = None) -> dict[str, Any]:
    """The IAM policy of a role whose tasks run workers on exactly these queues.

    Args:
        queue_arns: ARNs of the app's queues, at least one. Dead letters are not among them: SQS
            moves messages there itself.
        kms_key_arn: ARN of the key that encrypts them, where it is not SQS's own (SSE-SQS). It is
            allowed through SQS only, in the queues' region, not for anything else under that key.
    """
    return _allow("Worker", WORKER, queue_arns, kms_key_arn)


def producer_policy(queue_arns: Sequence[str], kms_key_arn: str | None = None) -> dict[str, Any]:
    """The IAM policy of a role that sends tasks to exactly these queues; see `worker_policy`."""
    return _allow("Producer", PRODUCER, queue_arns, kms_key_arn)


def queue_policy(queue_arn: str, *, without: Collection[str] = ()) -> dict[str, Any] | None:
    """The policy of a queue: it allows nothing and denies two things, whoever else allows them.

    - Requests without TLS (`tlsOnly`).
    - Principals of other accounts, and requests that nobody signed (`foreignAccountsDenied`). An
      AWS service that acts by itself (SNS, EventBridge, S3) has no account: what it may do is
      left to statements that name it. `BoolIfExists`, because an unsigned request does not say
      whether it comes from a service, and is denied.

    It cannot lock out who deploys: inside the account, IAM goes on saying who may what, and every
    AWS SDK uses TLS. A role of this account that somebody of another one has assumed is inside.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html

    Args:
        queue_arn: the queue's ARN, with the account in it.
        without: what to leave out: `tlsOnly`, `foreignAccountsDenied`.

    Returns:
        The document, or None where nothing is left of it.
    """
    statements: list[dict[str, Any]] = []
    if "tlsOnly" not in without:
        statements.append(
            {"Sid": "DenyPlainHttp", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
        )
    if "foreignAccountsDenied" not in without:
        statements.append(
            {
                "Sid": "DenyForeignAccounts",
                "Condition": {
                    "StringNotEquals": {"aws:PrincipalAccount": queue_arn.split(":")[4]},
                    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
                },
            }
        )
    if not statements:
        return None
    common = {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": queue_arn}
    return {"Version": VERSION, "Statement": [common | one for one in statements]}


def policy_problem(names: Sequence[str], *, region: str, kms: bool = False) -> str | None:
    """Whether an app has more queues than one managed policy can name.

    Args:
        names: names of its queues on SQS, without those of dead letters.
        region: their region.
        kms: whether a customer's key encrypts them.
    """
    account = "0" * 12
    arns = [f"arn:aws:sqs:{region}:{account}:{name}" for name in names]
    key = f"arn:aws:kms:{region}:{account}:key/{'0' * 36}" if kms else None
    size = len(json.dumps(worker_policy(arns, key), separators=(",", ":")))
    if size <= LONGEST_POLICY:
        return None
    return (
        f"are {len(names)}, which the app's IAM policy needs {size} characters for, and AWS takes "
        f"{LONGEST_POLICY}: use fewer queues, shorter names, or several apps"
    )


def _allow(
    who: str, actions: Sequence[str], queue_arns: Sequence[str], kms_key_arn: str | None
) -> dict[str, Any]:
    arns = sorted(queue_arns)
    statements: list[dict[str, Any]] = [
        {"Sid": who, "Effect": "Allow", "Action": list(actions), "Resource": arns}
    ]
    if kms_key_arn is not None:
        region = arns[0].split(":")[3]
        statements.append(
            {
                "Sid": f"{who}Key",
                "Effect": "Allow",
                "Action": list(SENDER_KEY),
                "Resource": kms_key_arn,
                # In China the name goes on after .com.
                "Condition": {
                    "StringLike": {"kms:ViaService": f"sqs.{region}.amazonaws.com*"},
                },
            }
        )
    return {"Version": VERSION, "Statement": statements}
