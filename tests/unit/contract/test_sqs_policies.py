"""Policies of SQS: whom a queue denies, and how many queues an app's IAM policy can name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from celeriac.contract.sqs_policies import (
    LONGEST_POLICY,
    policy_problem,
    producer_policy,
    queue_policy,
    worker_policy,
)

ARN = "arn:aws:sqs:eu-west-1:123456789012:mails-mails"
OURS = {"aws:PrincipalAccount": "123456789012", "aws:PrincipalIsAWSService": "false"}
FOREIGN = {"aws:PrincipalAccount": "999999999999", "aws:PrincipalIsAWSService": "false"}
SERVICE = {"aws:PrincipalIsAWSService": "true"}
NOBODY: dict[str, str] = {}
TLS, HTTP = {"aws:SecureTransport": "true"}, {"aws:SecureTransport": "false"}


def denied(document: Mapping[str, Any] | None, request: Mapping[str, str]) -> list[str]:
    """Which statements deny a request, by IAM's rules for keys that it does not have.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    """
    operators = {
        "Bool": lambda value, wanted: value == wanted,
        "BoolIfExists": lambda value, wanted: value is None or value == wanted,
        "StringNotEquals": lambda value, wanted: value != wanted,
    }
    return [
        statement["Sid"]
        for statement in (document or {"Statement": []})["Statement"]
        if all(
            operators[operator](request.get(key), wanted)
            for operator, keys in statement["Condition"].items()
            for key, wanted in keys.items()
        )
    ]


@pytest.mark.parametrize(
    ("request_of", "expected"),
    [
        (OURS | TLS, []),
        (OURS | HTTP, ["DenyPlainHttp"]),
        (FOREIGN | TLS, ["DenyForeignAccounts"]),
        (FOREIGN | HTTP, ["DenyPlainHttp", "DenyForeignAccounts"]),
        (NOBODY | TLS, ["DenyForeignAccounts"]),
        (SERVICE | TLS, []),
    ],
    ids=["ours", "ours-http", "foreign", "foreign-http", "nobody", "service"],
)
def test_a_queue_denies_foreigners_and_plain_http_and_never_its_own_account(
    request_of: Mapping[str, str], expected: list[str]
) -> None:
    """Who deploys is of the account and uses TLS: no statement can lock them out."""
    assert denied(queue_policy(ARN), request_of) == expected


def test_what_is_left_out_of_a_queues_policy_is_left_out_alone() -> None:
    """The other denial stays; without both there is no policy at all, which SQS would refuse."""
    assert denied(queue_policy(ARN, without={"tlsOnly"}), FOREIGN | HTTP) == ["DenyForeignAccounts"]
    without = {"foreignAccountsDenied"}
    assert denied(queue_policy(ARN, without=without), FOREIGN | HTTP) == ["DenyPlainHttp"]
    assert queue_policy(ARN, without={"tlsOnly", "foreignAccountsDenied"}) is None


def test_a_producer_can_neither_receive_nor_delete() -> None:
    """A web process that is taken over cannot read or drop what others sent."""
    (statement,) = producer_policy([ARN])["Statement"]
    assert statement["Action"] == ["sqs:GetQueueAttributes", "sqs:SendMessage"]
    assert set(statement["Action"]) < set(worker_policy([ARN])["Statement"][0]["Action"])


def test_as_many_queues_as_one_policy_names_and_not_one_more() -> None:
    """The limit is AWS's own, in characters of the document without white space."""
    names = [f"mails-{number:03}" for number in range(1, 200)]
    most = max(n for n in range(1, 200) if policy_problem(names[:n], region="eu-west-1") is None)
    arns = [f"arn:aws:sqs:eu-west-1:123456789012:{name}" for name in names]
    sizes = [
        len(json.dumps(worker_policy(arns[:n]), separators=(",", ":"))) for n in (most, most + 1)
    ]
    assert sizes[0] <= LONGEST_POLICY < sizes[1]
    problem = policy_problem(names[: most + 1], region="eu-west-1")
    assert problem is not None
    assert f"are {most + 1}" in problem
