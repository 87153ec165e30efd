"""Fixtures and breaks: what production makes no habit of."""

from __future__ import annotations

from typing import Any, Final

from celeriac_policies.servers.ownership import adopt, force_destroy
from tests.policies.harness import Break, Fixture, Given

_PRODUCTION: Final = {"stacks": ["te*"]}

_COMPLIANT: Final[dict[str, dict[str, Any]]] = {
    "celeriac:rabbitmq:Vhost": {"name": "orders", "defaultQueueType": "quorum"},
    "celeriac:redis:KeyPrefix": {"prefix": "orders:"},
    "celeriac:sqs:Queue": {
        "name": "orders",
        "visibilityTimeout": 7200,
        "deadLetterArn": "arn:aws:sqs:eu-west-1:123456789012:orders-dead-letters",
        "maxReceiveCount": 5,
    },
    "celeriac:redis:Config": {"settings": {"maxmemory-policy": "noeviction"}},
}
"""What other rules want of some of the types."""


def _name(token: str) -> str:
    return token.replace("celeriac:", "").replace(":", "-").lower()


FIXTURES: Final[dict[str, Fixture]] = {
    "ownership": [
        Given(_name(token), token, {**_COMPLIANT.get(token, {}), "adopt": False})
        for token in adopt.reads
    ],
}

BREAKS: Final[tuple[Break, ...]] = (
    *(
        Break(
            force_destroy.name,
            "ownership",
            {f"{_name(token)}/forceDestroy": True},
            "forceDestroy is true",
            parameters=_PRODUCTION,
        )
        for token in force_destroy.reads
    ),
    *(
        Break(
            adopt.name,
            "ownership",
            {f"{_name(token)}/adopt": True},
            "adopt is true",
            parameters=_PRODUCTION,
        )
        for token in adopt.reads
    ),
)

CONTEXT: Final[dict[tuple[str, str], str]] = {}
