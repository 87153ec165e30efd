"""RabbitMQ, over its management API."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from celeriac_provider.engine.resource import Resource

RESOURCES: tuple[type[Resource], ...] = ()
