"""Pub/Sub: the URL and the names as kombu reads them, what Celery is told, what is refused."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from celery import Celery
from kombu.transport.gcpubsub import Channel, Transport

from celeriac.contract import Queue, Uses, pairing_problems
from celeriac.contract.outputs import environment
from celeriac.contract.pairing import PUBSUB_MESSAGE
from celeriac.contract.pubsub import (
    PUBSUB_RETENTION,
    control_topics,
    project_problem,
    pubsub_prefix_problem,
    pubsub_queue_problem,
    pubsub_settings,
    pubsub_url,
    retention_problem,
    subscription_filter,
    subscription_name,
)

QUEUES = (Queue(name="orders", default=True), Queue(name="bulk.mails"))


def told(**changes: Any) -> dict[str, Any]:
    """The settings, through JSON."""
    return json.loads(json.dumps(pubsub_settings(QUEUES, prefix="orders-", **changes)))  # type: ignore[no-any-return]


def test_kombu_finds_the_project() -> None:
    """In the URL."""
    assert Transport.parse_uri(pubsub_url("shop-prod")) == "shop-prod"


@pytest.mark.parametrize("queue", ["orders", "bulk.mails", "orders-mails", "a_b", "a-b", "O.K.1"])
def test_kombu_names_a_subscription_so(queue: str) -> None:
    """Prefix, and mangled."""
    channel: Any = SimpleNamespace(queue_name_prefix="orders-")
    assert subscription_name("orders-", queue) == Channel.entity_name(channel, queue)


def test_celery_binds_each_queue_to_its_own_topic() -> None:
    """And sends with the key that the subscription filters by."""
    app = Celery(broker=pubsub_url("shop-prod"))
    app.conf.update(told())
    queue = app.amqp.queues["bulk.mails"]
    assert queue.exchange.name == subscription_name("orders-", "bulk.mails") == "orders-bulk-mails"
    assert (queue.exchange.type, queue.routing_key) == ("direct", "bulk.mails")
    assert subscription_filter("bulk.mails") == 'attributes.routing_key="bulk.mails"'
    assert app.conf.task_default_exchange == "orders-orders"


def test_remote_control_is_the_apps_own() -> None:
    """Celery's mailbox and its events are on topics that begin with the prefix."""
    app = Celery(broker=pubsub_url("shop-prod"))
    app.conf.update(told())
    mailbox = app.control.mailbox
    names = (mailbox.exchange.name, mailbox.reply_exchange.name, app.conf.event_exchange)
    assert names == control_topics("orders-")


def test_kombu_writes_what_was_built() -> None:
    """Its options are those of the subscriptions; nothing is a credential."""
    options = told(ack_deadline=30, retention=86_400, exactly_once=True)["broker_transport_options"]
    assert options == {
        "queue_name_prefix": "orders-",
        "ack_deadline_seconds": 30,
        "expiration_seconds": 86_400,
        "enable_exactly_once_delivery": True,
    }
    assert told()["broker_transport_options"]["expiration_seconds"] == PUBSUB_RETENTION
    assert told(prefetch=3)["worker_prefetch_multiplier"] == 3
    assert told()["worker_pool_start_method"] == "spawn"


@pytest.mark.parametrize("queue", ["é", 'a"b', "a b", "q" * 250])
def test_names_that_none_can_have(queue: str) -> None:
    """Or would break the filter."""
    assert pubsub_queue_problem("orders-", queue) is not None


def test_names_that_are_fine() -> None:
    """Of queues, prefixes and projects; and some that are not."""
    assert pubsub_queue_problem("orders-", "bulk.mails_1-a") is None
    assert [pubsub_prefix_problem(one) for one in ("o-", "O_1")] == [None, None]
    assert all(pubsub_prefix_problem(one) for one in ("", "-o", "1o", "o:", "google-"))
    assert [project_problem(one) for one in ("shop-prod", "example.com:shop-1")] == [None, None]
    assert all(project_problem(one) for one in ("Shop", "s", "123456", "shop-", "a" * 31))


def test_a_message_is_kept_longer_than_a_worker_may_hold_it() -> None:
    """Else it would be lost with its worker."""
    assert retention_problem(86_400, 86_400) is None
    assert "raise it" in (retention_problem(86_401, 86_400) or "")


@pytest.mark.parametrize(
    ("uses", "where"),
    [
        (Uses(priorities=3), "uses.priorities"),
        (Uses(largest_message=PUBSUB_MESSAGE + 1), "uses.largestMessage"),
    ],
)
def test_what_it_cannot_do_is_refused(uses: Uses, where: str) -> None:
    """With every result backend."""
    (problem,) = pairing_problems(broker="pubsub", backend="redis", expires=60, uses=uses)
    assert problem.where == where


@pytest.mark.parametrize(
    "backend", ["redis", "postgresql", "mysql", "memcached", "mongodb", "elasticsearch"]
)
def test_every_pair_works(backend: Any) -> None:
    """With remote control, events, chords and the largest message; but for rpc."""
    uses = Uses(remote_control=True, events=True, chords=True, beat=True)
    assert pairing_problems(broker="pubsub", backend=backend, expires=60, uses=uses) == []


def test_no_results_over_it() -> None:
    """Rpc wants RabbitMQ."""
    (problem,) = pairing_problems(broker="pubsub", backend="rpc")
    assert problem.where == "resultBackend.kind"


def test_the_environment_has_what_no_setting_carries() -> None:
    """An emulator's address."""
    found = environment(broker_url="b", result_backend="r", settings="{}", more={"X": "y"})
    assert found["X"] == "y"
