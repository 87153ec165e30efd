# Written by tools/resources from the provider's declarations: change those.
"""Resources of kafka, as the provider offers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import pulumi

from celeriac.resources.base import CeleriacResource, secret

if TYPE_CHECKING:
    from collections.abc import Sequence


class Topic(CeleriacResource):
    """A topic on Kafka: a queue of Celery's.

    Its mark is an entry in Kafka's access control lists that denies a user who does not exist a
    look at this topic; so the cluster needs an authorizer. Configuration that is none of the
    properties below is left alone.

    Args:
        resource_name: the name of the resource in Pulumi.
        name: The topic's name: letters, digits, `.`, `_` and `-`, at most 249. Kafka refuses
            two names that differ in `.` and `_` only.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        partitions: How many partitions; more can be added later, none taken away. With kombu
            each is consumed by one worker at a time. Default: 1.
        replication: On how many brokers each partition lies. The cluster's
            default.replication.factor when not given.
        retention: For how many seconds a message is kept, consumed or not (retention.ms); -1:
            for ever. Default: 604800.
        retention_bytes: How many bytes of each partition are kept at most; -1: any number.
            Default: -1.
        max_message_size: The longest batch of messages, in bytes (max.message.bytes). Default:
            1048588.
        min_in_sync: On how many brokers a message must be before the producer hears so
            (min.insync.replicas). Default: 1.
        force_destroy: Delete the topic although messages wait in it. Default: False.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        partitions: pulumi.Input[int] | None = None,
        replication: pulumi.Input[int] | None = None,
        retention: pulumi.Input[int] | None = None,
        retention_bytes: pulumi.Input[int] | None = None,
        max_message_size: pulumi.Input[int] | None = None,
        min_in_sync: pulumi.Input[int] | None = None,
        force_destroy: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:kafka:Topic",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "name": name,
                "partitions": partitions,
                "replication": replication,
                "retention": retention,
                "retentionBytes": retention_bytes,
                "maxMessageSize": max_message_size,
                "minInSync": min_in_sync,
                "forceDestroy": force_destroy,
                "replicas": None,
            },
            opts,
        )

    @property
    def adopt(self) -> pulumi.Output[bool]:
        """Take over an object that exists already and was not made by this resource, and
        manage it from now on, deletion included."""
        return self._property("adopt")

    @property
    def mark(self) -> pulumi.Output[str | None]:
        """The mark of ownership that the object carries on its server."""
        return self._property("mark")

    @property
    def name(self) -> pulumi.Output[str]:
        """The topic's name: letters, digits, `.`, `_` and `-`, at most 249. Kafka refuses two
        names that differ in `.` and `_` only."""
        return self._property("name")

    @property
    def partitions(self) -> pulumi.Output[int]:
        """How many partitions; more can be added later, none taken away. With kombu each is
        consumed by one worker at a time."""
        return self._property("partitions")

    @property
    def replication(self) -> pulumi.Output[int | None]:
        """On how many brokers each partition lies. The cluster's default.replication.factor
        when not given."""
        return self._property("replication")

    @property
    def retention(self) -> pulumi.Output[int]:
        """For how many seconds a message is kept, consumed or not (retention.ms); -1: for
        ever."""
        return self._property("retention")

    @property
    def retention_bytes(self) -> pulumi.Output[int]:
        """How many bytes of each partition are kept at most; -1: any number."""
        return self._property("retentionBytes")

    @property
    def max_message_size(self) -> pulumi.Output[int]:
        """The longest batch of messages, in bytes (max.message.bytes)."""
        return self._property("maxMessageSize")

    @property
    def min_in_sync(self) -> pulumi.Output[int]:
        """On how many brokers a message must be before the producer hears so
        (min.insync.replicas)."""
        return self._property("minInSync")

    @property
    def force_destroy(self) -> pulumi.Output[bool]:
        """Delete the topic although messages wait in it."""
        return self._property("forceDestroy")

    @property
    def replicas(self) -> pulumi.Output[int | None]:
        """On how many brokers each partition lies."""
        return self._property("replicas")


