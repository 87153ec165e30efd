"""The proof over Pub/Sub, on Google's fake: in topics that somebody made, and what is said then."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import pytest
from google.api_core.exceptions import DeadlineExceeded
from tests.closed_port import closed_port
from tests.conftest import on_demand
from tests.lifecycle import Failed, Lifecycle
from tests.provider.celery import made
from tests.provider.celery.made import MadeApp
from tests.provider.pubsub.fake import Fake

from celeriac.contract import Queue, outputs, redis_result_settings
from celeriac.contract.proof import proof_queue
from celeriac.contract.pubsub import (
    control_topics,
    pubsub_settings,
    pubsub_url,
    subscription_filter,
    subscription_name,
)
from celeriac_provider.celery import RoundTrip


@pytest.fixture(scope="module")
def fake() -> Fake:
    """The tests'."""
    return Fake(on_demand("pubsub"))


@pytest.fixture
def app(servers: Mapping[str, Any], fake: Fake) -> Iterator[MadeApp]:
    """An app on it, made by hand, with results in Redis."""
    with made.on_redis(servers) as (with_results, _):
        name = with_results.name
        prefix, queue = f"{name}-", Queue(name=name, default=True)
        for one in (queue, proof_queue(name)):
            place = subscription_name(prefix, one.name)
            fake.make_topic(place)
            fake.make_subscription(place, place, filter=subscription_filter(one.name))
        for topic in control_topics(prefix):
            fake.make_topic(topic)
        settings = pubsub_settings([queue], prefix=prefix)
        yield with_results.changed(
            broker_url=pubsub_url(fake.project),
            settings=outputs.merge(
                settings, redis_result_settings(prefix=f"{name}:", expires=3600)
            ),
        )
        fake.clean(prefix)


def messages(fake: Fake, name: str) -> int:
    """Those that wait."""
    request = {"subscription": fake.path("subscriptions", name), "max_messages": 100}
    try:
        return len(fake.subscriber.pull(request=request, timeout=2, retry=None).received_messages)
    except DeadlineExceeded:  # the fake waits for one until the time is up
        return 0


def test_a_round_trip_beside_the_apps_own_messages(app: MadeApp, fake: Fake) -> None:
    """Twice: what the app has stays; the proof finds only its own task, and leaves nothing."""
    prefix = f"{app.name}-"
    own, proofs = (subscription_name(prefix, name) for name in (app.name, app.queue))
    before = fake.names(prefix)
    for _ in range(3):
        fake.send(own, routing_key=app.name)
    fake.send(proofs, "what a proof that was killed has left", routing_key=app.queue)
    with closing(Lifecycle(RoundTrip, fake.configuration())) as life:
        for again in range(2):
            found = life.create(app.inputs(), name=f"proof{again}", settled=False)
            assert found.state["duration"] < 20
    assert messages(fake, own) == 3
    assert messages(fake, proofs) == 0
    assert fake.names(prefix) == before


def test_nobody_there(app: MadeApp) -> None:
    """In time, and the ways out are named."""
    nowhere = {"endpoint": f"pubsub+emulator://127.0.0.1:{closed_port()}"}
    began = time.monotonic()
    with closing(Lifecycle(RoundTrip, nowhere)) as life, pytest.raises(Failed) as failed:
        life.create(app.inputs(timeout=6))
    assert time.monotonic() - began < 30
    assert "failed at its broker: Pub/Sub of project" in failed.value.sentence
    assert "proof: off" in failed.value.sentence
