"""SQS's attributes that are JSON documents, each meaning in one spelling.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from celeriac_provider.sqs.names import EVERYBODY

_ACCOUNT: Final = re.compile(r"\d{12}")
_LISTS: Final = ("Action", "NotAction", "Resource", "NotResource")


def policy_problem(text: str) -> str | None:
    """What is wrong with a queue's policy, or nothing."""
    if not text:
        return None
    try:
        found = json.loads(text)
    except ValueError as error:
        return f"is not JSON ({error}): give a policy as one JSON object, or leave it out"
    if not isinstance(found, dict) or not isinstance(found.get("Statement"), (list, dict)):
        return 'is no policy: give a JSON object with "Version" and "Statement"'
    return None


def policy(text: str) -> str:
    """A policy in the one spelling of what it means; what is no policy stays as it is.

    A list of one is that one, the order in a list means nothing, `*` is everybody, an account's
    number is its root, and conditions compare text.
    """
    if not text or policy_problem(text):
        return text
    found = json.loads(text)
    statements = found["Statement"]
    statements = [statements] if isinstance(statements, dict) else statements
    return _written(found | {"Statement": [_statement(s) for s in statements]})


def redrive(dead_letter_arn: str, max_receive_count: int) -> str:
    """A redrive policy, or nothing."""
    if not dead_letter_arn:
        return ""
    return _written({"deadLetterTargetArn": dead_letter_arn, "maxReceiveCount": max_receive_count})


def read_redrive(text: str) -> tuple[str, int]:
    """The dead-letter queue's ARN and the count; nothing and 0 where there is none."""
    found = json.loads(text) if text else {}
    return str(found.get("deadLetterTargetArn", "")), int(found.get("maxReceiveCount", 0))


def redrive_allow(sources: Iterable[str]) -> str:
    """Who may use a queue as dead-letter queue; nothing where everybody may."""
    arns = sorted(sources)
    if arns == [EVERYBODY]:
        return ""
    if not arns:
        return _written({"redrivePermission": "denyAll"})
    return _written({"redrivePermission": "byQueue", "sourceQueueArns": arns})


def read_redrive_allow(text: str) -> list[str]:
    """The sources that a redrive-allow policy names."""
    found = json.loads(text) if text else {}
    permission = found.get("redrivePermission", "allowAll")
    return [EVERYBODY] if permission == "allowAll" else sorted(found.get("sourceQueueArns", []))


def _statement(statement: Any) -> Any:
    if not isinstance(statement, dict):
        return statement
    found = dict(statement)
    for key in _LISTS:
        if key in found:
            found[key] = _unordered(_prefix(one) for one in _listed(found[key]))
    for key in ("Principal", "NotPrincipal"):
        if key in found:
            found[key] = _principal(found[key])
    if isinstance(found.get("Condition"), dict):
        found["Condition"] = {
            operator: {name: _unordered(map(_text, _listed(v))) for name, v in values.items()}
            if isinstance(values, dict)
            else values
            for operator, values in found["Condition"].items()
        }
    return found


def _principal(principal: Any) -> Any:
    if principal == "*":
        principal = {"AWS": "*"}
    if not isinstance(principal, dict):
        return principal
    return {
        kind: _unordered(
            f"arn:aws:iam::{one}:root" if _ACCOUNT.fullmatch(str(one)) else one
            for one in _listed(who)
        )
        for kind, who in principal.items()
    }


def _prefix(action: Any) -> Any:
    """AWS writes `SQS:` where it was given `sqs:`, and both mean the same."""
    if isinstance(action, str) and action.lower().startswith("sqs:"):
        return "sqs:" + action[4:]
    return action


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _unordered(values: Iterable[Any]) -> Any:
    found = sorted(values, key=str)
    return found[0] if len(found) == 1 else found


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float)) else value


def _written(document: Any) -> str:
    return json.dumps(document, sort_keys=True, separators=(",", ":"))
