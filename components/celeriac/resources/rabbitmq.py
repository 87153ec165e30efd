# Written by tools/resources from the provider's declarations: change those.
"""Resources of rabbitmq, as the provider offers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pulumi

from celeriac.resources.base import CeleriacResource, secret

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Vhost(CeleriacResource):
    """A RabbitMQ vhost: one app's exchanges, queues, policies and permissions.

    RabbitMQ itself gives the administrator who makes a vhost all permissions in it; they stay, so
    that queues can be made in it.

    Args:
        resource_name: the name of the resource in Pulumi.
        name: The vhost's name.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        description: What the vhost is for.
        default_queue_type: The type of a queue that is declared without one. It changes nothing
            for queues that exist. Default: 'quorum'.
        tags: Tags of the vhost. Default: [].
        max_connections: How many connections clients may have to the vhost; -1: no limit.
            Default: -1.
        max_queues: How many queues the vhost may have; -1: no limit. Native delayed delivery
            takes 28. Default: -1.
        force_destroy: Delete the vhost although messages wait in its queues. Default: False.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        description: pulumi.Input[str] | None = None,
        default_queue_type: pulumi.Input[Literal["quorum", "classic", "stream"]] | None = None,
        tags: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        max_connections: pulumi.Input[int] | None = None,
        max_queues: pulumi.Input[int] | None = None,
        force_destroy: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:rabbitmq:Vhost",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "name": name,
                "description": description,
                "defaultQueueType": default_queue_type,
                "tags": tags,
                "maxConnections": max_connections,
                "maxQueues": max_queues,
                "forceDestroy": force_destroy,
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
        """The vhost's name."""
        return self._property("name")

    @property
    def description(self) -> pulumi.Output[str]:
        """What the vhost is for."""
        return self._property("description")

    @property
    def default_queue_type(self) -> pulumi.Output[Literal["quorum", "classic", "stream"]]:
        """The type of a queue that is declared without one. It changes nothing for queues that
        exist."""
        return self._property("defaultQueueType")

    @property
    def tags(self) -> pulumi.Output[Sequence[str]]:
        """Tags of the vhost."""
        return self._property("tags")

    @property
    def max_connections(self) -> pulumi.Output[int]:
        """How many connections clients may have to the vhost; -1: no limit."""
        return self._property("maxConnections")

    @property
    def max_queues(self) -> pulumi.Output[int]:
        """How many queues the vhost may have; -1: no limit. Native delayed delivery takes 28."""
        return self._property("maxQueues")

    @property
    def force_destroy(self) -> pulumi.Output[bool]:
        """Delete the vhost although messages wait in its queues."""
        return self._property("forceDestroy")


class User(CeleriacResource):
    """A RabbitMQ user. It may do nothing until it gets Permissions in a vhost.

    Args:
        resource_name: the name of the resource in Pulumi.
        name: The user's name.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        password: The password; generated when not given. Only its salted SHA-256 hash is sent.
            Generated when not given.
        passwordless: A user that logs in with a certificate only: it has no password, and
            `password` is empty. Default: False.
        tags: Tags, which give rights to the management API: none for an app, `monitoring` for a
            monitor, `administrator`. https://www.rabbitmq.com/docs/management#permissions
            Default: [].
        max_connections: How many connections the user may have at once; -1: no limit. Default:
            -1.
        max_channels: How many channels the user may have at once; -1: no limit. Default: -1.
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
        passwordless: pulumi.Input[bool] | None = None,
        tags: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        max_connections: pulumi.Input[int] | None = None,
        max_channels: pulumi.Input[int] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:rabbitmq:User",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "name": name,
                "password": secret(password),
                "passwordless": passwordless,
                "tags": tags,
                "maxConnections": max_connections,
                "maxChannels": max_channels,
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
        """The password; generated when not given. Only its salted SHA-256 hash is sent."""
        return self._property("password")

    @property
    def passwordless(self) -> pulumi.Output[bool]:
        """A user that logs in with a certificate only: it has no password, and `password` is
        empty."""
        return self._property("passwordless")

    @property
    def tags(self) -> pulumi.Output[Sequence[str]]:
        """Tags, which give rights to the management API: none for an app, `monitoring` for a
        monitor, `administrator`.
        https://www.rabbitmq.com/docs/management#permissions"""
        return self._property("tags")

    @property
    def max_connections(self) -> pulumi.Output[int]:
        """How many connections the user may have at once; -1: no limit."""
        return self._property("maxConnections")

    @property
    def max_channels(self) -> pulumi.Output[int]:
        """How many channels the user may have at once; -1: no limit."""
        return self._property("maxChannels")


