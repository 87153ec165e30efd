"""What to call a broker or a result backend in a sentence; nothing that was secret."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

_PORTS: Final = {
    "amqp": 5672,
    "amqps": 5671,
    "redis": 6379,
    "rediss": 6379,
    "postgresql": 5432,
    "mysql": 3306,
    "memcached": 11211,
    "mongodb": 27017,
    "elasticsearch": 9200,
}


def address(url: str, options: Mapping[str, Any]) -> str:
    """`host:port`; SQS in a region, where AWS's own endpoint is meant.

    Args:
        url: broker_url or result_backend; of several the first.
        options: broker_transport_options, for SQS's region.
    """
    try:
        # Of several servers the first: memcached has ; between them, MongoDB a comma.
        parts = urlsplit(re.split("[;,]", url, maxsplit=1)[0])
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() == "sqs" and not host:
        return f"SQS in {options['region']}" if options.get("region") else "SQS"
    if parts.scheme.lower() == "gcpubsub":
        return f"Pub/Sub of project {parts.path.strip('/')}"
    if not host and "socket" in parts.scheme:
        return parts.path
    return f"{host}:{port}" if port else host


def servers(url: str) -> list[tuple[str, int]]:
    """Host and port of every server of a URL of Celery; none where it has none.

    Args:
        url: broker_url or result_backend: RabbitMQ's hosts and memcached's servers have ; between
            them, MongoDB's members a comma.
    """
    found: list[tuple[str, int]] = []
    usual = None
    for one in url.split(";"):
        scheme, mark, rest = one.partition("://") if "://" in one else ("", "", one)
        # `db+postgresql+psycopg2`, `cache+memcached`: the system is between what it is for and how.
        words = re.sub("^(db|cache)[+]", "", scheme.lower()).partition("+")
        usual = _PORTS.get(words[0]) if mark else usual
        hosts = re.split("[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
        for host in hosts.split(","):
            parts = urlsplit(f"//{host}")
            port = parts.port or usual
            if parts.hostname and port:
                found.append((parts.hostname, port))
    return found
