"""A user for who watches an app: Flower, `celery inspect`. It takes and sends no task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi

from celeriac.contract import monitor_settings, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Monitor:
    """That an app has a user for monitors, and what that user is."""

    user: str | None = None
    """Its name. Default: `<app>-monitor`."""
    broker_api: bool = False
    """Whether it may read RabbitMQ's management API (tag `monitoring`), as Flower does for the
    lengths of queues. It then sees the names of everything on that server that it has rights on."""


def monitor_outputs(
    url: pulumi.Output[str],
    settings: pulumi.Output[Mapping[str, Any]],
    broker_api: pulumi.Output[str] | None = None,
) -> pulumi.Output[dict[str, Any]]:
    """What a monitor reads, all of it a secret: URL and settings, and the same for a container."""
    known = pulumi.Output.all(url=url, settings=settings, api=broker_api)
    found: pulumi.Output[dict[str, Any]] = pulumi.Output.secret(known.apply(_written))
    return found


def _written(known: Mapping[str, Any]) -> dict[str, Any]:
    settings = to_json(monitor_settings(known["settings"]))
    url, api = known["url"], known["api"]
    env = {"CELERY_BROKER_URL": url, "CELERY_SETTINGS": settings}
    found = {"broker_url": url, "settings": settings, "env": env}
    return found if api is None else found | {"broker_api": api}
