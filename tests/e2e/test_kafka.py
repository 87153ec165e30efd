"""Kafka: the real engine, the stack file, a real Celery as the app's own user on a real cluster."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from confluent_kafka import KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from tests.celery_app.run import run
from tests.conftest import on_demand
from tests.e2e.project import Project
from tests.e2e.stack_files import server_entries
from tests.provider.kafka.cluster import Cluster, consumer

pytestmark = pytest.mark.row("kafka")


@dataclass(frozen=True)
class Stack:
    """A project with two apps on Kafka, over TLS.

    Args:
        cluster: its administrator.
        word: the first app's name, and the begin of all others.
        project: the project.
        config: the stack file.
    """

    cluster: Cluster
    word: str
    project: Project
    config: dict[str, Any]

    @property
    def topics(self) -> list[str]:
        """The app's."""
        found = self.cluster.admin.list_topics(timeout=10).topics
        return sorted(name for name in found if name.startswith(self.word))

    def user(self) -> dict[str, Any]:
        """Options of a client that logs in as the first app, without TLS."""
        url = self.project.outputs()["apps"][self.word]["broker_url"]
        password = url.partition("@")[0].rpartition(":")[2]
        return self.cluster.login(self.word, password)


def stack_file(servers: dict[str, Any], kafka: dict[str, Any], word: str) -> dict[str, Any]:
    """Two apps on Kafka, with results in Redis and in PostgreSQL."""
    return {
        "celeriac:servers": {
            "cluster": {
                "kind": "kafka",
                "platform": "existing",
                "url": f"kafka+ssl://localhost:{kafka['tls_port']}",
                "servers": [f"localhost:{kafka['tls_port']}"],
                "username": kafka["username"],
                "password": kafka["password"],
                "ca": {"file": servers["ca"]},
                "caPath": servers["ca"],
            },
            **{name: server_entries(servers)[name] for name in ("cache", "results")},
        },
        "celeriac:apps": {
            word: {
                "broker": {
                    "server": "cluster",
                    "queues": {f"{word}.mails": {"default": True}, f"{word}.reports": {}},
                    "concurrency": 2,
                    "retention": "2d",
                },
                "resultBackend": {"server": "cache", "expires": "1h"},
                "longestTask": "5m",
            },
            f"{word}-sql": {
                "broker": {"server": "cluster", "acksLate": True},
                "resultBackend": {"server": "results"},
                "uses": {"chords": True, "beat": True},
            },
        },
    }


@pytest.fixture(scope="module")
def stack(servers: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A project, not up yet; whatever a test leaves is removed."""
    entry = on_demand("kafka")
    word = f"k{uuid.uuid4().hex[:6]}"
    config = stack_file(servers, entry, word)
    project = Project(tmp_path_factory.mktemp("kafka"))
    project.write(config)
    cluster = Cluster(entry)
    yield Stack(cluster, word, project, config)
    if project.resources():
        project.write(config | {"celeriac:forceDestroy": "true"})
        project.up()
        project.destroy()
    cluster.clean(word)


@pytest.mark.steps
class TestLife:
    """Steps on one stack."""

    def test_preview_touches_nothing(self, stack: Stack) -> None:
        """It names what would be made."""
        previewed = stack.project.preview()
        assert "celeriac:kafka:Topic" in previewed.output
        assert stack.topics == []

    @pytest.mark.shows("provisioned")
    def test_up_makes_it_and_proves_it(self, stack: Stack) -> None:
        """Topics, a user with rights, and the round trip; a second one changes nothing."""
        stack.project.up()
        names = ["-sql", "-sql.celeriac-proof", ".celeriac-proof", ".mails", ".reports"]
        assert stack.topics == [stack.word + name for name in names]
        assert stack.cluster.user(stack.word) == {"SCRAM_SHA_512": 4096}
        kinds = [one["type"] for one in stack.project.resources()]
        assert kinds.count("celeriac:celery:RoundTrip") == 2
        again = stack.project.up("--refresh")
        assert again.changed == {}

    @pytest.mark.shows("celery")
    def test_a_real_celery_works_with_the_outputs(self, stack: Stack) -> None:
        """Tasks on both queues, groups, chords, countdowns: over TLS, as the app's user."""
        report = run(stack.project.outputs()["apps"][stack.word]["env"])
        assert (report.failed, report.complaints) == ({}, []), report.log

    @pytest.mark.shows("rights")
    def test_the_apps_user_may_do_nothing_else(self, stack: Stack) -> None:
        """It is refused the other app's topic, another group, to make a topic, to delete one."""
        foreign = f"{stack.word}-sql"
        said: list[str] = []

        def taken(error: Any, _: Any) -> None:
            said.append(error.name() if error else "taken")

        login = stack.user()
        producer = Producer(login | {"message.timeout.ms": 5000})
        for topic in (foreign, f"{stack.word}.mails"):
            producer.produce(topic, "x", on_delivery=taken)
            producer.flush(20)
        assert said == ["TOPIC_AUTHORIZATION_FAILED", "taken"]
        with consumer(login | {"group.id": "another"}, f"{stack.word}.mails") as other:
            message = other.poll(20)
            assert message is not None
            assert message.error().name() == "GROUP_AUTHORIZATION_FAILED"
        admin = AdminClient(login)
        new = f"{stack.word}-new"
        for answers in (
            admin.create_topics([NewTopic(new, 1, 1)]),
            admin.delete_topics([f"{stack.word}.mails"]),
        ):
            with pytest.raises(KafkaException, match="AUTHORIZATION_FAILED"):
                next(iter(answers.values())).result()

    def test_a_change_in_place(self, stack: Stack) -> None:
        """Longer retention, one more partition; nothing else."""
        app = stack.config["celeriac:apps"][stack.word]
        app["broker"] |= {"retention": "3d", "partitions": 2}
        stack.project.write(stack.config)
        changed = stack.project.up()
        assert changed.changed == {"update": 3}  # two topics, and the proof again
        found = stack.cluster.topic(f"{stack.word}.mails") or {}
        assert (found["partitions"], found["retention.ms"]) == (2, "259200000")

    @pytest.mark.shows("provisioned")
    def test_destroy_refuses_to_lose_messages(self, stack: Stack) -> None:
        """One that nobody took is there; forceDestroy lets it go, once it is in the state."""
        # The results are refused as well, and the engine stops at what it hears first.
        refused = stack.project.destroy("--continue-on-error", check=False)
        assert refused.code != 0
        # At least the one of the step before: of the last tasks a worker that ends may not have
        # said that it took them.
        said = rf"[1-9]\d* messages? waits? in the topic '{stack.word}\.mails' and would be lost"
        assert re.search(said, refused.output), refused.output
        stack.project.write(stack.config | {"celeriac:forceDestroy": "true"})
        stack.project.up()
        stack.project.destroy()
        assert stack.topics == []
        assert stack.cluster.user(stack.word) is None
        assert stack.cluster.entries("TOPIC", f"{stack.word}.mails") == set()
