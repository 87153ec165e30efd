"""Policy documents of AWS, as rules read them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from celeriac_policies.values import Items, Properties

_NARROWING: Final = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceip",
        "aws:sourceorgid",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "kms:calleraccount",
        "kms:viaservice",
    }
)
"""Keys of conditions that say who may come, or from where."""


def statements(document: Properties) -> Iterator[Properties]:
    """The statements of a document."""
    for statement in document.items_of("Statement"):
        if isinstance(statement, Properties):
            yield statement


def allowing(document: Properties) -> Iterator[Properties]:
    """The statements that allow something."""
    return (one for one in statements(document) if one.get("Effect") == "Allow")


def words(statement: Properties, key: str) -> list[str]:
    """An element that is one word or a list of them."""
    return [str(word) for word in statement.items_of(key)]


def everybody(statement: Properties) -> bool:
    """Whether its principal is whoever asks, with an account at AWS or without."""
    principal = statement.get("Principal")
    if isinstance(principal, Properties):
        return "*" in words(principal, "AWS")
    return principal == "*" or (isinstance(principal, Items) and "*" in principal)


def narrowed(statement: Properties) -> bool:
    """Whether a condition says who may come, or from where, and not `*` again."""
    return any(
        key.lower() in _NARROWING and "*" not in values for _, key, values in _conditions(statement)
    )


def public(document: Properties) -> Iterator[Properties]:
    """The statements that allow everybody something."""
    return (one for one in allowing(document) if everybody(one) and not narrowed(one))


def refuses_plain_http(document: Properties) -> bool:
    """Whether a statement denies everybody every request without TLS."""
    return any(
        statement.get("Effect") == "Deny"
        and everybody(statement)
        and set(words(statement, "Action")) & {"*", "sqs:*", "SQS:*"}
        and any(
            operator.startswith("Bool")
            and key.lower() == "aws:securetransport"
            and [value.lower() for value in values] == ["false"]
            for operator, key, values in _conditions(statement)
        )
        for statement in statements(document)
    )


def plain_http_refused(resources: list[str]) -> dict[str, Any]:
    """The statement that denies it, for some resources."""
    return {
        "Sid": "DenyPlainHttp",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": resources if len(resources) > 1 else resources[0],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def _conditions(statement: Properties) -> Iterator[tuple[str, str, list[str]]]:
    """Operator, key and values of each condition."""
    conditions = statement.map("Condition")
    for operator in conditions:
        keys = conditions.map(operator)
        for key in keys:
            yield operator, key, words(keys, key)
