"""Pub/Sub: the real engine, the stack file, a real Celery, on pstest (Google's own fake).

The fake asks nobody who he is: that an app may do nothing else is not tried here.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.celery_app.run import run
from tests.conftest import on_demand
from tests.e2e.project import Project
from tests.e2e.stack_files import server_entries
from tests.provider.pubsub.fake import Fake

pytestmark = pytest.mark.row("pubsub")


@dataclass(frozen=True)
class Stack:
    """A project with two apps on Pub/Sub.

    Args:
        fake: its administrator.
        word: the first app's name, and the begin of all others.
        project: the project.
        config: the stack file.
    """

    fake: Fake
    word: str
    project: Project
    config: dict[str, Any]

    def unmarked(self) -> list[str]:
        """Subscriptions of the apps' that kombu has made."""
        _, found = self.fake.names(self.word)
        return [name for name in found if not dict(self.fake.subscription(name).labels)]


def stack_file(servers: dict[str, Any], fake: Fake, word: str) -> dict[str, Any]:
    """Two apps on Pub/Sub, with results in Redis and in PostgreSQL."""
    return {
        "celeriac:servers": {
            "google": {
                "kind": "pubsub",
                "platform": "existing",
                "project": fake.project,
                "emulator": fake.address,
            },
            **{name: server_entries(servers)[name] for name in ("cache", "results")},
        },
        "celeriac:apps": {
            word: {
                "broker": {
                    "server": "google",
                    "queues": {"mails.new": {"default": True}, "reports": {"deadLetter": False}},
                    "ackDeadline": "30s",
                    "retention": "2d",
                },
                "resultBackend": {"server": "cache", "expires": "1h"},
                "longestTask": "5m",
                "uses": {"remoteControl": True, "chords": True},
            },
            f"{word}-sql": {
                "broker": {"server": "google", "exactlyOnce": True},
                "resultBackend": {"server": "results"},
                "uses": {"chords": True, "beat": True},
            },
        },
    }


@pytest.fixture(scope="module")
def stack(servers: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A project, not up yet; whatever a test leaves is removed."""
    fake = Fake(on_demand("pubsub"))
    word = f"p{uuid.uuid4().hex[:6]}"
    config = stack_file(servers, fake, word)
    project = Project(tmp_path_factory.mktemp("pubsub"))
    project.write(config)
    yield Stack(fake, word, project, config)
    if project.resources():
        project.write(config | {"celeriac:forceDestroy": "true"})
        project.up()
        project.destroy()
    fake.clean(word)


@pytest.mark.steps
class TestLife:
    """Steps on one stack."""

    def test_preview_touches_nothing(self, stack: Stack) -> None:
        """It names what would be made."""
        previewed = stack.project.preview()
        assert "celeriac:pubsub:Subscription" in previewed.output
        assert stack.fake.names(stack.word) == ([], [])

    @pytest.mark.shows("provisioned")
    def test_up_makes_it_and_proves_it(self, stack: Stack) -> None:
        """Topics, subscriptions, the round trip, which leaves nothing; a second one is a no-op."""
        stack.project.up()
        topics, subscriptions = stack.fake.names(f"{stack.word}-")
        first = ("control.pidbox", "dead-letter", "events", "mails-new", "reports")
        assert {f"{stack.word}-{name}" for name in first} <= set(topics)
        mails = stack.fake.subscription(f"{stack.word}-mails-new")
        assert mails.filter == 'attributes.routing_key="mails.new"'
        assert (mails.ack_deadline_seconds, mails.message_retention_duration.days) == (30, 2)
        assert mails.expiration_policy.ttl.days == 2
        dead = mails.dead_letter_policy
        assert dead.dead_letter_topic.endswith(f"{stack.word}-dead-letter")
        assert dead.max_delivery_attempts == 5
        reports = stack.fake.subscription(f"{stack.word}-reports")
        assert not reports.dead_letter_policy.dead_letter_topic
        assert stack.fake.subscription(f"{stack.word}-sql-{stack.word}-sql") is not None
        # Two queues, one queue; and each app's of the proof and of dead letters.
        assert len(subscriptions) == 7
        assert stack.unmarked() == []
        kinds = [one["type"] for one in stack.project.resources()]
        assert kinds.count("celeriac:celery:RoundTrip") == 2
        again = stack.project.up("--refresh")
        assert again.changed == {}

    @pytest.mark.shows("celery")
    def test_a_real_celery_works_with_the_outputs(self, stack: Stack) -> None:
        """Tasks on both queues, groups, chords, countdowns, expiry, remote control."""
        outputs = stack.project.outputs()["apps"][stack.word]
        assert outputs["env"]["PUBSUB_EMULATOR_HOST"] == stack.fake.address
        report = run(outputs["env"])
        # What kombu tries to write into what is there already; see docs/pubsub.md.
        quirk = re.compile(r"failed to update subscription: .* unknown field name")
        said = [line for line in report.complaints if not quirk.search(line)]
        assert (report.failed, said) == ({}, []), report.log

    def test_a_worker_has_changed_nothing(self, stack: Stack) -> None:
        """What kombu would write is what is there."""
        assert stack.project.up("--refresh").changed == {}

    def test_a_change_in_place(self, stack: Stack) -> None:
        """Another deadline and retention, for the queues and the proof's; Celery is told."""
        app = stack.config["celeriac:apps"][stack.word]
        app["broker"] |= {"retention": "3d", "ackDeadline": "1m"}
        stack.project.write(stack.config)
        changed = stack.project.up()
        # Three subscriptions and that of the dead letters, the proof again, and two components.
        assert changed.changed == {"update": 7}
        assert (
            '"ack_deadline_seconds": 60' in stack.project.outputs()["apps"][stack.word]["settings"]
        )
        mails = stack.fake.subscription(f"{stack.word}-mails-new")
        assert (mails.ack_deadline_seconds, mails.message_retention_duration.days) == (60, 3)

    def test_drift_is_found_and_mended(self, stack: Stack) -> None:
        """A deadline that somebody changed, and a topic that somebody deleted."""
        name = f"{stack.word}-mails-new"
        stack.fake.change_subscription(name, ack_deadline_seconds=77)()
        stack.fake.delete_topic(f"{stack.word}-events")
        assert stack.project.up("--refresh").changed == {"update": 1, "create": 1}
        assert stack.fake.subscription(name).ack_deadline_seconds == 60

    @pytest.mark.shows("provisioned")
    def test_destroy_refuses_to_lose_messages(self, stack: Stack) -> None:
        """One that nobody took is there; forceDestroy lets it go, once it is in the state."""
        stack.fake.send(f"{stack.word}-reports", routing_key="reports")
        refused = stack.project.destroy(check=False)
        assert refused.code != 0
        said = f"at least 1 message waits in the subscription '{stack.word}-reports' and would be"
        assert said in refused.output
        stack.project.write(stack.config | {"celeriac:forceDestroy": "true"})
        stack.project.up()
        stack.project.destroy()
        topics, _ = stack.fake.names(stack.word)
        assert topics == []
        # What clients of remote control left goes by itself, when nobody uses it.
        assert all("pidbox" in name for name in stack.unmarked())
