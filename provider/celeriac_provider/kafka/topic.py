"""Topics."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Self

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import CeleriacError, Lost, Mistake, PartlyCreated
from celeriac_provider.engine.properties import output, prop
from celeriac_provider.engine.resource import Key, Resource
from celeriac_provider.kafka import marked, messages, names
from celeriac_provider.kafka.client import Kafka
from celeriac_provider.kafka.refusals import Exists, Missing

if TYPE_CHECKING:
    from confluent_kafka.admin import AdminClient

_FOREVER: Final = -1
_MILLISECONDS: Final = 1000
_SETTLED: Final = 10.0
"""Seconds that brokers have to show what the controller has done."""


def _positive(value: int) -> str | None:
    return None if value > 0 else "must be 1 or more"


def _or_forever(value: int) -> str | None:
    return None if value > 0 or value == _FOREVER else "must be 1 or more, or -1 for no limit"


class Topic(Resource):
    """A topic on Kafka: a queue of Celery's.

    Its mark is an entry in Kafka's access control lists that denies a user who does not exist a
    look at this topic; so the cluster needs an authorizer. Configuration that is none of the
    properties below is left alone.
    """

    token = "kafka:Topic"  # noqa: S105 - a type token
    identity = ("name",)

    name: str = prop(
        "The topic's name: letters, digits, `.`, `_` and `-`, at most 249. Kafka refuses two names "
        "that differ in `.` and `_` only.",
        replaces=True,
        check=names.topic,
    )
    partitions: int = prop(
        "How many partitions; more can be added later, none taken away. With kombu each is consumed"
        " by one worker at a time.",
        default=1,
        check=_positive,
    )
    replication: int | None = prop(
        "On how many brokers each partition lies. The cluster's default.replication.factor when "
        "not given.",
        default=None,
        replaces=True,
        check=_positive,
    )
    retention: int = prop(
        "For how many seconds a message is kept, consumed or not (retention.ms); -1: for ever.",
        default=604_800,
        check=_or_forever,
    )
    retention_bytes: int = prop(
        "How many bytes of each partition are kept at most; -1: any number.",
        default=_FOREVER,
        check=_or_forever,
    )
    max_message_size: int = prop(
        "The longest batch of messages, in bytes (max.message.bytes).",
        default=1_048_588,
        check=_positive,
    )
    min_in_sync: int = prop(
        "On how many brokers a message must be before the producer hears so (min.insync.replicas).",
        default=1,
        check=_positive,
    )
    force_destroy: bool = prop(
        "Delete the topic although messages wait in it.", default=False, local=True
    )
    replicas: int | None = output("On how many brokers each partition lies.")

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """The topic, its configuration and its mark."""
        name = key["name"]
        found = None if names.topic(name) else _look(ctx, name)
        if found is None:
            return None
        partitions, replicas, settings = found
        known = prior is not None and prior.replication is not None
        return cls(
            name=name,
            partitions=partitions,
            replication=replicas if known else None,
            replicas=replicas,
            mark=marked.find(ctx, marked.topic(name), prior.mark if prior else None),
            **_properties(settings),
        )

    def create(self, ctx: Context) -> Self:
        """The mark first, then the topic, whole."""
        place = marked.topic(self.name)
        marked.write(ctx, place, self.mark)

        def ask(admin: AdminClient, seconds: float) -> Any:
            from confluent_kafka.admin import NewTopic  # noqa: PLC0415 - see client

            topic = NewTopic(
                self.name,
                num_partitions=self.partitions,
                replication_factor=self.replication or -1,
                config=self._configuration(),
            )
            return admin.create_topics([topic], operation_timeout=seconds, request_timeout=seconds)[
                self.name
            ]

        kafka = ctx.client(Kafka)
        try:
            kafka.call(ctx, f"create the topic {self.name!r}", ask)
        except Exists:
            raise Lost(
                f"a topic {self.name!r} came into being at {kafka.where} meanwhile: look there, or "
                f"at `endpoint`"
            ) from None
        try:
            made, mark = self._settled(ctx), marked.find(ctx, place, self.mark)
        except Lost:
            raise
        except CeleriacError as error:
            raise PartlyCreated(str(error), self) from None
        if mark != self.mark:
            raise Lost(
                f"somebody else made the topic {self.name!r} at {kafka.where} at the same time: "
                f"look there, or at `endpoint`"
            )
        return made

    def update(self, old: Self, ctx: Context) -> Self:
        """The mark, then more partitions, then the configuration."""
        del old
        kafka = ctx.client(Kafka)
        found = _look(ctx, self.name)
        if found is None:
            raise Lost(
                f"the topic {self.name!r} went away from {kafka.where} meanwhile: look there, or "
                f"at `endpoint`"
            )
        there, _, settings = found
        if there > self.partitions:
            raise Mistake(
                f"the topic {self.name!r} has {there} partitions, and Kafka takes none away: write "
                f"partitions: {there}, or replace the topic under another name",
                "partitions",
            )
        marked.write(ctx, marked.topic(self.name), self.mark)
        if there < self.partitions:
            kafka.call(ctx, f"add partitions to the topic {self.name!r}", self._more)
        wanted = self._configuration()
        changes = {key: value for key, value in wanted.items() if settings.get(key) != value}
        if changes:
            self._configure(ctx, changes)
        return self._settled(ctx)

    def delete(self, ctx: Context) -> None:
        """The topic with its messages, then its mark."""

        def ask(admin: AdminClient, seconds: float) -> Any:
            return admin.delete_topics(
                [self.name], operation_timeout=seconds, request_timeout=seconds
            )[self.name]

        with suppress(Missing):
            ctx.client(Kafka).call(ctx, f"delete the topic {self.name!r}", ask)
        ctx.wait_for(
            lambda: _look(ctx, self.name),
            until=lambda there: there is None,
            what=f"the end of the topic {self.name!r} on Kafka (look at `endpoint`)",
        )
        marked.remove(ctx, marked.topic(self.name))

    def guard(self, ctx: Context) -> str | None:
        """Messages that Celery's consumers have not taken yet."""
        return messages.loss(ctx, self.name)

    def _configuration(self) -> dict[str, str]:
        forever = self.retention == _FOREVER
        retention = _FOREVER if forever else self.retention * _MILLISECONDS
        return {
            "retention.ms": str(retention),
            "retention.bytes": str(self.retention_bytes),
            "max.message.bytes": str(self.max_message_size),
            "min.insync.replicas": str(self.min_in_sync),
            "cleanup.policy": "delete",
        }

    def _more(self, admin: AdminClient, seconds: float) -> Any:
        from confluent_kafka.admin import NewPartitions  # noqa: PLC0415 - see client

        wanted = NewPartitions(self.name, self.partitions)
        return admin.create_partitions(
            [wanted], operation_timeout=seconds, request_timeout=seconds
        )[self.name]

    def _configure(self, ctx: Context, changes: dict[str, str]) -> None:
        def ask(admin: AdminClient, seconds: float) -> Any:
            from confluent_kafka import admin as k  # noqa: PLC0415 - see client

            entries = [
                k.ConfigEntry(key, value, incremental_operation=k.AlterConfigOpType.SET)
                for key, value in changes.items()
            ]
            wanted = k.ConfigResource(k.ResourceType.TOPIC, self.name, incremental_configs=entries)
            answers = admin.incremental_alter_configs([wanted], request_timeout=seconds)
            return next(iter(answers.values()))

        doing = f"configure the topic {self.name!r}"
        ctx.client(Kafka).call(ctx, doing, ask)

    def _settled(self, ctx: Context) -> Self:
        """Wait until the brokers show it as it was written."""
        wanted = self._configuration()

        def shown(found: tuple[int, int, dict[str, str]] | None) -> bool:
            return (
                found is not None
                and found[0] == self.partitions
                and all(found[2].get(key) == value for key, value in wanted.items())
            )

        patient = replace(ctx, timeout=max(ctx.timeout, _SETTLED))
        found = patient.wait_for(
            lambda: _look(ctx, self.name),
            until=shown,
            what=f"Kafka to show the topic {self.name!r} (look at `endpoint`)",
        )
        return replace(self, replicas=found[1] if found else None)


