"""Secrets of the stack itself: no server knows of them, until somebody is given them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celeriac_provider.secrets.password import Password

if TYPE_CHECKING:
    from celeriac_provider.engine.resource import Resource

__all__ = ["RESOURCES", "Password"]

RESOURCES: tuple[type[Resource], ...] = (Password,)