class Permissions(CeleriacResource):
    """A user's permissions in a vhost: three patterns of names. Without a row, no access at all.

    RabbitMQ does not anchor the patterns: write `^(a|b)$`.
    https://www.rabbitmq.com/docs/access-control#authorisation

    Args:
        resource_name: the name of the resource in Pulumi.
        vhost: The vhost.
        user: The user.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        configure: Pattern of the queues and exchanges that the user may declare and delete.
            Default: '^$'.
        write: Pattern of the exchanges it may publish to and of the queues it may bind.
            Default: '^$'.
        read: Pattern of the queues it may consume from and of the exchanges it may bind them
            to. Default: '^$'.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        vhost: pulumi.Input[str],
        user: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        configure: pulumi.Input[str] | None = None,
        write: pulumi.Input[str] | None = None,
        read: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:rabbitmq:Permissions",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "vhost": vhost,
                "user": user,
                "configure": configure,
                "write": write,
                "read": read,
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
    def vhost(self) -> pulumi.Output[str]:
        """The vhost."""
        return self._property("vhost")

    @property
    def user(self) -> pulumi.Output[str]:
        """The user."""
        return self._property("user")

    @property
    def configure(self) -> pulumi.Output[str]:
        """Pattern of the queues and exchanges that the user may declare and delete."""
        return self._property("configure")

    @property
    def write(self) -> pulumi.Output[str]:
        """Pattern of the exchanges it may publish to and of the queues it may bind."""
        return self._property("write")

    @property
    def read(self) -> pulumi.Output[str]:
        """Pattern of the queues it may consume from and of the exchanges it may bind them to."""
        return self._property("read")


class TopicPermissions(CeleriacResource):
    """What a user may publish to and bind on one topic exchange, by routing key.

    Without it the user's Permissions alone decide.
    https://www.rabbitmq.com/docs/access-control#topic-authorisation

    Args:
        resource_name: the name of the resource in Pulumi.
        vhost: The vhost.
        user: The user.
        exchange: The topic exchange.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        write: Pattern of the routing keys that the user may publish with. Default: '^$'.
        read: Pattern of the routing keys that the user may bind queues with. Default: '^$'.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        vhost: pulumi.Input[str],
        user: pulumi.Input[str],
        exchange: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        write: pulumi.Input[str] | None = None,
        read: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:rabbitmq:TopicPermissions",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "vhost": vhost,
                "user": user,
                "exchange": exchange,
                "write": write,
                "read": read,
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
    def vhost(self) -> pulumi.Output[str]:
        """The vhost."""
        return self._property("vhost")

    @property
    def user(self) -> pulumi.Output[str]:
        """The user."""
        return self._property("user")

    @property
    def exchange(self) -> pulumi.Output[str]:
        """The topic exchange."""
        return self._property("exchange")

    @property
    def write(self) -> pulumi.Output[str]:
        """Pattern of the routing keys that the user may publish with."""
        return self._property("write")

    @property
    def read(self) -> pulumi.Output[str]:
        """Pattern of the routing keys that the user may bind queues with."""
        return self._property("read")


