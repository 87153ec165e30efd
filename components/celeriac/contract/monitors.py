"""What a monitor must be told: Flower, `celery inspect`, `celery control`, `celery events`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

_OF_CONNECTIONS = (
    "broker_transport_options",
    "broker_use_ssl",
    "broker_failover_strategy",
    "broker_connection_retry_on_startup",
)


def monitor_name(app: str) -> str:
    """The user of an app's monitors, unless the stack file names it."""
    return f"{app}-monitor"


def monitor_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a monitor: how to connect, and no queues, which it may not declare.

    Args:
        settings: the app's own.
    """
    found = {name: settings[name] for name in _OF_CONNECTIONS if name in settings}
    # A monitor has no rights on results: with a backend it would try to read them.
    return found | {"task_ignore_result": True}


def broker_api_url(management: str, *, user: str, password: str) -> str:
    """Flower's `--broker-api`: RabbitMQ's management API, with the login that it reads there."""
    parts = urlsplit(management)
    login = f"{quote(user, safe='')}:{quote(password, safe='')}"
    return f"{parts.scheme}://{login}@{parts.netloc}/api/"
