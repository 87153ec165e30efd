"""What a broker on Pub/Sub registers: topics and subscriptions; what Celery is told."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest
from tests.unit.components.world import World, run

from celeriac import CeleryApp, PubSubBroker, PubSubProject, Queue, RedisResults, RedisServer, Uses


def made(
    uses: Uses | None = None, server: dict[str, Any] | None = None, **broker: Any
) -> tuple[World, dict[str, Any]]:
    """An app on Pub/Sub, its results in Redis."""

    def program() -> dict[str, pulumi.Output[Any]]:
        google = PubSubProject("google", project="shop-prod", **(server or {}))
        results = RedisServer("cache", host="h", password="pw")
        given: dict[str, Any] = {
            "queues": [Queue(name="orders", default=True), Queue(name="mails", dead_letter=False)],
            "longest_task": 7200,
        }
        app = CeleryApp(
            "orders",
            broker=PubSubBroker("orders", server=google, **(given | broker)),
            result_backend=RedisResults("orders", server=results),
            uses=uses,
        )
        return {"url": app.broker_url, "settings": app.settings, "env": app.env}

    return run(program)


def subscriptions(world: World) -> dict[str, Any]:
    """By name."""
    names = world.types["celeriac:pubsub:Subscription"]
    return {one["name"]: one for one in (world.one("pubsub:Subscription", n) for n in names)}


def test_subscriptions_for_queues_the_proof_and_dead_letters() -> None:
    """The proof's may always be deleted, and the dead letters' never expires."""
    world, _ = made(ack_deadline=30, retention=86_400, exactly_once=True, max_delivery_attempts=7)
    found = subscriptions(world)
    proof = "orders-orders-celeriac-proof"
    assert found.keys() == {"orders-orders", "orders-mails", proof, "orders-dead-letter"}
    wanted = {
        "project": "shop-prod", "topic": "orders-orders", "ackDeadline": 30, "retention": 86_400,
        "expiration": 86_400, "exactlyOnce": True, "deadLetterTopic": "orders-dead-letter",
        "maxDeliveryAttempts": 7, "forceDestroy": False,
        "filter": 'attributes.routing_key="orders"',
    }  # fmt: skip
    assert found["orders-orders"].items() >= wanted.items()
    assert not found["orders-mails"].get("deadLetterTopic")
    assert found[proof]["forceDestroy"] is True
    assert found[proof]["filter"] == 'attributes.routing_key="orders.celeriac-proof"'
    assert not found["orders-dead-letter"].get("expiration")
    assert not found["orders-dead-letter"].get("filter")


def test_topics_of_queues_and_of_remote_control() -> None:
    """Those of remote control may always be deleted: workers hang on them."""
    world, _ = made()
    names = world.types["celeriac:pubsub:Topic"]
    topics = {one["name"]: one for one in (world.one("pubsub:Topic", n) for n in names)}
    control = {"orders-control.pidbox", "reply.orders-control.pidbox", "orders-events"}
    assert topics.keys() == subscriptions(world).keys() | control
    assert all(topics[name]["forceDestroy"] for name in control)
    assert not topics["orders-orders"]["forceDestroy"]


def test_no_dead_letters_where_no_queue_has_any() -> None:
    """Nothing is made for them."""
    world, _ = made(queues=[Queue(name="orders", dead_letter=False)])
    assert "orders-dead-letter" not in subscriptions(world)


def test_celery_is_told_the_same() -> None:
    """The URL is no secret; an emulator's address is in the environment only."""
    world, found = made(server={"emulator": "localhost:8085"})
    assert found["url"] == ("gcpubsub://projects/shop-prod", False)
    options = json.loads(found["settings"][0])["broker_transport_options"]
    assert options["queue_name_prefix"] == "orders-"
    assert found["env"][0]["PUBSUB_EMULATOR_HOST"] == "localhost:8085"
    provider = world.registered["pulumi:providers:celeriac::google"]
    assert provider["endpoint"] == "pubsub+emulator://localhost:8085"


def test_what_pubsub_cannot_do() -> None:
    """Said before anything is made."""
    with pytest.raises(ValueError, match="raise it, or shorten longestDelay"):
        made(retention=86_400, longest_delay=86_400)
    with pytest.raises(ValueError, match="Pub/Sub has no priorities"):
        made(Uses(priorities=3))