class Exchange(CeleriacResource):
    """An exchange. Nothing of it can change in place.

    Args:
        resource_name: the name of the resource in Pulumi.
        vhost: The vhost.
        name: The exchange's name.
        type: `direct`, `topic`, `fanout`, `headers`, or a plugin's. Celery declares its
            exchanges as well: the same type must be in its settings.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        durable: Whether it outlives a restart. Default: True.
        auto_delete: Whether it goes with the last queue bound to it. Default: False.
        internal: Whether clients cannot publish to it, only other exchanges. Default: False.
        arguments: Arguments with RabbitMQ's names (`alternate-exchange`). Default: {}.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        vhost: pulumi.Input[str],
        name: pulumi.Input[str],
        type: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        durable: pulumi.Input[bool] | None = None,
        auto_delete: pulumi.Input[bool] | None = None,
        internal: pulumi.Input[bool] | None = None,
        arguments: pulumi.Input[Mapping[str, pulumi.Input[Any]]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:rabbitmq:Exchange",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "vhost": vhost,
                "name": name,
                "type": type,
                "durable": durable,
                "autoDelete": auto_delete,
                "internal": internal,
                "arguments": arguments,
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
    def vhost(self) -> pulumi.Output[str]:
        """The vhost."""
        return self._property("vhost")

    @property
    def name(self) -> pulumi.Output[str]:
        """The exchange's name."""
        return self._property("name")

    @property
    def type(self) -> pulumi.Output[str]:
        """`direct`, `topic`, `fanout`, `headers`, or a plugin's. Celery declares its exchanges
        as well: the same type must be in its settings."""
        return self._property("type")

    @property
    def durable(self) -> pulumi.Output[bool]:
        """Whether it outlives a restart."""
        return self._property("durable")

    @property
    def auto_delete(self) -> pulumi.Output[bool]:
        """Whether it goes with the last queue bound to it."""
        return self._property("autoDelete")

    @property
    def internal(self) -> pulumi.Output[bool]:
        """Whether clients cannot publish to it, only other exchanges."""
        return self._property("internal")

    @property
    def arguments(self) -> pulumi.Output[Mapping[str, Any]]:
        """Arguments with RabbitMQ's names (`alternate-exchange`)."""
        return self._property("arguments")


class Queue(CeleriacResource):
    """A queue. Nothing of it can change in place: limits belong in a Policy.

    Celery declares its queues as well: the same name, type and arguments must be in its settings.

    Args:
        resource_name: the name of the resource in Pulumi.
        vhost: The vhost.
        name: The queue's name.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        type: Its type; RabbitMQ's argument x-queue-type. Default: 'quorum'.
        durable: Whether it outlives a restart. Default: True.
        auto_delete: Whether it goes with its last consumer. Default: False.
        arguments: Arguments but the type, with RabbitMQ's names (`x-max-priority`).
            https://www.rabbitmq.com/docs/queues#optional-arguments Default: {}.
        force_destroy: Delete the queue although messages wait in it. Default: False.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        vhost: pulumi.Input[str],
        name: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        type: pulumi.Input[Literal["quorum", "classic", "stream"]] | None = None,
        durable: pulumi.Input[bool] | None = None,
        auto_delete: pulumi.Input[bool] | None = None,
        arguments: pulumi.Input[Mapping[str, pulumi.Input[Any]]] | None = None,
        force_destroy: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:rabbitmq:Queue",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "vhost": vhost,
                "name": name,
                "type": type,
                "durable": durable,
                "autoDelete": auto_delete,
                "arguments": arguments,
                "forceDestroy": force_destroy,
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
    def vhost(self) -> pulumi.Output[str]:
        """The vhost."""
        return self._property("vhost")

    @property
    def name(self) -> pulumi.Output[str]:
        """The queue's name."""
        return self._property("name")

    @property
    def type(self) -> pulumi.Output[Literal["quorum", "classic", "stream"]]:
        """Its type; RabbitMQ's argument x-queue-type."""
        return self._property("type")

    @property
    def durable(self) -> pulumi.Output[bool]:
        """Whether it outlives a restart."""
        return self._property("durable")

    @property
    def auto_delete(self) -> pulumi.Output[bool]:
        """Whether it goes with its last consumer."""
        return self._property("autoDelete")

    @property
    def arguments(self) -> pulumi.Output[Mapping[str, Any]]:
        """Arguments but the type, with RabbitMQ's names (`x-max-priority`).
        https://www.rabbitmq.com/docs/queues#optional-arguments"""
        return self._property("arguments")

    @property
    def force_destroy(self) -> pulumi.Output[bool]:
        """Delete the queue although messages wait in it."""
        return self._property("forceDestroy")


