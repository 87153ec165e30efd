"""What Pub/Sub takes as names, labels and limits.

https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names
https://cloud.google.com/resource-manager/docs/labels-overview#requirements
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

MARK: Final = "celeriac-mark"
"""The label that holds the mark."""
LONGEST_RETENTION: Final = 31 * 86_400
"""Seconds for which a message can be kept at most."""
_LABELS: Final = 64
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9._~+%-]{2,254}")
_PROJECT: Final = re.compile(r"(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]")
_LABEL_KEY: Final = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_LABEL: Final = re.compile(r"[a-z0-9_-]{0,63}")


def name(value: str) -> str | None:
    """Of topics and subscriptions."""
    if not _NAME.fullmatch(value) or value.startswith("goog"):
        return (
            "is no name on Pub/Sub: use 3 to 255 ASCII letters, digits and . _ ~ + % -, a letter "
            "first, and not `goog`"
        )
    return None


def name_or_none(value: str) -> str | None:
    """A name, or the empty text."""
    return name(value) if value else None


def project(value: str) -> str | None:
    """Ids of projects."""
    if not _PROJECT.fullmatch(value):
        return (
            "is no id of a project on Google Cloud: use its id (6 to 30 small letters, digits and "
            "-), not its name or number"
        )
    return None


def labels(value: Mapping[str, str]) -> str | None:
    """The user's labels, beside which there is room for the mark."""
    if len(value) >= _LABELS:
        return f"has {len(value)} labels: at most {_LABELS - 1}, as one is for the mark"
    if MARK in value:
        return f"has a label {MARK}, which is for the mark: use another key"
    for key, text in value.items():
        if not _LABEL_KEY.fullmatch(key) or not _LABEL.fullmatch(text):
            return (
                f"has the label {key!r}: keys and values are small ASCII letters, digits, _ and -, "
                f"at most 63, and a key begins with a letter"
            )
    return None


def between(
    least: int, most: int, unit: str, *, or_none: bool = False
) -> Callable[[int], str | None]:
    """A check of a number; 0 for none where that means something."""

    def check(value: int) -> str | None:
        if least <= value <= most or (or_none and value == 0):
            return None
        none = " (or 0 for none)" if or_none else ""
        return f"must be {least} to {most} {unit}{none}"

    return check
