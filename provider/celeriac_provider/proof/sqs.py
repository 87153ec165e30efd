"""The proof over SQS: nothing is made or deleted there but the proof's own messages.

The queue of the proof is one of the app's `predefined_queues`: somebody made it as the app's own,
and the app's user has the same rights on it, PurgeQueue not among them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

_WAY: Final = ("AWS_ENDPOINT_URL", "AWS_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
"""Begin of variables that say how AWS is reached from here."""
_CHAIN: Final = ("AWS_", *_WAY)
"""The same, and what boto3 reads where a URL has no credentials."""
_WAIT: Final = 1
"""Seconds of a long poll: nobody stops it earlier."""
_HIDDEN: Final = 30
"""Seconds for which a message that is cleared away is hidden from others."""


def is_sqs(url: str) -> bool:
    """Whether a broker_url is SQS's."""
    return urlsplit(url).scheme.lower() == "sqs"


def environment(broker_url: str) -> dict[str, str]:
    """What the proof needs of this process' environment: with AWS's own chain, if there is no key.

    It travels with the request: a process' first environment can be read by others.
    """
    if not is_sqs(broker_url):
        return {}
    wanted = _WAY if urlsplit(broker_url).username else _CHAIN
    return {name: value for name, value in os.environ.items() if name.upper().startswith(wanted)}


def impatient(options: Mapping[str, Any], patience: int) -> dict[str, Any]:
    """broker_transport_options of an app that reports what another would wait for.

    Args:
        options: the app's.
        patience: seconds for a connection and for an answer.
    """
    client = {
        **options.get("client-config", {}),
        "connect_timeout": patience,
        "read_timeout": patience + _WAIT,
        "retries": {"total_max_attempts": 1},
    }
    return {
        **options,
        "wait_time_seconds": _WAIT,
        "polling_interval": 0.1,
        "client-config": client,
    }


def clear(channel: Any, queue: str, *, wait: bool = False) -> None:
    """Delete what lies in the proof's own queue: what a proof that was killed has left.

    What a worker's last poll received on its way out is hidden until its visibility timeout: the
    next proof clears that away.

    Args:
        channel: kombu's.
        queue: by Celery's name.
        wait: whether something may be on its way.
    """
    url = channel._resolve_queue_url(queue)  # noqa: SLF001 - kombu has no other
    client = channel.sqs(queue=channel.canonical_queue_name(queue))
    while True:
        found = client.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=_HIDDEN,
            WaitTimeSeconds=_WAIT if wait else 0,
        )
        messages = found.get("Messages", [])
        for message in messages:
            client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        if not messages:
            return
