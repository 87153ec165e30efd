"""Policies: one for all queues, a complete one for each queue with limits of its own."""

from __future__ import annotations

from celeriac.contract import DELIVERY_LIMIT, Policy, Queue, policies

BASE: dict[str, int | str] = {
    "consumer-timeout": 7_200_000,
    "dead-letter-exchange": "celeriac.dead-letter",
    "dead-letter-strategy": "at-least-once",
    "delivery-limit": 20,
    "overflow": "reject-publish",
}


def test_one_policy_for_queues_without_limits() -> None:
    """Its pattern is exactly the queues: neither dead letters nor delayed tasks fall under it."""
    queues = [Queue(name="orders", default=True), Queue(name="bulk.emails")]
    assert policies(queues, consumer_timeout=7200) == (
        Policy(
            name="celeriac",
            pattern=r"^(orders|bulk\.emails)$",
            apply_to="quorum_queues",
            priority=10,
            definition=BASE,
        ),
    )


def test_a_queue_with_limits_has_a_complete_policy_of_higher_priority() -> None:
    """A queue has one policy only, so the base's keys are in its own as well."""
    queue = Queue(
        name="bulk.emails",
        max_length=100_000,
        max_length_bytes=2**20,
        message_ttl=60,
        delivery_limit=3,
    )
    base, own = policies([Queue(name="a"), queue], delivery_limit=5, consumer_timeout=7200)
    assert base.definition == {**BASE, "delivery-limit": 5}
    assert own == Policy(
        name="celeriac.bulk.emails",
        pattern=r"^(bulk\.emails)$",
        apply_to="quorum_queues",
        priority=20,
        definition={
            **BASE,
            "delivery-limit": 3,
            "max-length": 100_000,
            "max-length-bytes": 1_048_576,
            "message-ttl": 60_000,
        },
    )


def test_a_queue_without_dead_letters() -> None:
    """at-least-once would be meaningless without an exchange; publishes are still rejected."""
    _, own = policies([Queue(name="a", dead_letter=False)], consumer_timeout=7200)
    assert own.definition == {
        "consumer-timeout": 7_200_000,
        "delivery-limit": DELIVERY_LIMIT,
        "overflow": "reject-publish",
    }


def test_classic_queues_get_what_they_know() -> None:
    """Neither a delivery limit nor a strategy of dead letters exists for them."""
    (base,) = policies([Queue(name="a")], queue_type="classic", consumer_timeout=1800)
    assert base.apply_to == "classic_queues"
    assert base.definition == {
        "consumer-timeout": 1_800_000,
        "dead-letter-exchange": "celeriac.dead-letter",
        "overflow": "reject-publish",
    }
