"""What Celery must be told so that it fits the broker on RabbitMQ.

https://docs.celeryq.dev/en/stable/userguide/configuration.html
https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/rabbitmq.html#using-quorum-queues
"""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

from celeriac.contract.queues import default_queue
from celeriac.contract.rabbitmq_topology import exchange_type, queue_arguments, routing_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from celeriac.contract.queues import Queue
    from celeriac.contract.rabbitmq_topology import QueueType
    from celeriac.contract.urls import Tls


def rabbitmq_settings(
    queues: Sequence[Queue],
    *,
    host: str,
    queue_type: QueueType = "quorum",
    delayed_delivery: QueueType = "quorum",
    prefetch: int = 1,
    priorities: int | None = None,
    tls: Tls | None = None,
) -> dict[str, Any]:
    """Settings of an app whose broker is RabbitMQ; all are JSON.

    One thing no setting mends: a task that retries with a countdown goes to the default queue,
    whatever queue it came from, unless task_routes or `retry(queue=…)` names one. Celery keeps
    exchange and routing key for the retry, and native delayed delivery looks at the queue only
    (celery/app/task.py, signature_from_request; celery/app/base.py, apply_async).

    Args:
        queues: the app's queues, exactly one of them the default.
        host: the broker's host name: its certificate is checked against it.
        queue_type: type of the queues.
        delayed_delivery: type of the 28 queues of native delayed delivery (quorum queues only).
        prefetch: messages delivered ahead per process (worker_prefetch_multiplier).
        priorities: priority levels of classic queues.
        tls: the connection's TLS; None for none.
    """
    kind = exchange_type(queue_type)
    settings: dict[str, Any] = {
        **rabbitmq_queue_settings(queues, queue_type=queue_type, priorities=priorities),
        # A name that is not in task_queues is a mistake: the app's user may not declare it, and
        # QueueNotFound says so more clearly than a closed channel.
        "task_create_missing_queues": False,
        "task_default_exchange_type": kind,
        "task_default_queue_type": queue_type,
        # Without it a publish that the broker rejects (queue full, no right) is lost in silence.
        "broker_transport_options": {"confirm_publish": True},
        "broker_connection_retry_on_startup": True,
        "worker_prefetch_multiplier": prefetch,
    }
    if queue_type == "quorum":
        settings["broker_native_delayed_delivery_queue_type"] = delayed_delivery
    if tls is not None:
        settings["broker_use_ssl"] = broker_use_ssl(host, tls)
    return settings


def broker_use_ssl(host: str, tls: Tls) -> dict[str, Any]:
    """TLS options as py-amqp takes them (amqp/transport.py, SSLTransport).

    The host name is written out: py-amqp checks none when `server_hostname` is missing, and given
    None kombu fills in the host it connects to, which for `localhost` is `127.0.0.1`.
    """
    options: dict[str, Any] = {
        "cert_reqs": int(ssl.CERT_REQUIRED),
        "server_hostname": host,
    }
    if tls.ca_path is not None:
        options["ca_certs"] = tls.ca_path
    return options


def rabbitmq_queue_settings(
    queues: Sequence[Queue], *, queue_type: QueueType = "quorum", priorities: int | None = None
) -> dict[str, Any]:
    """Only the settings that name queues, as for the proof's own queue."""
    default = default_queue(queues).name
    return {
        "task_default_queue": default,
        "task_default_exchange": default,
        "task_default_routing_key": routing_key(default),
        "task_queues": {
            queue.name: {
                "exchange": queue.name,
                "exchange_type": exchange_type(queue_type),
                "binding_key": routing_key(queue.name),
                "queue_arguments": queue_arguments(queue_type, priorities=priorities),
            }
            for queue in queues
        },
    }
