"""Celery itself: the proof that an app's broker and result backend work together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celeriac_provider.celery.round_trip import RoundTrip

if TYPE_CHECKING:
    from celeriac_provider.engine.resource import Resource

__all__ = ["RESOURCES", "RoundTrip"]

RESOURCES: tuple[type[Resource], ...] = (RoundTrip,)
