"""The proof over Pub/Sub: nothing is made or deleted there but its own messages and replies.

Topic and subscription of the proof are among the app's: somebody made them. The proof speaks as who
deploys, over the provider's own way: Google's client reads both from the environment alone.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from celeriac_provider.engine.configuration import Configuration

_EMULATOR: Final = "PUBSUB_EMULATOR_HOST"
_KEY: Final = "GOOGLE_APPLICATION_CREDENTIALS"
_CHAIN: Final = ("GOOGLE_", "GCLOUD_", "CLOUDSDK_", "GCE_METADATA_", "APPDATA", "HTTP_PROXY",
                 "HTTPS_PROXY", "GRPC_PROXY", "NO_GRPC_PROXY", "NO_PROXY")  # fmt: skip
"""What Google's own chain reads, and gRPC's of proxies."""
_WAIT: Final = 0.3
"""Seconds of one wait for a message: nobody stops it earlier."""
_SOON: Final = 1
"""Seconds of a look at what a proof that was killed has left."""


def is_pubsub(url: str) -> bool:
    """Whether a broker_url is Pub/Sub's."""
    return urlsplit(url).scheme.lower() == "gcpubsub"


def environment(broker_url: str, configuration: Configuration, folder: str) -> dict[str, str]:
    """What the proof's process needs, so that Google's client goes where the provider goes.

    It travels with the request: a process' first environment can be read by others.

    Args:
        broker_url: the app's.
        configuration: the provider's of the broker's server.
        folder: of this proof alone, gone after it: a service account's key lies there meanwhile.
    """
    if not is_pubsub(broker_url):
        return {}
    server = configuration.server("pubsub")
    if server.endpoint:
        return {_EMULATOR: urlsplit(server.endpoint).netloc}
    chain = {name: text for name, text in os.environ.items() if name.upper().startswith(_CHAIN)}
    if server.password is None:
        return chain
    key = Path(folder, "key.json")
    key.touch(mode=0o600)
    key.write_text(server.password, encoding="utf-8")
    return chain | {_KEY: str(key)}


def subscription(options: Mapping[str, Any], queue: str) -> str:
    """The subscription of a queue, and its topic, as Celeriac names them."""
    prefix = options.get("queue_name_prefix", "kombu-")
    name = queue if queue.startswith(prefix) else f"{prefix}{queue}"
    return name.replace(".", "-")


def impatient_pubsub(options: Mapping[str, Any], patience: int) -> dict[str, Any]:
    """broker_transport_options of an app that reports what another would wait for.

    Args:
        options: the app's.
        patience: seconds for an answer.
    """
    # kombu tries to write its options into each subscription, which its filter forbids, and warns.
    logging.getLogger("kombu.transport.gcpubsub").setLevel(logging.ERROR)
    return {**options, "retry_timeout_seconds": patience}


def hurry_pubsub(consumer: Any) -> None:
    """Let a worker wait for a message only as long as it may take to stop it."""
    drain = consumer.connection.drain_events
    consumer.connection.drain_events = lambda **_: drain(timeout=_WAIT)


def clear(channel: Any, queue: str) -> None:
    """Take what lies in the proof's own subscription: what a proof that was killed has left.

    Args:
        channel: kombu's.
        queue: by Celery's name.
    """
    from google.api_core.exceptions import DeadlineExceeded  # noqa: PLC0415 - with kombu's

    path = channel._queue_cache[channel.entity_name(queue)].subscription_path  # noqa: SLF001
    while True:
        try:
            found = channel.subscriber.pull(
                request={"subscription": path, "max_messages": 100}, retry=None, timeout=_SOON
            )
        except DeadlineExceeded:
            return
        ids = [message.ack_id for message in found.received_messages]
        if not ids:
            return
        channel.subscriber.acknowledge(request={"subscription": path, "ack_ids": ids})


def absent(channel: Any, exchange: str) -> list[str]:
    """The subscription that a worker makes of an exchange of answers, if it is not there.

    Args:
        channel: kombu's.
        exchange: its name.
    """
    from google.api_core.exceptions import NotFound  # noqa: PLC0415 - with kombu's

    path = channel.subscriber.subscription_path(channel.project_id, channel.entity_name(exchange))
    try:
        channel.subscriber.get_subscription(request={"subscription": path})
    except NotFound:
        return [path]
    return []


def remove_replies(channel: Any, queue: str, absent: list[str]) -> None:
    """Delete the subscriptions that answers to the ping came to: kombu leaves them.

    Args:
        channel: kombu's.
        queue: the proof's, which stays.
        absent: see `absent`.
    """
    from google.api_core.exceptions import NotFound  # noqa: PLC0415 - with kombu's

    own, cached = channel.entity_name(queue), dict(channel._queue_cache)  # noqa: SLF001
    made = {found.subscription_path for name, found in cached.items() if name != own}
    for path in sorted(made | set(absent)):
        with suppress(NotFound):
            channel.subscriber.delete_subscription(request={"subscription": path})
