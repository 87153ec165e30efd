"""What to call a broker or a result backend in a sentence; nothing that was secret."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit


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
