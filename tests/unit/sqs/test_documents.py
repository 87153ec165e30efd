"""Policies in one spelling, and the documents of dead letters."""

from __future__ import annotations

import json

import pytest

from celeriac_provider.sqs import documents

ALLOW = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sqs:*", "Resource": "*"}


def written(**changes: object) -> str:
    """A policy of one statement."""
    return json.dumps({"Version": "2012-10-17", "Statement": [ALLOW | changes]})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (written(), written(Action=["sqs:*"])),
        (written(), written(Principal="*")),
        (written(), written(Resource=["*"])),
        (written(Action=["sqs:A", "sqs:B"]), written(Action=["SQS:B", "sqs:A"])),
        (
            written(Principal={"AWS": "123456789012"}),
            written(Principal={"AWS": ["arn:aws:iam::123456789012:root"]}),
        ),
        (
            written(Condition={"Bool": {"aws:SecureTransport": False}}),
            written(Condition={"Bool": {"aws:SecureTransport": ["false"]}}),
        ),
        (
            written(Condition={"NumericLessThan": {"x": 5}}),
            written(Condition={"NumericLessThan": {"x": "5"}}),
        ),
        (written(), json.dumps({"Statement": ALLOW, "Version": "2012-10-17"}, indent=4)),
    ],
)
def test_the_same_meaning_is_one_spelling(one: str, other: str) -> None:
    """What IAM's grammar lets be written in several ways."""
    assert documents.policy(one) == documents.policy(other)
    assert documents.policy(documents.policy(one)) == documents.policy(one)


@pytest.mark.parametrize(
    "other",
    [
        written(Effect="Deny"),
        written(Action="sqs:SendMessage"),
        written(Principal={"AWS": "123456789012"}),
        written(Principal={"Service": "*"}),
        written(Resource="arn:aws:sqs:eu-west-1:123456789012:a"),
        written(Sid="a"),
        written(Condition={"Bool": {"aws:SecureTransport": "false"}}),
        json.dumps({"Version": "2012-10-17", "Statement": [ALLOW, ALLOW]}),
        "",
    ],
)
def test_another_meaning_is_another_spelling(other: str) -> None:
    """Nothing that counts is lost."""
    assert documents.policy(written()) != documents.policy(other)


def test_statements_keep_their_order() -> None:
    """It means nothing to IAM, but a reader has put them so."""
    first, second = ALLOW | {"Sid": "a"}, ALLOW | {"Sid": "b"}
    text = documents.policy(json.dumps({"Statement": [second, first]}))
    assert [s["Sid"] for s in json.loads(text)["Statement"]] == ["b", "a"]


@pytest.mark.parametrize("sources", [["*"], [], ["arn:b", "arn:a"]])
def test_who_may_move_dead_letters_here(sources: list[str]) -> None:
    """There and back."""
    assert documents.read_redrive_allow(documents.redrive_allow(sources)) == sorted(sources)


def test_where_dead_letters_go() -> None:
    """There and back; nothing is nothing."""
    assert documents.read_redrive(documents.redrive("arn:d", 3)) == ("arn:d", 3)
    assert documents.redrive("", 0) == ""
    assert documents.read_redrive("") == ("", 0)
    assert documents.read_redrive('{"deadLetterTargetArn":"arn:d","maxReceiveCount":"3"}') == (
        "arn:d",
        3,
    )
