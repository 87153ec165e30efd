"""What is known of a list already: for rules that object to what is there, not to what is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from celeriac_policies.values import Items, UnknownValue


def known_items(items: Items) -> Iterator[Any]:
    """The items whose values are known."""
    for index in range(len(items)):
        try:
            item = items[index]
        except UnknownValue:
            continue
        yield item
