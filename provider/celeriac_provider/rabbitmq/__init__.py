"""RabbitMQ, over its management API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celeriac_provider.rabbitmq.permissions import Permissions
from celeriac_provider.rabbitmq.user import User
from celeriac_provider.rabbitmq.vhost import Vhost

if TYPE_CHECKING:
    from celeriac_provider.engine.resource import Resource

RESOURCES: tuple[type[Resource], ...] = (Vhost, User, Permissions)