class Binding(CeleriacResource):
    """A binding from an exchange to a queue or another exchange. All of it is its identity.

    Args:
        resource_name: the name of the resource in Pulumi.
        vhost: The vhost.
        source: The exchange that messages come from.
        destination: The queue or exchange that messages go to.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        destination_type: Whether the destination is a queue or an exchange. Default: 'queue'.
        routing_key: The routing key, or the pattern of a topic exchange.
        arguments: Arguments, which headers exchanges match. Default: {}.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        vhost: pulumi.Input[str],
        source: pulumi.Input[str],
        destination: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        destination_type: pulumi.Input[Literal["queue", "exchange"]] | None = None,
        routing_key: pulumi.Input[str] | None = None,
        arguments: pulumi.Input[Mapping[str, pulumi.Input[Any]]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:rabbitmq:Binding",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "vhost": vhost,
                "source": source,
                "destinationType": destination_type,
                "destination": destination,
                "routingKey": routing_key,
                "arguments": arguments,
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
    def vhost(self) -> pulumi.Output[str]:
        """The vhost."""
        return self._property("vhost")

    @property
    def source(self) -> pulumi.Output[str]:
        """The exchange that messages come from."""
        return self._property("source")

    @property
    def destination_type(self) -> pulumi.Output[Literal["queue", "exchange"]]:
        """Whether the destination is a queue or an exchange."""
        return self._property("destinationType")

    @property
    def destination(self) -> pulumi.Output[str]:
        """The queue or exchange that messages go to."""
        return self._property("destination")

    @property
    def routing_key(self) -> pulumi.Output[str]:
        """The routing key, or the pattern of a topic exchange."""
        return self._property("routingKey")

    @property
    def arguments(self) -> pulumi.Output[Mapping[str, Any]]:
        """Arguments, which headers exchanges match."""
        return self._property("arguments")


class Policy(CeleriacResource):
    """A policy. A queue has exactly one, so each must be complete.

    https://www.rabbitmq.com/docs/policies

    Args:
        resource_name: the name of the resource in Pulumi.
        vhost: The vhost.
        name: The policy's name.
        pattern: Pattern of the names of the queues or exchanges it applies to. RabbitMQ does
            not anchor it: write `^(a|b)$`.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        apply_to: What it applies to. Default: 'all'.
        priority: Of all policies that match a queue the one with the highest counts, alone.
            Default: 0.
        delivery_limit: How often a message may come back to a quorum queue before it is dead-
            lettered, or dropped where there is no dead-letter exchange; -1: for ever. RabbitMQ
            4's own is 20.
        overflow: What happens to a full queue. `reject-publish` is silent for publishers
            without confirms.
        max_length: How many messages may be ready.
        max_length_bytes: How many bytes of messages may be ready.
        message_ttl: How long a message may wait, in milliseconds.
        expires: How long a queue without consumers lives, in milliseconds.
        target_group_size: How many replicas a quorum queue should have.
        definition: Any other key, with RabbitMQ's own name and value (`max-in-memory-length`).
            Default: {}.
        dead_letter_exchange: The exchange that expired, rejected and too often returned
            messages go to.
        dead_letter_routing_key: The routing key of dead letters; their own when not given.
        dead_letter_strategy: Whether a quorum queue keeps a dead letter until it has arrived.
            `at-least-once` needs overflow reject-publish. https://www.rabbitmq.com/docs/quorum-
            queues#dead-lettering
        consumer_timeout: How long a consumer may hold a message, in milliseconds; RabbitMQ's
            own is 30 minutes, after which it closes the channel.
        queue_leader_locator: Where in a cluster a queue's leader is put.
        alternate_exchange: The exchange that messages go to which an exchange cannot route.
        max_age: How long a stream keeps messages: `7D`, `12h`.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        vhost: pulumi.Input[str],
        name: pulumi.Input[str],
        pattern: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        apply_to: pulumi.Input[
            Literal["all", "queues", "exchanges", "classic_queues", "quorum_queues", "streams"]
        ]
        | None = None,
        priority: pulumi.Input[int] | None = None,
        delivery_limit: pulumi.Input[int] | None = None,
        overflow: pulumi.Input[Literal["drop-head", "reject-publish", "reject-publish-dlx"]]
        | None = None,
        max_length: pulumi.Input[int] | None = None,
        max_length_bytes: pulumi.Input[int] | None = None,
        message_ttl: pulumi.Input[int] | None = None,
        expires: pulumi.Input[int] | None = None,
        target_group_size: pulumi.Input[int] | None = None,
        definition: pulumi.Input[Mapping[str, pulumi.Input[Any]]] | None = None,
        dead_letter_exchange: pulumi.Input[str] | None = None,
        dead_letter_routing_key: pulumi.Input[str] | None = None,
        dead_letter_strategy: pulumi.Input[Literal["at-most-once", "at-least-once"]] | None = None,
        consumer_timeout: pulumi.Input[int] | None = None,
        queue_leader_locator: pulumi.Input[Literal["client-local", "balanced"]] | None = None,
        alternate_exchange: pulumi.Input[str] | None = None,
        max_age: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:rabbitmq:Policy",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "vhost": vhost,
                "name": name,
                "pattern": pattern,
                "applyTo": apply_to,
                "priority": priority,
                "deliveryLimit": delivery_limit,
                "overflow": overflow,
                "maxLength": max_length,
                "maxLengthBytes": max_length_bytes,
                "messageTtl": message_ttl,
                "expires": expires,
                "targetGroupSize": target_group_size,
                "definition": definition,
                "deadLetterExchange": dead_letter_exchange,
                "deadLetterRoutingKey": dead_letter_routing_key,
                "deadLetterStrategy": dead_letter_strategy,
                "consumerTimeout": consumer_timeout,
                "queueLeaderLocator": queue_leader_locator,
                "alternateExchange": alternate_exchange,
                "maxAge": max_age,
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
    def vhost(self) -> pulumi.Output[str]:
        """The vhost."""
        return self._property("vhost")

    @property
    def name(self) -> pulumi.Output[str]:
        """The policy's name."""
        return self._property("name")

    @property
    def pattern(self) -> pulumi.Output[str]:
        """Pattern of the names of the queues or exchanges it applies to. RabbitMQ does not
        anchor it: write `^(a|b)$`."""
        return self._property("pattern")

    @property
    def apply_to(
        self,
    ) -> pulumi.Output[
        Literal["all", "queues", "exchanges", "classic_queues", "quorum_queues", "streams"]
    ]:
        """What it applies to."""
        return self._property("applyTo")

    @property
    def priority(self) -> pulumi.Output[int]:
        """Of all policies that match a queue the one with the highest counts, alone."""
        return self._property("priority")

    @property
    def delivery_limit(self) -> pulumi.Output[int | None]:
        """How often a message may come back to a quorum queue before it is dead-lettered, or
        dropped where there is no dead-letter exchange; -1: for ever. RabbitMQ 4's
        own is 20."""
        return self._property("deliveryLimit")

    @property
    def overflow(
        self,
    ) -> pulumi.Output[Literal["drop-head", "reject-publish", "reject-publish-dlx"] | None]:
        """What happens to a full queue. `reject-publish` is silent for publishers without
        confirms."""
        return self._property("overflow")

    @property
    def max_length(self) -> pulumi.Output[int | None]:
        """How many messages may be ready."""
        return self._property("maxLength")

    @property
    def max_length_bytes(self) -> pulumi.Output[int | None]:
        """How many bytes of messages may be ready."""
        return self._property("maxLengthBytes")

    @property
    def message_ttl(self) -> pulumi.Output[int | None]:
        """How long a message may wait, in milliseconds."""
        return self._property("messageTtl")

    @property
    def expires(self) -> pulumi.Output[int | None]:
        """How long a queue without consumers lives, in milliseconds."""
        return self._property("expires")

    @property
    def target_group_size(self) -> pulumi.Output[int | None]:
        """How many replicas a quorum queue should have."""
        return self._property("targetGroupSize")

    @property
    def definition(self) -> pulumi.Output[Mapping[str, Any]]:
        """Any other key, with RabbitMQ's own name and value (`max-in-memory-length`)."""
        return self._property("definition")

    @property
    def dead_letter_exchange(self) -> pulumi.Output[str | None]:
        """The exchange that expired, rejected and too often returned messages go to."""
        return self._property("deadLetterExchange")

    @property
    def dead_letter_routing_key(self) -> pulumi.Output[str | None]:
        """The routing key of dead letters; their own when not given."""
        return self._property("deadLetterRoutingKey")

    @property
    def dead_letter_strategy(
        self,
    ) -> pulumi.Output[Literal["at-most-once", "at-least-once"] | None]:
        """Whether a quorum queue keeps a dead letter until it has arrived. `at-least-once`
        needs overflow reject-publish. https://www.rabbitmq.com/docs/quorum-
        queues#dead-lettering"""
        return self._property("deadLetterStrategy")

    @property
    def consumer_timeout(self) -> pulumi.Output[int | None]:
        """How long a consumer may hold a message, in milliseconds; RabbitMQ's own is 30
        minutes, after which it closes the channel."""
        return self._property("consumerTimeout")

    @property
    def queue_leader_locator(self) -> pulumi.Output[Literal["client-local", "balanced"] | None]:
        """Where in a cluster a queue's leader is put."""
        return self._property("queueLeaderLocator")

    @property
    def alternate_exchange(self) -> pulumi.Output[str | None]:
        """The exchange that messages go to which an exchange cannot route."""
        return self._property("alternateExchange")

    @property
    def max_age(self) -> pulumi.Output[str | None]:
        """How long a stream keeps messages: `7D`, `12h`."""
        return self._property("maxAge")


