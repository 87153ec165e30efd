"""Kafka as broker: its URL, what Celery must be told, and which names it takes.

https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/kafka.html
kombu/transport/confluentkafka.py: a queue is a topic of the same name, consumed by the group
`<queue>-consumer-group`. An acknowledgement commits all that the worker has received by then, so
what is delivered ahead is lost with the worker. There is no fanout: no remote control, no events.
What Kafka refuses to take is lost in silence: kombu asks for no report of a delivery.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from celeriac.contract.queues import direct_queue_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from celeriac.contract.queues import Queue
    from celeriac.contract.urls import Tls

Mechanism = Literal["SCRAM-SHA-256", "SCRAM-SHA-512"]
"""Ways to log in that Kafka keeps users for by itself."""

WAIT = 2
"""Seconds of one poll, and of the wait for brokers at connecting. While one queue is empty, a
worker's other queues wait as long; kombu's own 5 would add up."""
POLLING = 0.1
"""Seconds after an empty poll. Not 0: while no process is free, kombu would ask itself without a
pause whether one is."""
KAFKA_LONGEST = 86_400
"""Seconds that a consumer may take between two polls at most (librdkafka, max.poll.interval.ms)."""
POLL_DEFAULT = 300
"""Seconds of librdkafka's own max.poll.interval.ms: there is no reason to go below it."""
LONGEST_TOPIC = 249
"""Characters of a topic's name (org.apache.kafka.common.internals.Topic)."""

_NAME = re.compile(r"[A-Za-z0-9._-]+")
_USER = re.compile(r"[A-Za-z0-9._@-]+")


def kafka_url(*, host: str, port: int, user: str, password: str) -> str:
    """Kafka's broker_url: one broker; further ones and TLS are in the settings."""
    where = f"[{host}]" if ":" in host else host
    return f"confluentkafka://{quote(user, safe='')}:{quote(password, safe='')}@{where}:{port}"


def consumer_group(queue: str) -> str:
    """The consumer group of a queue's workers."""
    return f"{queue}-consumer-group"


def kafka_settings(
    queues: Sequence[Queue],
    *,
    servers: Sequence[str],
    mechanism: Mechanism,
    tls: Tls | None,
    poll_interval: int,
    prefetch: int = 1,
    concurrency: int = 1,
    acks_late: bool = False,
) -> dict[str, Any]:
    """Settings of an app whose broker is Kafka; all are JSON, and none is a credential.

    Args:
        queues: the app's queues, exactly one of them the default.
        servers: `host:port` of every broker that is asked first, the URL's among them.
        mechanism: how the app's user logs in.
        tls: how the brokers are verified; None without TLS.
        poll_interval: seconds after which Kafka gives a worker's topics to another one, if it does
            not ask for messages: it does not while all its processes are busy. See
            `kafka_poll_interval`.
        prefetch: messages delivered ahead per process (worker_prefetch_multiplier).
        concurrency: processes of the worker.
        acks_late: whether a task is acknowledged after it ran; see `kafka_acks_problem`.
    """
    common: dict[str, Any] = {}
    if len(servers) > 1 or servers[0].startswith("["):
        # kombu takes one host from the URL, and writes an IPv6 address without its brackets.
        common["bootstrap.servers"] = ",".join(servers)
    if tls is not None:
        common["ssl.endpoint.identification.algorithm"] = "https"
        if tls.ca_path is not None:
            common["ssl.ca.location"] = tls.ca_path
    return {
        **direct_queue_settings(queues),
        "broker_transport_options": {
            "security_protocol": "SASL_SSL" if tls is not None else "SASL_PLAINTEXT",
            "sasl_mechanism": mechanism,
            "wait_time_seconds": WAIT,
            "polling_interval": POLLING,
            "kafka_common_config": common,
            "kafka_consumer_config": {"max.poll.interval.ms": poll_interval * 1000},
        },
        # A topic that is not there is made by nobody: the app's user may not.
        "task_create_missing_queues": False,
        "task_acks_late": acks_late,
        "worker_concurrency": concurrency,
        "worker_enable_remote_control": False,
        "worker_send_task_events": False,
        "task_send_sent_event": False,
        "broker_connection_retry_on_startup": True,
        "worker_prefetch_multiplier": prefetch,
    }


def kafka_poll_interval(needed: int) -> int:
    """Seconds of max.poll.interval.ms for a worker that may be busy as long as `needed`."""
    return max(needed, POLL_DEFAULT)


def kafka_acks_problem(*, acks_late: bool, concurrency: int, prefetch: int) -> str | None:
    """Whether late acknowledgement means something."""
    if acks_late and (concurrency > 1 or prefetch > 1):
        return (
            "cannot be true with concurrency or prefetch above 1, because an acknowledgement on "
            "Kafka counts for all that the worker has received: leave it out, or write 1 for both"
        )
    return None


def kafka_queue_problem(name: str) -> str | None:
    """Names of queues, which are topics."""
    if len(consumer_group(name)) > LONGEST_TOPIC:
        most = LONGEST_TOPIC - len(consumer_group(""))
        return f"is longer than {most} characters: use a shorter name"
    if not _NAME.fullmatch(name) or name in {".", ".."}:
        return "is no name of a topic on Kafka: use letters and digits of ASCII, and . _ -"
    if name.startswith("__"):
        return "begins as Kafka's own topics do: leave out the two _ at its begin"
    return None


def kafka_user_problem(name: str) -> str | None:
    """Names of users on Kafka."""
    if name == "ANONYMOUS":
        return "is the user of clients that do not log in: use another"
    if not _USER.fullmatch(name):
        return (
            "has a character in it that not every client of Kafka sends right: use letters and "
            "digits of ASCII, and . _ @ -"
        )
    return None


def same_topic(one: str, other: str) -> bool:
    """Whether Kafka takes two names for one: . and _ are the same in names of metrics."""
    return one.replace(".", "_") == other.replace(".", "_")
