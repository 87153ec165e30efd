"""Memcached: servers that are verified; nothing can be made on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celeriac_provider.memcached.servers import Servers

if TYPE_CHECKING:
    from celeriac_provider.engine.resource import Resource

__all__ = ["RESOURCES", "Servers"]

RESOURCES: tuple[type[Resource], ...] = (Servers,)
