"""The policy of a queue denies what it should, whatever else allows it, and locks nobody out."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from celeriac.contract.sqs_policies import queue_policy, worker_policy
from tests.sqs.iam import ALLOWED, DENIED, FORBIDDEN, OVER_TLS, Document, Request, actions, evaluate

ACCOUNT, FOREIGN = "123456789012", "210987654321"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:mails-send"
USER = f"arn:aws:iam::{ACCOUNT}:user/app"
ROLE = f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/i-0123456789abcdef0"
STRANGER = f"arn:aws:iam::{FOREIGN}:user/app"
STRANGE_ROLE = f"arn:aws:sts::{FOREIGN}:assumed-role/worker/session"
EVERYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
IN_CLEAR = {"aws:SecureTransport": "false"}
SIGNED = {"aws:PrincipalIsAWSService": "false"}
ANYBODY = {"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": QUEUE}


def policy(*without: str, more: Document | None = None) -> dict[str, Any]:
    """The queue's policy, and a statement that somebody added."""
    found = deepcopy(queue_policy(QUEUE, without=without))
    assert found is not None
    if more:
        found["Statement"].append(dict(more))
    return found


def on_the_queue(principal: str | None, context: dict[str, str]) -> list[Request]:
    """Everything that can be done with a queue."""
    return [
        Request(action.name, QUEUE, principal, context)
        for action in actions("sqs")
        if not action.of_no_resource
    ]


def answers(
    document: Document, principal: str | None, context: dict[str, str], *, may: Document | None
) -> set[str]:
    """All answers to everything that can be done with the queue."""
    return set(evaluate((one, may, document) for one in on_the_queue(principal, context)))


@pytest.mark.parametrize("principal", [USER, ROLE])
def test_nothing_goes_in_clear(principal: str) -> None:
    """An administrator's request without TLS is denied, and one with it is not."""
    assert answers(policy(), principal, SIGNED | IN_CLEAR, may=EVERYTHING) == {FORBIDDEN}
    assert answers(policy(), principal, SIGNED | OVER_TLS, may=EVERYTHING) == {ALLOWED}


@pytest.mark.parametrize("principal", [STRANGER, STRANGE_ROLE])
def test_another_account_is_denied(principal: str) -> None:
    """Also where a statement of the queue's own lets everybody in, which would do without ours."""
    open_to_all = policy("foreignAccountsDenied", more=ANYBODY)
    assert answers(open_to_all, principal, SIGNED | OVER_TLS, may=EVERYTHING) == {ALLOWED}
    denied = policy(more=ANYBODY)
    assert answers(denied, principal, SIGNED | OVER_TLS, may=EVERYTHING) == {FORBIDDEN}


def test_a_request_that_nobody_signed_is_denied() -> None:
    """Also where a statement of the queue's own lets everybody in."""
    open_to_all = policy("foreignAccountsDenied", more=ANYBODY)
    assert answers(open_to_all, None, OVER_TLS, may=None) == {ALLOWED}
    assert answers(policy(more=ANYBODY), None, OVER_TLS, may=None) == {FORBIDDEN}


def test_a_service_of_aws_may_send_where_a_statement_names_it() -> None:
    """It has no account; without TLS it may not either."""
    topic = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": QUEUE,
    }
    service = {"aws:PrincipalIsAWSService": "true"}
    send = [
        Request("sqs:SendMessage", QUEUE, "sns.amazonaws.com", service | transport)
        for transport in (OVER_TLS, IN_CLEAR)
    ]
    document = policy(more=topic)
    assert evaluate((one, None, document) for one in send) == [ALLOWED, FORBIDDEN]


def test_who_deploys_is_not_locked_out() -> None:
    """Over TLS, inside the account, IAM alone says who may what; also change this policy."""
    context = SIGNED | OVER_TLS
    for principal in (USER, ROLE, f"arn:aws:iam::{ACCOUNT}:root"):
        assert answers(policy(), principal, context, may=EVERYTHING) == {ALLOWED}


def test_the_policy_gives_nobody_a_right() -> None:
    """Who has no policy of their own gets nothing from the queue's."""
    assert answers(policy(), USER, SIGNED | OVER_TLS, may=None) == {DENIED}


def test_the_app_works_with_both_policies() -> None:
    """What the worker's policy allows, the queue's does not take."""
    receive = Request("sqs:ReceiveMessage", QUEUE, ROLE, SIGNED | OVER_TLS)
    assert evaluate([(receive, worker_policy([QUEUE]), policy())]) == [ALLOWED]


def test_each_statement_can_be_left_out() -> None:
    """`without` takes out just the one, and nothing is left of both."""
    clear, foreign = policy("tlsOnly"), policy("foreignAccountsDenied")
    assert answers(clear, USER, SIGNED | IN_CLEAR, may=EVERYTHING) == {ALLOWED}
    assert answers(clear, STRANGER, SIGNED | OVER_TLS, may=EVERYTHING) == {FORBIDDEN}
    assert answers(foreign, USER, SIGNED | IN_CLEAR, may=EVERYTHING) == {FORBIDDEN}
    assert answers(foreign, STRANGER, SIGNED | OVER_TLS, may=EVERYTHING) == {DENIED}
    assert queue_policy(QUEUE, without=("tlsOnly", "foreignAccountsDenied")) is None


def problems(document: Document) -> list[str]:
    """What the tests above assert, of any document."""
    tls = SIGNED | OVER_TLS
    cases = {
        "in clear": (USER, SIGNED | IN_CLEAR, EVERYTHING, FORBIDDEN),
        "another account": (STRANGER, tls, EVERYTHING, FORBIDDEN),
        "unsigned": (None, OVER_TLS, None, FORBIDDEN),
        "deployer": (USER, tls, EVERYTHING, ALLOWED),
        "no rights": (USER, tls, None, DENIED),
    }
    asked = [
        (name, right, (request, may, document))
        for name, (principal, context, may, right) in cases.items()
        for request in on_the_queue(principal, context)
    ]
    found = evaluate(case for _, _, case in asked)
    return sorted(
        {name for (name, right, _), answer in zip(asked, found, strict=True) if answer != right}
    )


@pytest.mark.parametrize(
    ("old", "new", "seen"),
    [
        ('"aws:SecureTransport": "false"', '"aws:SecureTransport": "true"', "in clear"),
        ('"aws:SecureTransport": "false"', '"aws:SecureTransport": "true"', "deployer"),
        ('"StringNotEquals"', '"StringEquals"', "another account"),
        ('"StringNotEquals"', '"StringEquals"', "deployer"),
        (f'"{ACCOUNT}"', f'"{FOREIGN}"', "deployer"),
        ('"BoolIfExists"', '"Bool"', "unsigned"),
        ('"Deny"', '"Allow"', "in clear"),
        ('"Action": "sqs:*"', '"Action": "sqs:SendMessage"', "another account"),
        (QUEUE, f"{QUEUE}2", "in clear"),
    ],
)
def test_a_wrong_policy_is_seen(old: str, new: str, seen: str) -> None:
    """The assertions above can fail: on a document with one thing changed, the one that should."""
    text = json.dumps(policy())
    assert old in text
    assert seen in problems(json.loads(text.replace(old, new)))


def test_ours_is_not_wrong() -> None:
    """By the same assertions."""
    assert problems(policy()) == []
