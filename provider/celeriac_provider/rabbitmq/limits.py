"""Limits of vhosts and users: set one by one, and absent where there are none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from celeriac_provider.rabbitmq.client import Api

UNLIMITED = -1

Kind = Literal["vhost-limits", "user-limits"]


def read(api: Api, kind: Kind, name: str) -> dict[str, int]:
    """The limits that are set; a negative one is none, as RabbitMQ has it."""
    found = api.get(kind, name) or []
    values: dict[str, int] = found[0].get("value", {}) if found else {}
    return {limit: max(value, UNLIMITED) for limit, value in values.items()}


def write(
    api: Api, kind: Kind, name: str, wanted: Mapping[str, int], found: Mapping[str, int]
) -> None:
    """Bring the limits to what is wanted."""
    for limit, value in wanted.items():
        if value == found.get(limit, UNLIMITED):
            continue
        if value == UNLIMITED:
            api.delete(kind, name, limit)
        else:
            api.put(kind, name, limit, body={"value": value})