class OperatorPolicy(CeleriacResource):
    """An operator policy: a ceiling that the vhost's own policies cannot exceed.

    https://www.rabbitmq.com/docs/policies#operator-policies

    Args:
        resource_name: the name of the resource in Pulumi.
        vhost: The vhost.
        name: The policy's name.
        pattern: Pattern of the names of the queues or exchanges it applies to. RabbitMQ does
            not anchor it: write `^(a|b)$`.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        apply_to: What it applies to. Default: 'all'.
        priority: Of all policies that match a queue the one with the highest counts, alone.
            Default: 0.
        delivery_limit: How often a message may come back to a quorum queue before it is dead-
            lettered, or dropped where there is no dead-letter exchange; -1: for ever. RabbitMQ
            4's own is 20.
        overflow: What happens to a full queue. `reject-publish` is silent for publishers
            without confirms.
        max_length: How many messages may be ready.
        max_length_bytes: How many bytes of messages may be ready.
        message_ttl: How long a message may wait, in milliseconds.
        expires: How long a queue without consumers lives, in milliseconds.
        target_group_size: How many replicas a quorum queue should have.
        definition: Any other key, with RabbitMQ's own name and value (`max-in-memory-length`).
            Default: {}.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        vhost: pulumi.Input[str],
        name: pulumi.Input[str],
        pattern: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        apply_to: pulumi.Input[
            Literal["all", "queues", "exchanges", "classic_queues", "quorum_queues", "streams"]
        ]
        | None = None,
        priority: pulumi.Input[int] | None = None,
        delivery_limit: pulumi.Input[int] | None = None,
        overflow: pulumi.Input[Literal["drop-head", "reject-publish", "reject-publish-dlx"]]
        | None = None,
        max_length: pulumi.Input[int] | None = None,
        max_length_bytes: pulumi.Input[int] | None = None,
        message_ttl: pulumi.Input[int] | None = None,
        expires: pulumi.Input[int] | None = None,
        target_group_size: pulumi.Input[int] | None = None,
        definition: pulumi.Input[Mapping[str, pulumi.Input[Any]]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:rabbitmq:OperatorPolicy",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "vhost": vhost,
                "name": name,
                "pattern": pattern,
                "applyTo": apply_to,
                "priority": priority,
                "deliveryLimit": delivery_limit,
                "overflow": overflow,
                "maxLength": max_length,
                "maxLengthBytes": max_length_bytes,
                "messageTtl": message_ttl,
                "expires": expires,
                "targetGroupSize": target_group_size,
                "definition": definition,
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
    def vhost(self) -> pulumi.Output[str]:
        """The vhost."""
        return self._property("vhost")

    @property
    def name(self) -> pulumi.Output[str]:
        """The policy's name."""
        return self._property("name")

    @property
    def pattern(self) -> pulumi.Output[str]:
        """Pattern of the names of the queues or exchanges it applies to. RabbitMQ does not
        anchor it: write `^(a|b)$`."""
        return self._property("pattern")

    @property
    def apply_to(
        self,
    ) -> pulumi.Output[
        Literal["all", "queues", "exchanges", "classic_queues", "quorum_queues", "streams"]
    ]:
        """What it applies to."""
        return self._property("applyTo")

    @property
    def priority(self) -> pulumi.Output[int]:
        """Of all policies that match a queue the one with the highest counts, alone."""
        return self._property("priority")

    @property
    def delivery_limit(self) -> pulumi.Output[int | None]:
        """How often a message may come back to a quorum queue before it is dead-lettered, or
        dropped where there is no dead-letter exchange; -1: for ever. RabbitMQ 4's
        own is 20."""
        return self._property("deliveryLimit")

    @property
    def overflow(
        self,
    ) -> pulumi.Output[Literal["drop-head", "reject-publish", "reject-publish-dlx"] | None]:
        """What happens to a full queue. `reject-publish` is silent for publishers without
        confirms."""
        return self._property("overflow")

    @property
    def max_length(self) -> pulumi.Output[int | None]:
        """How many messages may be ready."""
        return self._property("maxLength")

    @property
    def max_length_bytes(self) -> pulumi.Output[int | None]:
        """How many bytes of messages may be ready."""
        return self._property("maxLengthBytes")

    @property
    def message_ttl(self) -> pulumi.Output[int | None]:
        """How long a message may wait, in milliseconds."""
        return self._property("messageTtl")

    @property
    def expires(self) -> pulumi.Output[int | None]:
        """How long a queue without consumers lives, in milliseconds."""
        return self._property("expires")

    @property
    def target_group_size(self) -> pulumi.Output[int | None]:
        """How many replicas a quorum queue should have."""
        return self._property("targetGroupSize")

    @property
    def definition(self) -> pulumi.Output[Mapping[str, Any]]:
        """Any other key, with RabbitMQ's own name and value (`max-in-memory-length`)."""
        return self._property("definition")


