"""The credentials that a stack hands out, tried on the servers."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
import redis
from kombu.connection import Connection


def refused(apps: dict[str, Any]) -> list[str]:
    """The URLs, by app, whose credentials their server does not take."""
    urls = [
        (app, side, outputs[side])
        for app, outputs in apps.items()
        for side in ("broker_url", "result_backend")
        if "@" in outputs[side]
    ]
    return [f"{app}.{side}: {why}" for app, side, url in urls if (why := _refusal(url))]


def _refusal(url: str) -> str | None:
    try:
        if url.startswith("amqp"):
            with Connection(url, connect_timeout=10) as connection:
                connection.connect()
        elif url.startswith("redis"):
            redis.Redis.from_url(url).ping()
        else:
            _log_in(re.sub(r"^db\+postgresql\+\w+", "postgresql", url))
    except Exception as error:  # noqa: BLE001 - whatever it is, it does not work
        return type(error).__name__
    return None


def _log_in(url: str) -> None:
    parts = urlsplit(url)
    with psycopg.connect(
        host=parts.hostname,
        port=parts.port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        dbname=unquote(parts.path.lstrip("/")),
    ) as connection:
        connection.execute("select count(*) from celery_taskmeta")
