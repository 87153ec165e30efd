"""Elasticsearch: the index that an app's results are in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celeriac_provider.elasticsearch.index import ResultIndex

if TYPE_CHECKING:
    from celeriac_provider.engine.resource import Resource

__all__ = ["RESOURCES", "ResultIndex"]

RESOURCES: tuple[type[Resource], ...] = (ResultIndex,)
