"""The mark of ownership, among the labels of a topic or a subscription."""

from __future__ import annotations

from collections.abc import Mapping

from celeriac_provider.pubsub.names import MARK


def with_mark(labels: Mapping[str, str], mark: str | None) -> dict[str, str]:
    """The labels to write."""
    return {**labels, **({MARK: mark} if mark else {})}


def split(labels: Mapping[str, str]) -> tuple[dict[str, str], str | None]:
    """The user's labels, and the mark among those read."""
    return {key: text for key, text in labels.items() if key != MARK}, labels.get(MARK)
