"""IAM, as @cloud-copilot/iam-simulate evaluates it: with resources and conditions."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.conftest import CHECKOUT

sys.path.append(str(CHECKOUT / "tools" / "servers"))

from local_servers.commands import IAM_SIMULATOR

Document = Mapping[str, Any]

ALLOWED, DENIED, FORBIDDEN = "Allowed", "ImplicitlyDenied", "ExplicitlyDenied"
"""The last is a statement's Deny, which no other one overrules."""

OVER_TLS = {"aws:SecureTransport": "true"}


@dataclass(frozen=True)
class Request:
    """What somebody wants.

    Args:
        action: as `sqs:SendMessage`.
        resource: the ARN.
        principal: who; None has not signed.
        context: values of condition keys, beside the principal's account.
    """

    action: str
    resource: str
    principal: str | None
    context: Mapping[str, str] = field(default_factory=lambda: OVER_TLS)


@dataclass(frozen=True)
class Action:
    """What can be wanted.

    Args:
        name: as `sqs:SendMessage`.
        of_no_resource: whether it is of none, but of the account.
        condition_keys: those that it has beside the global ones.
    """

    name: str
    of_no_resource: bool
    condition_keys: Sequence[str]


Case = tuple[Request, Document | None, Document | None]
"""A request, the policy of who asks, and the policy of what is asked for."""


def evaluate(cases: Iterable[Case]) -> list[str]:
    """What AWS answers to each request."""
    simulations = [_simulation(*case) for case in cases]
    answers: list[str] = _ask({"simulations": simulations})["answers"]
    return answers


@functools.cache
def actions(service: str) -> Sequence[Action]:
    """All actions of a service."""
    found = _ask({"services": [service]})["actions"][service]
    return [
        Action(f"{service}:{name}", said["ofNoResource"], said["keys"])
        for name, said in found.items()
    ]


def _simulation(
    request: Request, identity: Document | None, resource: Document | None
) -> dict[str, Any]:
    context = dict(request.context)
    # A service (sqs.amazonaws.com) is in no account.
    if request.principal and request.principal.startswith("arn:"):
        context["aws:PrincipalAccount"] = request.principal.split(":")[4]
    return {
        "request": {
            "principal": request.principal or {"type": "Anonymous"},
            "action": request.action,
            "resource": {"resource": request.resource, "accountId": _account(request)},
            "contextVariables": context,
        },
        "identityPolicies": [{"name": "identity", "policy": identity}] if identity else [],
        "serviceControlPolicies": [],
        "resourceControlPolicies": [],
        **({"resourcePolicy": resource} if resource else {}),
    }


def _account(request: Request) -> str:
    if request.resource == "*":
        return str(request.principal).split(":")[4]
    return request.resource.split(":")[4]


def _ask(question: Mapping[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(IAM_SIMULATOR.run(json.dumps(question)))
    return answer
