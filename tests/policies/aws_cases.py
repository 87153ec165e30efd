"""Fixtures and breaks of the rules in `celeriac_policies.aws`."""

from __future__ import annotations

from typing import Final

from tests.policies.harness import Break, Fixture

FIXTURES: Final[dict[str, Fixture]] = {}

BREAKS: Final[tuple[Break, ...]] = ()

CONTEXT: Final[dict[tuple[str, str], str]] = {}

BY_PRESENCE: Final[dict[str, set[str]]] = {}
