"""Kafka: the URL as kombu reads it, what Celery is told, and which names and uses it takes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from kombu.connection import Connection
from kombu.transport.confluentkafka import Channel

from celeriac.contract import Queue, Tls, Uses, pairing_problems
from celeriac.contract.kafka import (
    KAFKA_LONGEST,
    consumer_group,
    kafka_acks_problem,
    kafka_poll_interval,
    kafka_queue_problem,
    kafka_settings,
    kafka_url,
    kafka_user_problem,
    same_topic,
)
from celeriac.contract.pairing import KAFKA_MESSAGE

QUEUES = [Queue(name="orders", default=True), Queue(name="bulk.mails")]
TEXT = st.text(
    st.one_of(
        st.sampled_from("/:@?#%&+=;[] é€"), st.characters(codec="utf-8", exclude_characters="\0")
    ),
    min_size=1,
    max_size=30,
)


def options(url: str, settings: dict[str, Any]) -> dict[str, Any]:
    """What kombu hands to librdkafka."""
    connection = Connection(url, transport_options=settings["broker_transport_options"])

    class Unconnected:
        options = connection.transport_options

    channel = Unconnected()
    channel.connection = type("Client", (), {"client": connection})  # type: ignore[attr-defined]
    found: dict[str, Any] = Channel.common_config.func(channel)
    return found


def made(**changes: Any) -> dict[str, Any]:
    """Settings."""
    given: dict[str, Any] = {
        "servers": ["b1.example.org:9093"],
        "mechanism": "SCRAM-SHA-512",
        "tls": Tls("/etc/ca.pem"),
        "poll_interval": 600,
    }
    return json.loads(json.dumps(kafka_settings(QUEUES, **(given | changes))))  # type: ignore[no-any-return]


@given(
    host=st.sampled_from(["localhost", "broker.example.org", "10.0.0.7"]),
    port=st.integers(1, 65535),
    user=TEXT,
    password=TEXT,
)
@example(host="localhost", port=9092, user="a", password="p@ss/w#1")
def test_librdkafka_is_told_what_the_url_says(
    host: str, port: int, user: str, password: str
) -> None:
    """Any user and password survive the URL and kombu."""
    url = kafka_url(host=host, port=port, user=user, password=password)
    found = options(url, made(servers=[f"{host}:{port}"]))
    assert found["bootstrap.servers"] == f"{host}:{port}"
    assert (found["sasl.username"], found["sasl.password"]) == (user, password)


def test_several_brokers_and_ipv6_are_in_the_settings() -> None:
    """Kombu takes one host from the URL, and forgets the brackets of an address."""
    url = kafka_url(host="::1", port=9092, user="u", password="p")
    assert url == "confluentkafka://u:p@[::1]:9092"
    assert options(url, made(servers=["[::1]:9092"]))["bootstrap.servers"] == "[::1]:9092"
    several = made(servers=["b1:9092", "b2:9092"])
    assert options(url, several)["bootstrap.servers"] == "b1:9092,b2:9092"


def test_certificates_and_host_names_are_verified() -> None:
    """With TLS; without it nothing of TLS is said."""
    url = kafka_url(host="h", port=9093, user="u", password="p")
    found = options(url, made())
    assert found["security.protocol"] == "SASL_SSL"
    assert found["ssl.ca.location"] == "/etc/ca.pem"
    assert found["ssl.endpoint.identification.algorithm"] == "https"
    assert "ssl.ca.location" not in options(url, made(tls=Tls(None)))
    clear = options(url, made(tls=None))
    assert clear["security.protocol"] == "SASL_PLAINTEXT"
    assert not [key for key in clear if key.startswith("ssl.")]


def test_settings() -> None:
    """Queues of one exchange each; what Kafka has not is off; nothing is a credential."""
    found = made(concurrency=1, acks_late=True)
    assert found["task_queues"]["bulk.mails"] == {
        "exchange": "bulk.mails", "exchange_type": "direct", "binding_key": "bulk.mails"
    }  # fmt: skip
    assert found["task_default_queue"] == "orders"
    off = ("worker_enable_remote_control", "worker_send_task_events", "task_send_sent_event",
           "task_create_missing_queues")  # fmt: skip
    assert [found[name] for name in off] == [False] * 4
    assert (found["task_acks_late"], found["worker_concurrency"]) == (True, 1)
    transport = found["broker_transport_options"]
    assert transport["kafka_consumer_config"] == {"max.poll.interval.ms": 600_000}
    assert "password" not in json.dumps(found)


def test_a_worker_may_be_busy_as_long_as_its_tasks_take() -> None:
    """Never less than librdkafka's own; and it takes no more than a day."""
    assert [kafka_poll_interval(n) for n in (1, 300, 301, KAFKA_LONGEST)] == [300, 300, 301, 86_400]


