"""The tests' Kafka, administered beside the provider."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from confluent_kafka import Consumer, KafkaException, Producer, TopicCollection
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)

from celeriac_provider.engine.marks import Mark

MISSING = ("UNKNOWN_TOPIC_OR_PART", "RESOURCE_NOT_FOUND")


class Cluster:
    """A Kafka with its administrator.

    Args:
        entry: its entry in servers.json.
    """

    def __init__(self, entry: Mapping[str, Any]) -> None:
        self.entry = entry
        self.admin = AdminClient(self.login(entry["username"], entry["password"]))

    def login(self, user: str, password: str, mechanism: str = "SCRAM-SHA-512") -> dict[str, Any]:
        """Options of a client, without TLS."""
        return {
            "bootstrap.servers": f"127.0.0.1:{self.entry['port']}",
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": mechanism,
            "sasl.username": user,
            "sasl.password": password,
            "log_level": 0,
        }

    def configuration(self, **changes: Any) -> dict[str, Any]:
        """The provider's."""
        return {
            "endpoint": f"kafka://127.0.0.1:{self.entry['port']}",
            "username": self.entry["username"],
            "password": self.entry["password"],
        } | changes

    # Topics.

    def topic(self, name: str) -> dict[str, Any] | None:
        """Partitions and configuration, or None."""
        try:
            found = self.admin.describe_topics(TopicCollection([name]))[name].result()
        except KafkaException as error:
            if error.args[0].name() in MISSING:
                return None
            raise
        wanted = ConfigResource(ResourceType.TOPIC, name)
        (settings,) = self.admin.describe_configs([wanted]).values()
        own = {key: one.value for key, one in settings.result().items() if not one.is_default}
        return {"partitions": len(found.partitions)} | own

    def make_topic(self, name: str, **settings: str) -> None:
        """By hand."""
        self.admin.create_topics([NewTopic(name, 1, 1, config=settings)])[name].result()
        until(lambda: self.topic(name) is not None)

    def configure(self, name: str, key: str, value: str) -> None:
        """Set one key."""
        entry = ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET)
        wanted = ConfigResource(ResourceType.TOPIC, name, incremental_configs=[entry])
        for answer in self.admin.incremental_alter_configs([wanted]).values():
            answer.result()
        until(lambda: (self.topic(name) or {}).get(key) == value)

    def delete_topic(self, name: str) -> None:
        """With all in it."""
        self.admin.delete_topics([name])[name].result()
        until(lambda: self.topic(name) is None)

    def send(self, topic: str, count: int = 1) -> None:
        """Messages."""
        login = self.login(self.entry["username"], self.entry["password"])
        producer = Producer(login)
        for number in range(count):
            producer.produce(topic, f"task {number}")
        assert producer.flush(20) == 0

    # Users.

    def user(self, name: str) -> dict[str, int] | None:
        """Iterations by mechanism, or None."""
        try:
            found = self.admin.describe_user_scram_credentials([name])[name].result()
        except KafkaException as error:
            if error.args[0].name() in MISSING:
                return None
            raise
        return {one.mechanism.name: one.iterations for one in found.scram_credential_infos}

    def make_user(
        self, name: str, password: str, mechanism: str = "SCRAM_SHA_512", iterations: int = 4096
    ) -> None:
        """By hand, or another password."""
        info = ScramCredentialInfo(ScramMechanism[mechanism], iterations)
        change = UserScramCredentialUpsertion(name, info, password.encode())
        self.admin.alter_user_scram_credentials([change])[name].result()
        other = mechanism.replace("_", "-")
        until(lambda: self.opens(name, password, other))

    def delete_user(self, name: str) -> None:
        """All ways to log in."""
        for mechanism in self.user(name) or {}:
            change = UserScramCredentialDeletion(name, ScramMechanism[mechanism])
            self.admin.alter_user_scram_credentials([change])[name].result()
        until(lambda: self.user(name) is None)

    def opens(self, user: str, password: str, mechanism: str = "SCRAM-SHA-512") -> bool:
        """By logging in."""
        refused: list[str] = []
        options = self.login(user, password, mechanism)
        options["error_cb"] = lambda error: refused.append(error.name())
        client = AdminClient(options)
        answer = client.describe_cluster(request_timeout=10)
        while not answer.done():
            client.poll(0.05)
            if "_AUTHENTICATION" in refused:
                return False
        answer.result()
        return True

    # Access control lists.

    def entries(self, kind: str, name: str) -> set[tuple[str, str, str, str]]:
        """User, operation, permission and host of all entries about a name."""
        wanted = AclBindingFilter(
            ResourceType[kind], name, ResourcePatternType.ANY, None, None, AclOperation.ANY,
            AclPermissionType.ANY,
        )  # fmt: skip
        return {
            (one.principal, one.operation.name, one.permission_type.name, one.host)
            for one in self.admin.describe_acls(wanted).result()
        }

    def allow(self, kind: str, name: str, user: str, operation: str) -> None:
        """An entry by hand."""
        self._add(kind, name, user, operation, "ALLOW")

    def forbid(self, kind: str, name: str, user: str, operation: str) -> None:
        """Take it back."""
        self._remove(kind, name, user, operation, "ALLOW")

    def mark(self, kind: str, name: str) -> str | None:
        """The mark among the entries."""
        users = [one[0].removeprefix("User:") for one in self.entries(kind, name)]
        return next((user for user in users if Mark.find(user)), None)

    def set_mark(self, kind: str, name: str, mark: str | None) -> None:
        """Another, or none."""
        old = self.mark(kind, name)
        if old is not None:
            self._remove(kind, name, old, "DESCRIBE", "DENY")
        if mark is not None:
            self._add(kind, name, mark, "DESCRIBE", "DENY")

    def _add(self, kind: str, name: str, user: str, operation: str, permission: str) -> None:
        entry = AclBinding(
            ResourceType[kind], name, ResourcePatternType.LITERAL, f"User:{user}", "*",
            AclOperation[operation], AclPermissionType[permission],
        )  # fmt: skip
        for answer in self.admin.create_acls([entry]).values():
            answer.result()
        row = (f"User:{user}", operation, permission, "*")
        until(lambda: row in self.entries(kind, name))

    def _remove(self, kind: str, name: str, user: str, operation: str, permission: str) -> None:
        wanted = AclBindingFilter(
            ResourceType[kind], name, ResourcePatternType.LITERAL, f"User:{user}", "*",
            AclOperation[operation], AclPermissionType[permission],
        )  # fmt: skip
        for answer in self.admin.delete_acls([wanted]).values():
            answer.result()
        row = (f"User:{user}", operation, permission, "*")
        until(lambda: row not in self.entries(kind, name))

    def clean(self, word: str) -> None:
        """Remove all whose names begin with a word."""
        topics = [
            name for name in self.admin.list_topics(timeout=10).topics if name[: len(word)] == word
        ]
        for answer in self.admin.delete_topics(topics).values() if topics else ():
            answer.result()
        for user, found in self.admin.describe_user_scram_credentials().result().items():
            if user.startswith(word) and found.scram_credential_infos:
                self.delete_user(user)
        everything = AclBindingFilter(
            ResourceType.ANY, None, ResourcePatternType.ANY, None, None, AclOperation.ANY,
            AclPermissionType.ANY,
        )  # fmt: skip
        for one in self.admin.describe_acls(everything).result():
            if word in one.name or word in one.principal:
                kinds = (one.restype, one.name, one.resource_pattern_type)
                rest = (one.principal, one.host, one.operation, one.permission_type)
                self.admin.delete_acls([AclBindingFilter(*kinds, *rest)])


def until(done: Callable[[], bool], seconds: float = 15) -> None:
    """Wait for it: brokers show a moment later what the controller did."""
    ends = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < ends, "not in time"
        time.sleep(0.02)


@contextmanager
def consumer(options: Mapping[str, Any], topic: str) -> Iterator[Consumer]:
    """A consumer as kombu's."""
    made = Consumer(
        {
            "group.id": f"{topic}-consumer-group",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            **options,
        }
    )
    made.subscribe([topic])
    try:
        yield made
    finally:
        made.close()
