"""Redis: users limited to an app's keys, the app's key prefix, and the server's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celeriac_provider.redis.acl_user import AclUser
from celeriac_provider.redis.config import Config
from celeriac_provider.redis.key_prefix import KeyPrefix

if TYPE_CHECKING:
    from celeriac_provider.engine.resource import Resource

__all__ = ["RESOURCES", "AclUser", "Config", "KeyPrefix"]

RESOURCES: tuple[type[Resource], ...] = (AclUser, KeyPrefix, Config)
