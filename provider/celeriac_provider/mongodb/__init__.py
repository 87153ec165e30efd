"""MongoDB: users of a database, and the collections of results with their expiry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celeriac_provider.mongodb.collections import ResultCollections
from celeriac_provider.mongodb.user import User

if TYPE_CHECKING:
    from celeriac_provider.engine.resource import Resource

__all__ = ["RESOURCES", "ResultCollections", "User"]

RESOURCES: tuple[type[Resource], ...] = (User, ResultCollections)
