"""SQS: queues, on AWS and on servers with SQS's interface."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celeriac_provider.sqs.queue import Queue

if TYPE_CHECKING:
    from celeriac_provider.engine.resource import Resource

__all__ = ["RESOURCES", "Queue"]

RESOURCES: tuple[type[Resource], ...] = (Queue,)
