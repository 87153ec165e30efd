"""`--about WORD`: the tests with a word in their file's or their own name (`make test-kafka`).

As `-k`, but the steps of a class stay together: each needs those before it.
"""

from __future__ import annotations

import pytest


class About:
    """Leaves out all other tests."""

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """What has the word, and whole classes of steps that have one with it."""
        word = str(config.getoption("about") or "").lower()
        if not word:
            return
        named = [item for item in items if word in item.nodeid.lower()]
        classes = {place for item in named if (place := _steps_of(item))}
        wanted = {id(item) for item in named}
        kept: list[pytest.Item] = []
        rest: list[pytest.Item] = []
        for item in items:
            (kept if id(item) in wanted or _steps_of(item) in classes else rest).append(item)
        items[:] = kept
        config.hook.pytest_deselected(items=rest)


def _steps_of(item: pytest.Item) -> str | None:
    """The class whose steps the test is one of."""
    if item.get_closest_marker("steps") is None or item.parent is None:
        return None
    return item.parent.nodeid
