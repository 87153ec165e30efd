"""pstest, Google's own fake of Pub/Sub, used beside the provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import grpc
from google.api_core.exceptions import DeadlineExceeded, NotFound
from google.pubsub_v1.services.publisher import PublisherClient
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
from google.pubsub_v1.services.subscriber import SubscriberClient
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport

MARK = "celeriac-mark"


class Fake:
    """A project on the fake.

    Args:
        entry: its entry in servers.json.
        project: the project's id.
    """

    def __init__(self, entry: Mapping[str, Any], project: str = "celeriac-tests") -> None:
        self.address = f"{entry['host']}:{entry['port']}"
        self.project = project
        channel = grpc.insecure_channel(self.address)
        self.publisher = PublisherClient(transport=PublisherGrpcTransport(channel=channel))
        self.subscriber = SubscriberClient(transport=SubscriberGrpcTransport(channel=channel))

    def configuration(self, **changes: Any) -> dict[str, Any]:
        """The provider's."""
        return {"endpoint": f"pubsub+emulator://{self.address}"} | changes

    def path(self, kind: str, name: str) -> str:
        """`projects/…/topics/…`."""
        return f"projects/{self.project}/{kind}/{name}"

    def topic(self, name: str) -> Any:
        """A topic, or None."""
        try:
            return self.publisher.get_topic(request={"topic": self.path("topics", name)})
        except NotFound:
            return None

    def make_topic(self, name: str, **more: Any) -> None:
        """By hand."""
        self.publisher.create_topic(request={"name": self.path("topics", name), **more})

    def change_topic(self, name: str, **changes: Any) -> Callable[[], object]:
        """Changes it later."""
        topic = {"name": self.path("topics", name), **changes}
        request = {"topic": topic, "update_mask": {"paths": list(changes)}}
        return lambda: self.publisher.update_topic(request=request)

    def delete_topic(self, name: str) -> None:
        """By hand."""
        self.publisher.delete_topic(request={"topic": self.path("topics", name)})

    def subscription(self, name: str) -> Any:
        """A subscription, or None."""
        request = {"subscription": self.path("subscriptions", name)}
        try:
            return self.subscriber.get_subscription(request=request)
        except NotFound:
            return None

    def make_subscription(self, name: str, topic: str, **more: Any) -> None:
        """By hand."""
        names = {"name": self.path("subscriptions", name), "topic": self.path("topics", topic)}
        self.subscriber.create_subscription(
            request={"ack_deadline_seconds": 240, "expiration_policy": {}, **names, **more}
        )

    def change_subscription(self, name: str, **changes: Any) -> Callable[[], object]:
        """Changes it later."""
        subscription = {"name": self.path("subscriptions", name), **changes}
        request = {"subscription": subscription, "update_mask": {"paths": list(changes)}}
        return lambda: self.subscriber.update_subscription(request=request)

    def delete_subscription(self, name: str) -> None:
        """By hand."""
        request = {"subscription": self.path("subscriptions", name)}
        self.subscriber.delete_subscription(request=request)

    def send(self, topic: str, text: str = "task", **attributes: str) -> None:
        """A message."""
        message = {"data": text.encode(), "attributes": attributes}
        request = {"topic": self.path("topics", topic), "messages": [message]}
        self.publisher.publish(request=request)

    def pull(self, name: str) -> list[Any]:
        """Up to ten messages, as long as nobody says what becomes of them."""
        request = {"subscription": self.path("subscriptions", name), "max_messages": 10}
        try:
            found = self.subscriber.pull(request=request, timeout=2, retry=None)
        except DeadlineExceeded:  # the fake waits for one until the time is up
            return []
        return list(found.received_messages)

    def hand_back(self, name: str) -> int:
        """Pull and refuse: how many messages there were."""
        found = self.pull(name)
        if found:
            self.subscriber.modify_ack_deadline(
                request={
                    "subscription": self.path("subscriptions", name),
                    "ack_ids": [one.ack_id for one in found],
                    "ack_deadline_seconds": 0,
                }
            )
        return len(found)

    def names(self, word: str) -> tuple[list[str], list[str]]:
        """Topics and subscriptions whose names begin with a word."""
        project = {"project": f"projects/{self.project}"}
        topics = [one.name for one in self.publisher.list_topics(request=project)]
        found = [one.name for one in self.subscriber.list_subscriptions(request=project)]
        short = [[name.rpartition("/")[2] for name in some] for some in (topics, found)]
        first, second = ([name for name in some if name.startswith(word)] for some in short)
        return sorted(first), sorted(second)

    def clean(self, word: str) -> None:
        """Remove all whose names begin with a word."""
        topics, subscriptions = self.names(word)
        for name in subscriptions:
            self.delete_subscription(name)
        for name in topics:
            self.delete_topic(name)
