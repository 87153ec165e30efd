"""What the suite of all resources does not see of topics and subscriptions, on Google's fake."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from celeriac_provider.pubsub import Subscription, Topic
from tests.lifecycle import CheckFailed, Failed, Lifecycle
from tests.provider.pubsub.fake import Fake


@pytest.fixture
def subscriptions(fake: Fake) -> Iterator[Lifecycle]:
    """A provider of them."""
    with closing(Lifecycle(Subscription, fake.configuration())) as life:
        yield life


def test_a_subscription_whose_topic_was_deleted_is_made_anew(
    fake: Fake, word: str, subscriptions: Lifecycle
) -> None:
    """Pub/Sub keeps it, without a topic: it gets nothing more."""
    fake.make_topic(word)
    given = {"project": fake.project, "name": word, "topic": word}
    made = subscriptions.create(given)
    fake.delete_topic(word)
    found = subscriptions.refresh(made)
    assert found is not None
    assert subscriptions.diff(found, given) == {"topic": "UPDATE_REPLACE"}


def test_a_subscription_without_its_topic_is_refused(
    fake: Fake, word: str, fails: Lifecycle
) -> None:
    """With the topic's name."""
    with pytest.raises(Failed, match=rf"its topic '{word}' is not there"):
        fails.create({"project": fake.project, "name": word, "topic": word})


@pytest.fixture
def fails(fake: Fake) -> Iterator[Lifecycle]:
    """A provider that does not wait long."""
    with closing(Lifecycle(Subscription, fake.configuration(timeout=1))) as life:
        yield life


def test_a_message_that_was_looked_at_is_there_for_a_worker(
    fake: Fake, word: str, subscriptions: Lifecycle
) -> None:
    """The guard hands it back at once."""
    fake.make_topic(word)
    made = subscriptions.create({"project": fake.project, "name": word, "topic": word})
    fake.send(word)
    with pytest.raises(Failed, match="at least 1 message waits"):
        subscriptions.delete(made)
    request = {"subscription": fake.path("subscriptions", word), "max_messages": 1}
    found = fake.subscriber.pull(request=request, timeout=5)
    assert [one.message.data for one in found.received_messages] == [b"task"]


def test_messages_of_another_queue_are_not_counted(
    fake: Fake, word: str, subscriptions: Lifecycle
) -> None:
    """What the filter passes over is not in it."""
    fake.make_topic(word)
    given = {"project": fake.project, "name": word, "topic": word}
    made = subscriptions.create(given | {"filter": 'attributes.routing_key="mails"'})
    fake.send(word, routing_key="orders")
    subscriptions.delete(made)
    assert fake.subscription(word) is None


def test_a_message_nobody_can_take_becomes_a_dead_letter(
    fake: Fake, word: str, subscriptions: Lifecycle
) -> None:
    """After as many deliveries as the subscription says; another queue's own stays."""
    dead, plain = f"{word}-dead", f"{word}-plain"
    policy: dict[str, object] = {"deadLetterTopic": dead, "maxDeliveryAttempts": 5}
    for name, more in ((dead, {}), (plain, {}), (word, policy)):
        fake.make_topic(name)
        subscriptions.create({"project": fake.project, "name": name, "topic": name, **more})
    for queue in (word, plain):
        fake.send(queue, f"of {queue}")
        assert [fake.hand_back(queue) for _ in range(5)] == [1] * 5
    assert fake.pull(word) == []
    assert [one.message.data.decode() for one in fake.pull(dead)] == [f"of {word}"]
    assert [one.message.data.decode() for one in fake.pull(plain)] == [f"of {plain}"]


@pytest.mark.parametrize(
    ("inputs", "key", "said"),
    [
        ({"expiration": 86_400}, "expiration", "below its retention"),
        ({"deadLetterTopic": "dead"}, "maxDeliveryAttempts", "from 5 to 100"),
        ({"maxDeliveryAttempts": 5}, "deadLetterTopic", "needs a topic"),
        ({"ackDeadline": 5}, "ackDeadline", "must be 10 to 600 seconds"),
        ({"retention": 599}, "retention", "must be 600 to 2678400 seconds"),
        ({"topic": "goog-1"}, "topic", "is no name on Pub/Sub"),
        ({"project": "Shop"}, "project", "is no id of a project"),
        ({"labels": {"Team": "a"}}, "labels", "small ASCII letters"),
        ({"labels": {"celeriac-mark": "a"}}, "labels", "which is for the mark"),
    ],
)
def test_what_pubsub_would_refuse(
    subscriptions: Lifecycle, inputs: dict[str, object], key: str, said: str
) -> None:
    """Is said by check."""
    given = {"project": "shop-prod", "name": "orders", "topic": "orders"}
    with pytest.raises(CheckFailed) as caught:
        subscriptions.check(given | inputs)
    assert said in caught.value.problems[key]


def test_the_configuration(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    """What leads nowhere is one sentence, and quotes no key."""
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/key.json")
    given = {"project": fake.project, "name": "orders"}
    for configuration, said in (
        ({"endpoint": "https://pubsub.example.com"}, "is not one of Pub/Sub: leave it out"),
        ({"endpoint": "pubsub+emulator://localhost"}, "write an emulator as"),
        (fake.configuration(via={"ssh": {"host": "h"}}), "not reached over `via`"),
        ({"password": '{"private_key": "canary"}'}, "is not the key of a service account"),
        ({"password": "canary"}, "is not the key of a service account"),
        ({}, "no credentials for Pub/Sub were found"),
    ):
        with closing(Lifecycle(Topic, {"timeout": 2, **configuration})) as life:
            with pytest.raises(Failed, match=said) as caught:
                life.create(given)
            assert "canary" not in caught.value.sentence