@pytest.mark.parametrize(
    ("acks_late", "concurrency", "prefetch", "works"),
    [(False, 4, 4, True), (True, 1, 1, True), (True, 2, 1, False), (True, 1, 2, False)],
)
def test_late_acknowledgement_counts_for_all(
    acks_late: bool, concurrency: int, prefetch: int, works: bool
) -> None:
    """With more than one message in the worker's hands, the first task done commits them all."""
    found = kafka_acks_problem(acks_late=acks_late, concurrency=concurrency, prefetch=prefetch)
    assert (found is None) is works


@pytest.mark.parametrize("name", ["orders", "bulk.mails", "Q-1_x", "a" * 234])
def test_names_of_topics(name: str) -> None:
    """And of their consumer groups, which are longer."""
    assert kafka_queue_problem(name) is None
    assert len(consumer_group(name)) <= 249


@pytest.mark.parametrize("name", ["", ".", "..", "a b", "é", "a/b", "__x", "a" * 235])
def test_names_that_no_topic_can_have(name: str) -> None:
    """What Kafka refuses, or keeps for itself."""
    assert kafka_queue_problem(name) is not None


def test_names_of_users() -> None:
    """What SCRAM would have to escape is refused, and who does not log in."""
    assert kafka_user_problem("orders-1_a.b@c") is None
    for name in ("ANONYMOUS", "a,b", "a=b", "", "é"):
        assert kafka_user_problem(name) is not None


def test_names_that_are_one() -> None:
    """Kafka refuses a topic whose name differs in . and _ only."""
    assert same_topic("a.b_c", "a_b.c")
    assert not same_topic("a.b", "a-b")


@pytest.mark.parametrize(
    ("uses", "where"),
    [
        (Uses(priorities=2), "uses.priorities"),
        (Uses(remote_control=True), "uses.remoteControl"),
        (Uses(events=True), "uses.events"),
        (Uses(largest_message=KAFKA_MESSAGE + 1), "uses.largestMessage"),
    ],
)
def test_what_kafka_cannot_do_is_refused(uses: Uses, where: str) -> None:
    """With a sentence that says so; results over RPC as well."""
    found = pairing_problems(broker="kafka", backend="redis", uses=uses)
    assert [problem.where for problem in found] == [where]
    rpc = pairing_problems(broker="kafka", backend="rpc")
    assert [problem.where for problem in rpc] == ["resultBackend.kind"]


def test_pairs_that_work() -> None:
    """Results in Redis go by themselves, in PostgreSQL with beat."""
    chords = Uses(chords=True, largest_message=KAFKA_MESSAGE)
    assert pairing_problems(broker="kafka", backend="redis", expires=60, uses=chords) == []
    assert pairing_problems(broker="kafka", backend="postgresql", expires=60, uses=chords) == []
    without = pairing_problems(
        broker="kafka", backend="postgresql", expires=60, uses=Uses(beat=False)
    )
    assert [problem.where for problem in without] == ["uses.beat"]
