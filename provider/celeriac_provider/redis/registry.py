"""Our registry on a Redis server: who made what has no place for a mark of its own."""

from __future__ import annotations

import json
from typing import Any, Final

from celeriac_provider.redis.client import Commands

KEY: Final = "celeriac:registry"
"""A hash in the endpoint's database: field `<kind>:<name>`, value JSON."""


def entry(commands: Commands, field: str) -> dict[str, Any] | None:
    """One entry, or None."""
    text = commands.execute_command("HGET", KEY, field)
    return None if text is None else dict(json.loads(text))


def entries(commands: Commands, kind: str) -> dict[str, dict[str, Any]]:
    """All entries of one kind by name."""
    flat = commands.execute_command("HGETALL", KEY)
    every = zip(flat[::2], flat[1::2], strict=True)
    prefix = f"{kind}:"
    return {
        field.removeprefix(prefix): json.loads(text)
        for field, text in every
        if field.startswith(prefix)
    }


def written(value: dict[str, Any]) -> str:
    """An entry as it is kept."""
    return json.dumps(value, sort_keys=True)
