"""What an app is handed: settings as one JSON string, and the same as environment variables."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def merge(*parts: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of broker and result backend as one; dictionaries in them are merged too.

    Raises:
        ValueError: when two parts want different values of one setting: that is our own bug, or
            a pair that should have been refused.
    """
    merged: dict[str, Any] = {}
    for part in parts:
        for name, value in part.items():
            known = merged.get(name)
            if isinstance(known, dict) and isinstance(value, dict):
                merged[name] = merge(known, value)
            elif name in merged and known != value:
                raise ValueError(f"{name} cannot be both {known!r} and {value!r}")
            else:
                merged[name] = value
    return merged


def to_json(settings: Mapping[str, Any]) -> str:
    """Settings as one JSON string with sorted keys.

    One string, because Pulumi turns every number in an object into a float
    (https://github.com/pulumi/pulumi/issues/8459), and Redis refuses a float as a timeout.
    """
    return json.dumps(settings, sort_keys=True, ensure_ascii=False, allow_nan=False)


def environment(
    *, broker_url: str, result_backend: str, settings: str, more: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The same for a container; Celery itself reads the first two.

    https://docs.celeryq.dev/en/stable/userguide/configuration.html#broker-url

    Args:
        broker_url: the broker's.
        result_backend: the result backend's.
        settings: all of them, as JSON.
        more: what a client library reads from the environment only.
    """
    return {
        "CELERY_BROKER_URL": broker_url,
        "CELERY_RESULT_BACKEND": result_backend,
        "CELERY_SETTINGS": settings,
        **(more or {}),
    }
