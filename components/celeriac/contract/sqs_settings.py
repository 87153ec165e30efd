"""What Celery must be told so that it fits SQS as broker.

https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/sqs.html
kombu/transport/SQS

No setting can name a CA: kombu's worker checks certificates against the CAs of `certifi` or
botocore (kombu/asynchronous/aws/connection.py). An endpoint of one's own with TLS needs one of
those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from celeriac.contract.queues import direct_queue_settings
from celeriac.contract.sqs_names import sqs_queue_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from celeriac.contract.queues import Queue

WAIT = 10
"""Seconds of a long poll. SQS allows 20, but kombu's worker gives each request up after 20
(AsyncHTTPSConnection), and a message that arrives then would be received by nobody."""
POLLING = 1
"""Seconds after an empty poll. Not 0: while no process is free, kombu would ask itself without a
pause whether one is (`_schedule_queue`)."""


def sqs_settings(
    queues: Sequence[Queue],
    *,
    urls: Mapping[str, str],
    prefix: str,
    region: str,
    visibility_timeout: int,
    prefetch: int = 1,
    endpoint: bool = False,
    secure: bool = True,
) -> dict[str, Any]:
    """Settings of an app whose broker is SQS; all are JSON, and none is a credential.

    Args:
        queues: the app's queues, exactly one of them the default.
        urls: URLs of its queues by their names in Celery, and of any other queue that it may send
            to or that the proof consumes: those are known, and no worker consumes them unasked.
        prefix: begin of the queues' names on SQS.
        region: their region.
        visibility_timeout: seconds, the queues' own; see `timeouts.sqs_visibility_timeout`. The
            queues have it as an attribute, and kombu needs it only to make a queue.
        prefetch: messages delivered ahead per process (worker_prefetch_multiplier).
        endpoint: whether the broker_url names an endpoint of one's own.
        secure: whether that endpoint has TLS: kombu takes it for http otherwise.
    """
    settings = sqs_queue_settings(queues, urls=urls, prefix=prefix, region=region)
    options = settings["broker_transport_options"]
    options["visibility_timeout"] = visibility_timeout
    options["wait_time_seconds"] = WAIT
    options["polling_interval"] = POLLING
    if endpoint:
        options["is_secure"] = secure
    return {
        **settings,
        # A queue that is not in predefined_queues cannot be used: QueueNotFound says so at once.
        "task_create_missing_queues": False,
        # As Celery's documentation of Redis wants it: the same in all three places.
        "result_backend_transport_options": {"visibility_timeout": visibility_timeout},
        "visibility_timeout": visibility_timeout,
        # SQS has no fanout: remote control would want queues of its own, events reach nobody.
        "worker_enable_remote_control": False,
        "worker_send_task_events": False,
        "task_send_sent_event": False,
        "broker_connection_retry_on_startup": True,
        "worker_prefetch_multiplier": prefetch,
    }


def sqs_queue_settings(
    queues: Sequence[Queue], *, urls: Mapping[str, str], prefix: str, region: str
) -> dict[str, Any]:
    """Only the settings that name queues, as for the proof's own queue."""
    return {
        **direct_queue_settings(queues),
        "broker_transport_options": {
            "region": region,
            "queue_name_prefix": prefix,
            "predefined_queues": predefined_queues(urls, prefix=prefix),
        },
    }


def predefined_queues(urls: Mapping[str, str], *, prefix: str) -> dict[str, dict[str, str]]:
    """The transport's predefined_queues: with them it makes, lists and deletes no queue.

    Keys are the mangled names with their prefix. The plain names stand there too: where a worker
    has no event loop (gevent, eventlet) and for `celery purge`, kombu 5.7 looks a queue's client
    up by it (`Channel._receive_message`, `_purge`). URLs are always found by the mangled name.
    """
    plain = {name: {"url": url} for name, url in urls.items()}
    mangled = {sqs_queue_name(prefix, name): {"url": url} for name, url in urls.items()}
    return plain | mangled
