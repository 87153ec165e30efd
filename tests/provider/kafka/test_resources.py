"""What the conformance suite cannot ask of every type: partitions, replicas, marks, passwords."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from celeriac_provider.kafka import Acl, ScramUser, Topic
from tests.lifecycle import CheckFailed, Failed, Lifecycle
from tests.provider.kafka.cluster import Cluster, consumer, until

STALE = "celeriac-" + "-".join(("f" * 16, "e" * 16))


@pytest.fixture
def topics(cluster: Cluster) -> Iterator[Lifecycle]:
    """A provider of topics."""
    life = Lifecycle(Topic, cluster.configuration())
    yield life
    life.close()


@pytest.fixture
def users(cluster: Cluster) -> Iterator[Lifecycle]:
    """A provider of users."""
    life = Lifecycle(ScramUser, cluster.configuration())
    yield life
    life.close()


def test_partitions_are_added_and_never_taken_away(
    topics: Lifecycle, cluster: Cluster, word: str
) -> None:
    """More in place; fewer is refused with what to write."""
    made = topics.create({"name": word})
    made = topics.update(made, {"name": word, "partitions": 3})
    assert (cluster.topic(word) or {})["partitions"] == 3
    with pytest.raises(Failed, match="has 3 partitions, and Kafka takes none away: write part"):
        topics.update(made, {"name": word, "partitions": 2})
    assert (cluster.topic(word) or {})["partitions"] == 3


def test_more_replicas_than_brokers(topics: Lifecycle, word: str) -> None:
    """Kafka's own reason, and the property; nothing is made."""
    with pytest.raises(Failed, match="fewer brokers than `replication`") as failed:
        topics.create({"name": word, "replication": 2})
    assert failed.value.partly is None
    assert topics.create({"name": word, "replication": 1}).state["replicas"] == 1


def test_a_name_that_kafka_takes_for_another(topics: Lifecycle, word: str) -> None:
    """`.` and `_` are one in its names of metrics: its refusal is shown."""
    topics.create({"name": f"{word}.a"})
    with pytest.raises(Failed, match="collides") as failed:
        topics.create({"name": f"{word}_a"}, name="other")
    assert failed.value.code.name != "INTERNAL"


def test_what_was_taken_does_not_wait(topics: Lifecycle, cluster: Cluster, word: str) -> None:
    """Kafka keeps messages that are done: they do not hold up a destroy."""
    made = topics.create({"name": word})
    cluster.send(word, 3)
    login = cluster.login(cluster.entry["username"], cluster.entry["password"])
    for waiting in ("3 messages wait", "2 messages wait", "1 message waits"):
        with pytest.raises(Failed, match=f"{waiting} in the topic"):
            topics.delete(made)
        with consumer(login, word) as taking:
            message = taking.poll(20)
            assert message is not None
            assert message.error() is None
            taking.commit(message, asynchronous=False)
    topics.delete(made)


def test_a_mark_that_an_interrupted_delete_left(
    topics: Lifecycle, cluster: Cluster, word: str
) -> None:
    """It marks nothing: the next who makes a topic of this name writes their own in its place."""
    cluster.set_mark("TOPIC", word, STALE)
    made = topics.create({"name": word})
    until(lambda: len(cluster.entries("TOPIC", word)) == 1)
    assert cluster.mark("TOPIC", word) == made.state["mark"]
    topics.delete(made)
    until(lambda: cluster.entries("TOPIC", word) == set())


def test_an_imported_users_password_is_needed_to_change_it(
    users: Lifecycle, cluster: Cluster, word: str
) -> None:
    """Kafka keeps hashes by mechanism: another one cannot be made of them."""
    cluster.make_user(word, "by hand")
    found = users.import_(word)
    assert found is not None
    both = {"name": word, "mechanisms": ["SCRAM-SHA-256", "SCRAM-SHA-512"]}
    with pytest.raises(Failed, match="is not known, and Kafka needs it to change how"):
        users.update(found, both)
    made = users.update(found, both | {"password": "by hand"})
    assert cluster.opens(word, "by hand", "SCRAM-SHA-256")
    users.delete(made)


