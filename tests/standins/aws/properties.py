"""Properties as AWS's services have them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.standins.properties import Kind, Property

__all__ = ["TAGS", "Kind", "Property", "pairs", "tags_of"]

TAGS = Property("tags", "Tags", "map")
"""On everything that can have them."""


def pairs(tags: Mapping[str, str] | None, key: str = "Key", value: str = "Value") -> list[Any]:
    """Tags as most services have them."""
    return [{key: name, value: content} for name, content in sorted((tags or {}).items())]


def tags_of(found: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Tags of the user's, from a service's list: those that begin with `aws:` are AWS's own."""
    return {t["Key"]: t["Value"] for t in found if not t["Key"].startswith("aws:")}
