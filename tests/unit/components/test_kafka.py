"""What a broker on Kafka registers: topics, a user, rights on just these; what Celery is told."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest
from tests.unit.components.world import World, run

from celeriac import CeleryApp, KafkaBroker, KafkaServer, Queue, RedisResults, RedisServer, Uses


def made(uses: Uses | None = None, **broker: Any) -> tuple[World, dict[str, Any]]:
    """An app on Kafka, its results in Redis."""

    def program() -> dict[str, pulumi.Output[Any]]:
        server = KafkaServer(
            "cluster", host="b1.example.org", servers=["b2:9093"], username="admin", password="pw"
        )
        results = RedisServer("cache", host="h", password="pw")
        given: dict[str, Any] = {
            "queues": [Queue(name="orders", default=True), Queue(name="mails")],
            "longest_task": 7200,
        }
        app = CeleryApp(
            "orders",
            broker=KafkaBroker("orders", server=server, **(given | broker)),
            result_backend=RedisResults("orders", server=results),
            uses=uses,
        )
        return {"url": app.broker_url, "settings": app.settings}

    return run(program)


def test_topics_for_queues_and_the_proof() -> None:
    """The proof's keeps nothing for long, and may always be deleted."""
    world, _ = made(partitions=3, replicas=2, retention=3600 * 24, force_destroy=False)
    topics = {
        one["name"]: one
        for one in (world.one("kafka:Topic", n) for n in world.types["celeriac:kafka:Topic"])
    }
    assert topics.keys() == {"orders", "mails", "orders.celeriac-proof"}
    wanted = {"partitions": 3, "replication": 2, "retention": 86_400, "forceDestroy": False}
    assert topics["mails"].items() >= wanted.items()
    proof = {"partitions": 1, "replication": 2, "retention": 3600, "forceDestroy": True}
    assert topics["orders.celeriac-proof"].items() >= proof.items()


def test_the_user_may_use_just_these() -> None:
    """Read and write each topic, and consume as each group: whole names, nothing of the cluster."""
    world, _ = made()
    rights = [world.one("kafka:Acl", name) for name in world.types["celeriac:kafka:Acl"]]
    assert {(one["resource"], one["name"], *one["operations"]) for one in rights} == {
        (kind, name + suffix, *operations)
        for name in ("orders", "mails", "orders.celeriac-proof")
        for kind, suffix, operations in (
            ("topic", "", ["Read", "Write"]),
            ("group", "-consumer-group", ["Read"]),
        )
    }
    assert {one["user"] for one in rights} == {"orders"}
    assert {one.get("pattern", "literal") for one in rights} == {"literal"}
    assert world.one("kafka:ScramUser", "orders")["mechanisms"] == ["SCRAM-SHA-512"]


def test_what_the_app_is_told() -> None:
    """Both brokers, TLS, and a poll interval above the longest task; the password is a secret."""
    world, outputs = made()
    assert outputs["url"] == (
        "confluentkafka://orders:orders-password@b1.example.org:9093", True
    )  # fmt: skip
    settings = json.loads(outputs["settings"][0])
    transport = settings["broker_transport_options"]
    assert transport["kafka_common_config"]["bootstrap.servers"] == "b1.example.org:9093,b2:9093"
    assert transport["kafka_consumer_config"]["max.poll.interval.ms"] > 3 * 7200 * 1000
    provider = world.registered["pulumi:providers:celeriac::cluster"]
    assert provider["endpoint"] == (
        "kafka+ssl://b1.example.org:9093?mechanism=SCRAM-SHA-512&servers=b2:9093"
    )
    assert world.one("celery:RoundTrip", "orders")["queue"] == "orders.celeriac-proof"


@pytest.mark.parametrize(
    ("broker", "uses", "said"),
    [
        ({"acks_late": True, "concurrency": 2}, None, "has acks_late, which cannot be true"),
        ({"longest_task": 86_400}, None, "may take at most 86400"),
        ({}, Uses(remote_control=True), "cannot work on Kafka"),
        ({}, Uses(priorities=3), "Kafka has no priorities"),
    ],
)
def test_what_kafka_cannot_do(broker: dict[str, Any], uses: Uses | None, said: str) -> None:
    """Before anything is made."""
    with pytest.raises(ValueError, match=said):
        made(uses, **broker)
