"""Google Cloud Pub/Sub as broker: its URL, what Celery must be told, and the names it takes.

https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/gcpubsub.html
kombu/transport/gcpubsub.py (5.5 to 5.7): an exchange is a topic of the same name, a queue a
subscription called after prefix and queue, which takes the messages of one routing key. A worker
and who sends a task both create what they use, and where it is there already (kombu 5.7) try to
write their own transport options into it: so those say what was built. While a worker lives, a
thread of it asks for more time for every message that it holds, every quarter of the ack deadline:
a task may take longer than the deadline, which only says when the tasks of a dead worker come back.

Remote control and events are topics of the whole project unless told otherwise: each app gets its
own.
"""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING, Any, Final

from celeriac.contract.queues import direct_queue_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from celeriac.contract.queues import Queue

PUBSUB_ACK_DEADLINE: Final = 240
"""Seconds of an ack deadline unless something else is written: kombu's own."""
PUBSUB_RETENTION: Final = 7 * 86_400
"""Seconds that a message is kept unless something else is written: Pub/Sub's own default."""
PUBSUB_SHORTEST_RETENTION: Final = 86_400
"""Seconds: kombu has one option for retention and expiration, which is a day or more."""
PUBSUB_LONGEST_RETENTION: Final = 31 * 86_400
"""Seconds: https://cloud.google.com/pubsub/quotas#resource_limits."""
PUBSUB_ATTEMPTS: Final = 5
"""Deliveries before a message is a dead letter, unless something else is written: Pub/Sub's own
default, and its least."""
EMULATOR_VARIABLE: Final = "PUBSUB_EMULATOR_HOST"
"""What Google's client reads an emulator's address from: no setting of Celery's has it."""

_LONGEST_NAME: Final = 255
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
_PREFIX: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_PROJECT: Final = re.compile(r"(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]")
_MANGLED: Final = str.maketrans(
    {char: "_" for char in string.punctuation if char not in "_.-"} | {".": "-"}
)


def pubsub_url(project: str) -> str:
    """Pub/Sub's broker_url: no credential is in it, Google's client finds one where it runs."""
    return f"gcpubsub://projects/{project}"


def subscription_name(prefix: str, queue: str) -> str:
    """A queue's subscription, and its topic: as kombu's `entity_name`, `.` becomes `-`."""
    name = queue if queue.startswith(prefix) else prefix + queue
    return name.translate(_MANGLED)


def subscription_filter(queue: str) -> str:
    """Which messages of its topic a queue gets; Pub/Sub cannot change it."""
    return f'attributes.routing_key="{queue}"'


def dead_letter_name(prefix: str) -> str:
    """The topic of an app's dead letters, and the subscription that keeps them."""
    return f"{prefix}dead-letter"


def control_exchange(prefix: str) -> str:
    """Celery's control_exchange."""
    return f"{prefix}control"


def event_exchange(prefix: str) -> str:
    """Celery's event_exchange, which is a topic."""
    return f"{prefix}events"


def control_topics(prefix: str) -> tuple[str, ...]:
    """The topics of remote control and of events: kombu/pidbox.py."""
    control = f"{control_exchange(prefix)}.pidbox"
    return (control, f"reply.{control}", event_exchange(prefix))


def pubsub_settings(
    queues: Sequence[Queue],
    *,
    prefix: str,
    ack_deadline: int = PUBSUB_ACK_DEADLINE,
    retention: int = PUBSUB_RETENTION,
    exactly_once: bool = False,
    prefetch: int = 1,
) -> dict[str, Any]:
    """Settings of an app whose broker is Pub/Sub; all are JSON, and none is a credential.

    Args:
        queues: the app's queues, exactly one of them the default.
        prefix: begin of the names of its topics and subscriptions.
        ack_deadline: seconds, the subscriptions' own.
        retention: seconds, the subscriptions' own; they expire after as many without a worker.
        exactly_once: whether the subscriptions deliver exactly once.
        prefetch: messages delivered ahead per process (worker_prefetch_multiplier).
    """
    settings = direct_queue_settings(queues)
    for name, queue in settings["task_queues"].items():
        queue["exchange"] = subscription_name(prefix, name)
    default = settings["task_default_queue"]
    settings["task_default_exchange"] = subscription_name(prefix, default)
    return {
        **settings,
        "broker_transport_options": {
            "queue_name_prefix": prefix,
            "ack_deadline_seconds": ack_deadline,
            "expiration_seconds": retention,
            "enable_exactly_once_delivery": exactly_once,
        },
        "control_exchange": control_exchange(prefix),
        "event_exchange": event_exchange(prefix),
        # A queue that is not there is made by nobody, as it would be nobody's.
        "task_create_missing_queues": False,
        "broker_connection_retry_on_startup": True,
        "worker_prefetch_multiplier": prefetch,
        # Google's client has threads: a child that is forked beside them, to replace one that was
        # terminated or took too long, may hang. https://github.com/celery/celery/pull/10339
        "worker_pool_start_method": "spawn",
    }


def pubsub_prefix_problem(prefix: str) -> str | None:
    """Prefixes of topics and subscriptions."""
    if not _PREFIX.fullmatch(prefix) or prefix.startswith("goog"):
        return (
            "cannot begin a name on Pub/Sub: use ASCII letters, digits, - and _, a letter first, "
            "and not goog"
        )
    return None


def pubsub_queue_problem(prefix: str, queue: str) -> str | None:
    """Names of queues."""
    if not _NAME.fullmatch(queue):
        return "cannot be a name on Pub/Sub: use letters and digits of ASCII, and . _ -"
    name = subscription_name(prefix, queue)
    if len(name) > _LONGEST_NAME:
        return (
            f"is {len(name)} characters long on Pub/Sub, where {_LONGEST_NAME} are the most: use a "
            "shorter name or prefix"
        )
    return None


def project_problem(project: str) -> str | None:
    """Ids of projects: https://cloud.google.com/resource-manager/docs/creating-managing-projects."""
    if not _PROJECT.fullmatch(project):
        return (
            "is no id of a project: write its id (6 to 30 small letters, digits and -), not its "
            "name or number"
        )
    return None


def retention_problem(needed: int, retention: int) -> str | None:
    """Whether a message may be gone while a worker still holds it.

    Args:
        needed: seconds that a worker may hold one: see `timeouts.visibility_timeout`.
        retention: seconds that it is kept.
    """
    if needed > retention:
        return (
            f"keeps messages for {retention} seconds, and a worker may hold one for {needed} (the "
            "longest delay and the runs before it), after which it would be lost with its worker: "
            "raise it, or shorten longestDelay"
        )
    return None