class ScramUser(CeleriacResource):
    """A user of Kafka's that logs in over SCRAM. It may do nothing until it gets an `Acl`.

    Its mark is an entry in Kafka's access control lists, about a consumer group that does not exist
    (`celeriac.user.<name>`): so the cluster needs an authorizer. The password is sent salted and
    hashed. Deleting a user leaves its open connections and its rights: see `Acl`.

    Args:
        resource_name: the name of the resource in Pulumi.
        name: The user's name.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        password: The password: 256 random bits when none is given. Drift is found by logging
            in. Generated when not given.
        mechanisms: How it can log in: `SCRAM-SHA-512`, `SCRAM-SHA-256`, or both. Default:
            ['SCRAM-SHA-512'].
        iterations: How often the password is hashed: 4,096 to 16,384. Default: 4096.
        opts: Pulumi's options of a resource.
    """

    generated: ClassVar[tuple[str, ...]] = ("password",)

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        password: pulumi.Input[str] | None = None,
        mechanisms: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        iterations: pulumi.Input[int] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:kafka:ScramUser",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "name": name,
                "password": secret(password),
                "mechanisms": mechanisms,
                "iterations": iterations,
            },
            opts,
        )

    @property
    def adopt(self) -> pulumi.Output[bool]:
        """Take over an object that exists already and was not made by this resource, and
        manage it from now on, deletion included."""
        return self._property("adopt")

    @property
    def mark(self) -> pulumi.Output[str | None]:
        """The mark of ownership that the object carries on its server."""
        return self._property("mark")

    @property
    def name(self) -> pulumi.Output[str]:
        """The user's name."""
        return self._property("name")

    @property
    def password(self) -> pulumi.Output[str]:
        """The password: 256 random bits when none is given. Drift is found by logging in."""
        return self._property("password")

    @property
    def mechanisms(self) -> pulumi.Output[Sequence[str]]:
        """How it can log in: `SCRAM-SHA-512`, `SCRAM-SHA-256`, or both."""
        return self._property("mechanisms")

    @property
    def iterations(self) -> pulumi.Output[int]:
        """How often the password is hashed: 4,096 to 16,384."""
        return self._property("iterations")


class Acl(CeleriacResource):
    """All that one user may do with a topic or a consumer group, or with all whose names begin so.

    Those are entries in Kafka's access control lists; entries that deny something are left alone.
    It carries no mark: it is ours when its `ScramUser` is.
    https://kafka.apache.org/documentation/#security_authz

    Args:
        resource_name: the name of the resource in Pulumi.
        user: The user, without `User:`.
        resource: What `name` is the name of.
        name: The topic or group; `*` with a literal pattern is every one.
        operations: What it may do: Read, Write, Describe … (Kafka lets who may read or write
            describe, too).
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        host: The address that it may do it from; `*`: any. Default: '*'.
        pattern: Whether `name` is the whole name, or what the names begin with. Default:
            'literal'.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        user: pulumi.Input[str],
        resource: pulumi.Input[Literal["topic", "group", "transactionalId", "cluster"]],
        name: pulumi.Input[str],
        operations: pulumi.Input[Sequence[pulumi.Input[str]]],
        adopt: pulumi.Input[bool] | None = None,
        host: pulumi.Input[str] | None = None,
        pattern: pulumi.Input[Literal["literal", "prefixed"]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:kafka:Acl",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "user": user,
                "host": host,
                "resource": resource,
                "pattern": pattern,
                "name": name,
                "operations": operations,
            },
            opts,
        )

    @property
    def adopt(self) -> pulumi.Output[bool]:
        """Take over an object that exists already and was not made by this resource, and
        manage it from now on, deletion included."""
        return self._property("adopt")

    @property
    def mark(self) -> pulumi.Output[str | None]:
        """The mark of ownership that the object carries on its server."""
        return self._property("mark")

    @property
    def user(self) -> pulumi.Output[str]:
        """The user, without `User:`."""
        return self._property("user")

    @property
    def host(self) -> pulumi.Output[str]:
        """The address that it may do it from; `*`: any."""
        return self._property("host")

    @property
    def resource(self) -> pulumi.Output[Literal["topic", "group", "transactionalId", "cluster"]]:
        """What `name` is the name of."""
        return self._property("resource")

    @property
    def pattern(self) -> pulumi.Output[Literal["literal", "prefixed"]]:
        """Whether `name` is the whole name, or what the names begin with."""
        return self._property("pattern")

    @property
    def name(self) -> pulumi.Output[str]:
        """The topic or group; `*` with a literal pattern is every one."""
        return self._property("name")

    @property
    def operations(self) -> pulumi.Output[Sequence[str]]:
        """What it may do: Read, Write, Describe … (Kafka lets who may read or write describe,
        too)."""
        return self._property("operations")
