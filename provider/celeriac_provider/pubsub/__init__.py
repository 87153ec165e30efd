"""Google Cloud Pub/Sub: topics, and subscriptions that keep their messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celeriac_provider.pubsub.subscription import Subscription
from celeriac_provider.pubsub.topic import Topic

if TYPE_CHECKING:
    from celeriac_provider.engine.resource import Resource

__all__ = ["RESOURCES", "Subscription", "Topic"]

RESOURCES: tuple[type[Resource], ...] = (Topic, Subscription)
