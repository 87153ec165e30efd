"""RabbitMQ, over its management API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celeriac_provider.rabbitmq.binding import Binding
from celeriac_provider.rabbitmq.delayed_delivery import DelayedDelivery
from celeriac_provider.rabbitmq.exchange import Exchange
from celeriac_provider.rabbitmq.permissions import Permissions, TopicPermissions
from celeriac_provider.rabbitmq.policy import OperatorPolicy, Policy
from celeriac_provider.rabbitmq.queue import Queue
from celeriac_provider.rabbitmq.user import User
from celeriac_provider.rabbitmq.vhost import Vhost

if TYPE_CHECKING:
    from celeriac_provider.engine.resource import Resource

__all__ = [
    "RESOURCES",
    "Binding",
    "DelayedDelivery",
    "Exchange",
    "OperatorPolicy",
    "Permissions",
    "Policy",
    "Queue",
    "TopicPermissions",
    "User",
    "Vhost",
]

RESOURCES: tuple[type[Resource], ...] = (
    Vhost,
    User,
    Permissions,
    TopicPermissions,
    Exchange,
    Queue,
    Binding,
    Policy,
    OperatorPolicy,
    DelayedDelivery,
)