def test_a_prefix_lets_in_all_that_begin_so(cluster: Cluster, users: Lifecycle, word: str) -> None:
    """A prefixed pattern, and no topic of another name."""
    user = users.create({"name": word})
    given = {
        "user": word,
        "resource": "topic",
        "pattern": "prefixed",
        "name": f"{word}-a",
        "operations": ["Read", "Write"],
    }
    rights = Lifecycle(Acl, cluster.configuration())
    made = rights.create(given)
    assert made.id == f"{word}/%2A/topic/prefixed/{word}-a"
    for name in (f"{word}-a.mails", f"{word}-b"):
        cluster.make_topic(name)
    seen = Cluster({**cluster.entry, "username": word, "password": user.state["password"]})
    until(lambda: f"{word}-a.mails" in seen.admin.list_topics(timeout=10).topics)
    assert f"{word}-b" not in seen.admin.list_topics(timeout=10).topics
    rights.delete(made)
    rights.close()


RIGHTS_OF_ADMINISTRATORS = {
    "BROKER": ("ALTER", "DESCRIBE", "CREATE"),
    "TOPIC": ("CREATE", "DESCRIBE", "DESCRIBE_CONFIGS", "ALTER", "ALTER_CONFIGS", "DELETE"),
    "GROUP": ("DESCRIBE",),
}
"""As docs/administrators.md has them."""


def test_an_administrator_who_is_no_super_user(cluster: Cluster, word: str) -> None:
    """With the documented rights every resource is made, changed, guarded and deleted."""
    administrator, password = f"{word}-admin", "admin's own"
    cluster.make_user(administrator, password)
    everything = {"BROKER": "kafka-cluster", "TOPIC": "*", "GROUP": "*"}
    for kind, operations in RIGHTS_OF_ADMINISTRATORS.items():
        for operation in operations:
            cluster.allow(kind, everything[kind], administrator, operation)
    login = cluster.configuration(username=administrator, password=password)
    right = {"user": word, "resource": "topic", "name": word, "operations": ["Read"]}
    cases: list[tuple[type[Any], dict[str, Any], dict[str, Any]]] = [
        (Topic, {"name": word}, {"partitions": 2, "retention": 3600}),
        (ScramUser, {"name": word}, {"iterations": 8192}),
        (Acl, right, {"operations": ["Write"]}),
    ]
    for resource, given, change in cases:
        life = Lifecycle(resource, login)
        made = life.update(life.create(given), given | change)
        if resource is Topic:
            cluster.send(word)
            with pytest.raises(Failed, match="1 message waits"):
                life.delete(made)
            made = life.update(made, given | change | {"forceDestroy": True})
        life.delete(made)
        life.close()


RIGHT = {"user": "a", "resource": "topic", "name": "t", "operations": ["Read"]}
BAD: list[tuple[type[Any], dict[str, Any], str]] = [
    (Topic, {"name": "a b"}, "is no topic's name"),
    (Topic, {"name": "__consumer_offsets"}, "begins as Kafka's own topics do"),
    (Topic, {"name": "a" * 250}, "has 250 characters: 249 are the limit"),
    (Topic, {"name": "a", "partitions": 0}, "must be 1 or more"),
    (Topic, {"name": "a", "retention": 0}, "must be 1 or more, or -1 for no limit"),
    (ScramUser, {"name": ""}, "must be a name that can be printed"),
    (ScramUser, {"name": "a", "password": ""}, "must not be empty"),
    (ScramUser, {"name": "a", "mechanisms": ["PLAIN"]}, "must hold SCRAM-SHA-256 or SCRAM-SHA-512"),
    (ScramUser, {"name": "a", "iterations": 1}, "must be from 4,096 to 16,384"),
    (Acl, RIGHT | {"operations": []}, "is empty: write"),
    (Acl, RIGHT | {"operations": ["Fly"]}, "has 'Fly'"),
    (Acl, RIGHT | {"resource": "disk"}, "must be one of"),
]


@pytest.mark.parametrize(("resource", "given", "said"), BAD)
def test_bad_properties(resource: type[Any], given: dict[str, Any], said: str) -> None:
    """A sentence, before anything is asked of a server."""
    with pytest.raises(CheckFailed) as failed:
        Lifecycle(resource, {}).check(given)
    (sentence,) = failed.value.problems.values()
    assert said in sentence
