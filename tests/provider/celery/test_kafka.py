"""The proof over Kafka: on a topic that somebody made, and what is said when it fails."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from tests.closed_port import closed_port
from tests.conftest import on_demand
from tests.lifecycle import Failed, Lifecycle
from tests.provider.celery import made
from tests.provider.celery.made import MadeApp
from tests.provider.kafka.cluster import Cluster, consumer

from celeriac.contract import Queue, Tls, outputs, redis_result_settings
from celeriac.contract.kafka import consumer_group, kafka_settings, kafka_url
from celeriac.contract.proof import proof_queue
from celeriac_provider.celery import RoundTrip


@pytest.fixture(scope="module")
def life() -> Iterator[Lifecycle]:
    """A provider with the proof."""
    found = Lifecycle(RoundTrip)
    yield found
    found.close()


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    """The tests' Kafka."""
    return Cluster(on_demand("kafka"))


@pytest.fixture
def app(servers: Mapping[str, Any], cluster: Cluster) -> Iterator[MadeApp]:
    """An app on it, over TLS, with results in Redis."""
    with made.on_redis(servers) as (with_results, _):
        name, password = with_results.name, f"pw/{secrets.token_urlsafe(12)}%canary"
        queue, port = Queue(name=name, default=True), cluster.entry["tls_port"]
        cluster.make_user(name, password)
        for topic in (name, proof_queue(name).name):
            cluster.make_topic(topic)
            for operation in ("READ", "WRITE"):
                cluster.allow("TOPIC", topic, name, operation)
            cluster.allow("GROUP", consumer_group(topic), name, "READ")
        settings = kafka_settings(
            [queue],
            servers=[f"localhost:{port}"],
            mechanism="SCRAM-SHA-512",
            tls=Tls(made.CA_OF_THE_APPS_HOST),
            poll_interval=300,
        )
        yield with_results.changed(
            broker_url=kafka_url(host="localhost", port=port, user=name, password=password),
            settings=outputs.merge(
                settings, redis_result_settings(prefix=f"{name}:", expires=3600)
            ),
            ca=servers_ca(servers),
            password=password,
        )
        cluster.clean(name)


def servers_ca(servers: Mapping[str, Any]) -> str:
    """The authority's PEM."""
    with open(servers["ca"], encoding="ascii") as file:  # noqa: PTH123 - a text, at once
        return file.read()


def proof_of(life: Lifecycle, app: MadeApp) -> str:
    """The sentence of a proof that fails; in time, and without a credential."""
    started = time.monotonic()
    with pytest.raises(Failed) as failed:
        life.create(app.inputs(timeout=10))
    assert time.monotonic() - started < 22
    sentence = failed.value.sentence
    for form in (app.password, made.quoted(app.password)):
        assert form not in sentence
    assert sentence.isprintable()
    assert "failed at its broker" in sentence
    return sentence


def test_a_round_trip_beside_the_apps_own_messages(
    life: Lifecycle, app: MadeApp, cluster: Cluster
) -> None:
    """Twice: what the app has in its topic stays; the proof finds only its own task in its own."""
    cluster.send(app.name, 3)
    cluster.send(app.queue, 2)  # what a proof that was killed has left
    for again in range(2):
        found = life.create(app.inputs(), name=f"proof{again}", settled=False)
        assert found.state["duration"] < 15
    login = cluster.login(app.name, app.password)
    with consumer(login, app.name) as own:
        assert own.poll(20) is not None
    with consumer(login, app.queue) as proofs:
        assert proofs.poll(3) is None


def test_a_wrong_password(life: Lifecycle, app: MadeApp, cluster: Cluster) -> None:
    """The user was given another one since."""
    cluster.make_user(app.name, "another")
    assert "`pulumi up --refresh` finds that and mends it" in proof_of(life, app)


def test_nobody_there(life: Lifecycle, app: MadeApp, cluster: Cluster) -> None:
    """The ways to reach it are named."""
    away = app.broker_url.replace(str(cluster.entry["tls_port"]), str(closed_port()))
    assert "proof: off" in proof_of(life, app.changed(broker_url=away))


def test_another_authority(life: Lifecycle, app: MadeApp, servers: Mapping[str, Any]) -> None:
    """The certificate is not believed."""
    with open(servers["tls"]["client"]["certificate"], encoding="ascii") as file:  # noqa: PTH123
        other = app.changed(ca=file.read())
    assert "not signed by the CA that was given" in proof_of(life, other)


@pytest.mark.parametrize("operation", ["READ", "WRITE"])
def test_a_right_on_the_topic_lacks(
    life: Lifecycle, app: MadeApp, cluster: Cluster, operation: str
) -> None:
    """Kombu would lose the task in silence, or wait for ever."""
    cluster.forbid("TOPIC", app.queue, app.name, operation)
    said = proof_of(life, app)
    assert "authorization failed" in said
    assert "give the app's user this right" in said


def test_the_right_on_the_group_lacks(life: Lifecycle, app: MadeApp, cluster: Cluster) -> None:
    """A worker could not even ask."""
    cluster.forbid("GROUP", consumer_group(app.queue), app.name, "READ")
    said = proof_of(life, app)
    assert "authorization failed" in said
    assert "give the app's user this right" in said


def test_the_topic_is_not_there(life: Lifecycle, app: MadeApp, cluster: Cluster) -> None:
    """Nobody makes it by accident."""
    cluster.delete_topic(app.queue)
    assert "create the topic" in proof_of(life, app)
    assert cluster.topic(app.queue) is None
