"""Rules on who may do what with queues of SQS."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from celeriac_policies.aws.documents import (
    allowing,
    plain_http_refused,
    public,
    refuses_plain_http,
    statements,
    words,
)
from celeriac_policies.aws.reading import is_given
from celeriac_policies.aws.sqs_queues import OURS, POLICY, QUEUE, attached
from celeriac_policies.resource import Resource, Stack, each
from celeriac_policies.rule import (
    Changes,
    Rule,
    Settings,
    Severity,
    Violation,
    resource_rule,
    stack_rule,
)
from celeriac_policies.values import plain

_PRACTICES: Final = (
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/"
    "sqs-security-best-practices.html"
)
_WITH_POLICY: Final = (POLICY, QUEUE, OURS)


def _tls_only(resource: Resource, given: Settings) -> Iterator[str]:
    """The policy, where there is one."""
    if resource.props.get("policy") and not refuses_plain_http(resource.props.document("policy")):
        yield (
            "its policy lets requests without TLS through: deny sqs:* to everybody where "
            "aws:SecureTransport is false"
        )


def _deny_plain_http(resource: Resource, given: Settings) -> Changes:
    """The policy with one statement more, on the queues that the others are about."""
    if not any(_tls_only(resource, given)):
        return {}
    document = resource.props.document("policy")
    queues = sorted({arn for one in statements(document) for arn in words(one, "Resource")})
    if not queues:
        return {}
    there = [plain(statement) for statement in statements(document)]
    merged = {
        "Version": "2012-10-17",
        **plain(document),
        "Statement": [*there, plain_http_refused(queues)],
    }
    return {"policy": json.dumps(merged)}


tls_only = resource_rule(
    name="aws-sqs-tls-only",
    description="A queue's policy refuses requests without TLS.",
    severity=Severity.MEDIUM,
    reads=_WITH_POLICY,
    steps=(
        "Add a statement to the queue's policy: Effect Deny, Principal *, Action sqs:*, Condition "
        '{"Bool": {"aws:SecureTransport": "false"}}.'
    ),
    url=_PRACTICES,
    same_as={"cdk-nag": ("AwsSolutions-SQS4",)},
    mend=_deny_plain_http,
)(_tls_only)


@stack_rule(
    name="aws-sqs-policy",
    description="Every queue has a policy, without which it takes requests without TLS.",
    severity=Severity.MEDIUM,
    reads=(QUEUE, POLICY),
    steps="Make an aws.sqs.QueuePolicy that denies requests without TLS.",
    url=_PRACTICES,
)
def has_policy(stack: Stack, given: Settings) -> Iterator[Violation]:
    """Queues without a policy."""
    policies = attached(stack, POLICY)

    def without(queue: Resource) -> Iterator[Violation]:
        if not is_given(queue.props, "policy") and policies.to(queue) is False:
            yield Violation(
                "it has no policy, and takes requests without TLS: make a QueuePolicy that denies "
                "sqs:* to everybody where aws:SecureTransport is false",
                queue,
            )

    yield from each(stack.of(QUEUE), without)


@resource_rule(
    name="aws-sqs-not-public",
    description="A queue's policy does not let everybody in.",
    severity=Severity.CRITICAL,
    reads=_WITH_POLICY,
    steps="Name roles or accounts as principals instead of *, or narrow it with a condition.",
    url=_PRACTICES,
    same_as={
        "checkov": ("CKV_AWS_168", "CKV_AWS_387"),
        "cfn-nag": ("F21",),
        "security-hub": ("SQS.3",),
    },
)
def not_public(resource: Resource, given: Settings) -> Iterator[str]:
    """Principals."""
    for statement in public(resource.props.document("policy")):
        actions = ", ".join(words(statement, "Action"))
        yield (
            f"everybody has the right to {actions}: name roles or accounts, or narrow it with "
            "aws:SourceArn"
        )


@resource_rule(
    name="aws-sqs-no-wildcard-actions",
    description="A queue's policy names the actions it allows.",
    severity=Severity.MEDIUM,
    reads=_WITH_POLICY,
    steps="Name actions, such as sqs:SendMessage for who sends tasks.",
    url=_PRACTICES,
    same_as={
        "checkov": ("CKV_AWS_72",),
        "trivy": ("AVD-AWS-0097",),
        "cfn-nag": ("F20",),
    },
)
def no_wildcard_actions(resource: Resource, given: Settings) -> Iterator[str]:
    """Actions."""
    for statement in allowing(resource.props.document("policy")):
        for action in words(statement, "Action"):
            if action.lower() in {"*", "sqs:*"}:
                yield f"it allows {action}, deletion included: name the actions that are needed"


RULES: Final[tuple[Rule, ...]] = (tls_only, has_policy, not_public, no_wildcard_actions)
