"""Kafka: topics, users that log in with SCRAM, and what they may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celeriac_provider.kafka.acl import Acl
from celeriac_provider.kafka.scram_user import ScramUser
from celeriac_provider.kafka.topic import Topic

if TYPE_CHECKING:
    from celeriac_provider.engine.resource import Resource

__all__ = ["RESOURCES", "Acl", "ScramUser", "Topic"]

RESOURCES: tuple[type[Resource], ...] = (Topic, ScramUser, Acl)