def _look(ctx: Context, name: str) -> tuple[int, int, dict[str, str]] | None:
    """Partitions, replicas and configuration; None without such a topic."""
    kafka, doing = ctx.client(Kafka), f"read the topic {name!r}"

    def describe(admin: AdminClient, seconds: float) -> Any:
        from confluent_kafka import TopicCollection  # noqa: PLC0415 - see client

        return admin.describe_topics(TopicCollection([name]), request_timeout=seconds)[name]

    def configuration(admin: AdminClient, seconds: float) -> Any:
        from confluent_kafka import admin as k  # noqa: PLC0415 - see client

        wanted = k.ConfigResource(k.ResourceType.TOPIC, name)
        return next(iter(admin.describe_configs([wanted], request_timeout=seconds).values()))

    try:
        found = kafka.call(ctx, doing, describe)
        settings = kafka.call(ctx, doing, configuration)
    except Missing:
        return None
    replicas = min(len(partition.replicas) for partition in found.partitions)
    return len(found.partitions), replicas, {key: one.value for key, one in settings.items()}


def _properties(settings: dict[str, str]) -> dict[str, Any]:
    kept = int(settings["retention.ms"])
    return {
        "retention": kept if kept == _FOREVER else max(kept // _MILLISECONDS, 1),
        "retention_bytes": int(settings["retention.bytes"]),
        "max_message_size": int(settings["max.message.bytes"]),
        "min_in_sync": int(settings["min.insync.replicas"]),
    }
