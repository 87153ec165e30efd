"""The mark of ownership where RabbitMQ has room for it: among the tags of vhosts and users."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from celeriac_provider.engine.marks import Mark

if TYPE_CHECKING:
    from celeriac_provider.rabbitmq.client import Api


def with_mark(tags: Iterable[str], mark: str | None) -> list[str]:
    """The tags to write."""
    return [*tags, mark] if mark else list(tags)


def split(tags: Iterable[str]) -> tuple[list[str], str | None]:
    """The user's tags, and the mark among those read."""
    found = list(tags)
    marks = [tag for tag in found if Mark.find(tag) is not None]
    return [tag for tag in found if tag not in marks], marks[0] if marks else None


def of_vhost(api: Api, vhost: str) -> str | None:
    """The mark of a vhost: what lies in it is ours when the vhost is."""
    found = api.get("vhosts", vhost)
    return split(found.get("tags", []))[1] if found else None