class DelayedDelivery(CeleriacResource):
    """The exchanges and queues through which Celery delays tasks in the broker, ready made.

    28 exchanges and queues, `celery_delayed_0` to `celery_delayed_27`, and the exchange
    `celery_delayed_delivery`, with exactly the arguments that a worker declares them with
    (kombu/transport/native_delayed_delivery.py), and two bindings for each of the app's queues. So
    a countdown arrives that was sent before any worker ever ran.

    Args:
        resource_name: the name of the resource in Pulumi.
        vhost: The vhost.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        queue_type: The type of the 28 queues: the workers' setting
            broker_native_delayed_delivery_queue_type must be the same. Classic ones are cheaper
            and live on one node. Default: 'quorum'.
        bindings: The routing key of each of the app's queues, by queue. Each must have a topic
            exchange of its own name. Default: {}.
        missing: What a refresh finds missing, or declared otherwise, among the levels: the next
            `up` mends it. Never given. Default: [].
        force_destroy: Delete the levels although delayed messages wait in them. Default: False.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        vhost: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        queue_type: pulumi.Input[Literal["quorum", "classic"]] | None = None,
        bindings: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        missing: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        force_destroy: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:rabbitmq:DelayedDelivery",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "vhost": vhost,
                "queueType": queue_type,
                "bindings": bindings,
                "missing": missing,
                "forceDestroy": force_destroy,
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
    def vhost(self) -> pulumi.Output[str]:
        """The vhost."""
        return self._property("vhost")

    @property
    def queue_type(self) -> pulumi.Output[Literal["quorum", "classic"]]:
        """The type of the 28 queues: the workers' setting
        broker_native_delayed_delivery_queue_type must be the same. Classic ones are
        cheaper and live on one node."""
        return self._property("queueType")

    @property
    def bindings(self) -> pulumi.Output[Mapping[str, str]]:
        """The routing key of each of the app's queues, by queue. Each must have a topic
        exchange of its own name."""
        return self._property("bindings")

    @property
    def missing(self) -> pulumi.Output[Sequence[str]]:
        """What a refresh finds missing, or declared otherwise, among the levels: the next `up`
        mends it. Never given."""
        return self._property("missing")

    @property
    def force_destroy(self) -> pulumi.Output[bool]:
        """Delete the levels although delayed messages wait in them."""
        return self._property("forceDestroy")
