"""What Kafka accepts as names: checks for properties."""

from __future__ import annotations

import re
from typing import Final

_LONGEST: Final = 249
"""Characters of a topic's name (org.apache.kafka.common.internals.Topic)."""
_TOPIC: Final = re.compile(r"[A-Za-z0-9._-]+")


def topic(value: str) -> str | None:
    """Of a topic."""
    if len(value) > _LONGEST:
        return f"has {len(value)} characters: {_LONGEST} are the limit"
    if not _TOPIC.fullmatch(value) or value in (".", ".."):
        return "is no topic's name: letters and digits of ASCII, . _ and - make one"
    if value.startswith("__"):
        return "begins as Kafka's own topics do: leave out the two _ at its begin"
    return None


def user(value: str) -> str | None:
    """Of a user."""
    if not value or not value.isprintable() or value != value.strip():
        return "must be a name that can be printed, without white space at its ends"
    return None


def not_empty(value: str) -> str | None:
    """Any text."""
    return None if value else "must not be empty"
