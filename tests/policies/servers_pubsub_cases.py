"""Fixtures and breaks: Pub/Sub."""

from __future__ import annotations

from typing import Final

from tests.policies.harness import GONE, Break, Fixture, Given

_QUEUE: Final = 'attributes.routing_key="mails"'

FIXTURES: Final[dict[str, Fixture]] = {
    "pubsub": [
        Given("google", "pulumi:providers:celeriac", {"timeout": "30"}),
        Given("local", "pulumi:providers:celeriac", {"endpoint": "pubsub+emulator://localhost:80"}),
        Given("topic", "celeriac:pubsub:Topic", {"project": "shop-prod", "name": "orders-mails"}),
        Given(
            "mails",
            "celeriac:pubsub:Subscription",
            {
                "project": "shop-prod",
                "name": "orders-mails",
                "topic": "orders-mails",
                "filter": _QUEUE,
                "ackDeadline": 240,
                "retention": 604_800,
                "expiration": 604_800,
                "deadLetterTopic": "orders-dead-letter",
                "maxDeliveryAttempts": 5,
            },
        ),
        Given(
            "dead",
            "celeriac:pubsub:Subscription",
            {"project": "shop-prod", "name": "orders-dead-letter", "topic": "orders-dead-letter"},
        ),
        Given(
            "proof",
            "celeriac:pubsub:Subscription",
            {
                "project": "shop-prod",
                "name": "orders-orders-celeriac-proof",
                "topic": "orders-orders-celeriac-proof",
                "filter": 'attributes.routing_key="orders.celeriac-proof"',
                "retention": 600,
                "expiration": 86_400,
            },
        ),
    ],
}

BREAKS: Final[tuple[Break, ...]] = (
    Break(
        "pubsub-emulator",
        "pubsub",
        {"local/endpoint": "pubsub+emulator://pubsub.example.com:8085"},
        "pubsub.example.com is an emulator of Pub/Sub",
    ),
    Break("pubsub-ack-deadline", "pubsub", {"mails/ackDeadline": 10}, "is 10 seconds"),
    Break("pubsub-retention", "pubsub", {"mails/retention": 600}, "kept for 600 seconds"),
    Break("pubsub-retention", "pubsub", {"mails/expiration": 86_400}, "after 86400 seconds"),
    Break(
        "pubsub-retention",
        "pubsub",
        {"proof/name": "orders-mails-2"},
        "seconds",
        times=2,
        also=["pubsub-dead-letters"],
    ),
    Break("pubsub-dead-letters", "pubsub", {"mails/deadLetterTopic": GONE}, "has no dead-letter"),
    Break("pubsub-dead-letters", "pubsub", {"dead/filter": _QUEUE}, "orders-dead-letter has no"),
    Break(
        "pubsub-dead-letters", "pubsub", {"proof/name": "m"}, "m has no", also=["pubsub-retention"]
    ),
)

CONTEXT: Final[dict[tuple[str, str], str]] = {}
