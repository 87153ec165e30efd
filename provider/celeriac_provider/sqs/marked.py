"""The mark of ownership, among a queue's tags."""

from __future__ import annotations

from collections.abc import Mapping

from celeriac_provider.sqs.names import MARK


def with_mark(tags: Mapping[str, str], mark: str | None) -> dict[str, str]:
    """The tags to write."""
    return {**tags, **({MARK: mark} if mark else {})}


def split(tags: Mapping[str, str]) -> tuple[dict[str, str], str | None]:
    """The user's tags, and the mark among those read; AWS's own are neither."""
    ours = {k: v for k, v in tags.items() if k != MARK and not k.lower().startswith("aws:")}
    return ours, tags.get(MARK)
