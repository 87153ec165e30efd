"""The provider's resources as typed classes, one module per system."""

from __future__ import annotations

from celeriac.resources.provider import Provider

__all__ = ["Provider"]
