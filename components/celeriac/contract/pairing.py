"""Which broker, result backend and needs of an app cannot work together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from celeriac.contract.memcached import LONGEST as MEMCACHED_LONGEST
from celeriac.contract.mysql import RESULT_SIZE
from celeriac.contract.results import CHORDS, NEEDS_BEAT, Backend

if TYPE_CHECKING:
    from collections.abc import Sequence

    from celeriac.contract.rabbitmq_topology import QueueType

BrokerKind = Literal["rabbitmq", "redis", "sqs", "kafka", "pubsub"]

MOST_PRIORITIES = 10
"""Levels that are worth having: RabbitMQ advises at most 10, kombu on Redis numbers 0 to 9."""
QUORUM_PRIORITIES = 2
"""Levels of a quorum queue: https://www.rabbitmq.com/docs/quorum-queues#priorities."""
RABBITMQ_MESSAGE = 16 * 1024 * 1024
"""Largest message of RabbitMQ 4 by default, in bytes (max_message_size)."""
REDIS_MESSAGE = 512 * 1024 * 1024 * 3 // 4
"""Largest body on Redis: a string has at most 512 MiB, and kombu encodes bodies as base64."""
SQS_MESSAGE = 1024 * 1024
"""Largest message of SQS, in bytes; a queue may take less:
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html."""
KAFKA_MESSAGE = 1_000_000 * 3 // 4
"""Largest body on Kafka: librdkafka sends at most 1,000,000 bytes (message.max.bytes), and kombu
encodes bodies as base64."""
PUBSUB_MESSAGE = 10_000_000 * 3 // 4
"""Largest body on Pub/Sub: it takes 10,000,000 bytes in a message, and kombu encodes bodies as
base64: https://cloud.google.com/pubsub/quotas#resource_limits."""
SQS_GROWTH = (16, 9)
"""By what a body grows: it is base64 in kombu's message, and that is base64 on SQS."""


@dataclass(frozen=True, kw_only=True)
class Uses:
    """What an app says it needs. None: not declared, so not checked."""

    chords: bool | None = None
    """Whether it uses chords (and groups with a callback)."""
    priorities: int | None = None
    """Priority levels of tasks that it uses."""
    remote_control: bool | None = None
    """Whether it uses `celery inspect` and `celery control`."""
    events: bool | None = None
    """Whether it uses events, as Flower does."""
    shared_results: bool | None = None
    """Whether others than the process that sent a task read its result."""
    beat: bool | None = None
    """Whether it runs beat."""
    largest_message: int | None = None
    """Bytes of its largest message."""

    def declared(self) -> dict[str, bool | int]:
        """What was said, under the names of the stack file."""
        found = {
            "chords": self.chords,
            "priorities": self.priorities,
            "remoteControl": self.remote_control,
            "events": self.events,
            "sharedResults": self.shared_results,
            "beat": self.beat,
            "largestMessage": self.largest_message,
        }
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True)
class Problem:
    """Something that cannot work."""

    where: str
    """Path below the app's entry, such as `uses.chords`."""
    what: str
    """What is wrong and what to write instead."""


def pairing_problems(
    *,
    broker: BrokerKind,
    backend: Backend | None,
    expires: int | None = None,
    queue_type: QueueType = "quorum",
    delayed_delivery: Literal["quorum", "classic", "off"] | None = None,
    uses: Uses | None = None,
    max_message_size: int | None = None,
) -> list[Problem]:
    """Everything about an app's pair that cannot work.

    Args:
        broker: kind of the broker's server.
        backend: kind of the result backend; None when it is not known (then it is not checked).
        expires: seconds until results expire; None for never.
        queue_type: type of the queues on RabbitMQ.
        delayed_delivery: what was asked for; None when nothing was.
        uses: what the app says it needs.
        max_message_size: the limit of RabbitMQ or of the queues on SQS, in bytes. Default: what
            they have unless told otherwise.
    """
    uses = uses or Uses()
    problems = _queue_problems(broker, queue_type, delayed_delivery)
    problems += _priority_problems(broker, queue_type, uses.priorities)
    problems += (
        _point_to_point_problems(*_POINT_TO_POINT[broker], uses)
        if (broker in _POINT_TO_POINT)
        else []
    )
    problems += _size_problems(broker, uses.largest_message, max_message_size)
    if backend is not None:
        problems += _backend_problems(broker, backend, expires, uses)
    return problems


def _queue_problems(
    broker: BrokerKind, queue_type: QueueType, delayed_delivery: str | None
) -> list[Problem]:
    if broker != "rabbitmq" or delayed_delivery is None:
        return []
    if queue_type == "quorum" and delayed_delivery == "off":
        return [
            Problem(
                "broker.delayedDelivery",
                "cannot be off with quorum queues, because Celery sets native delayed delivery up "
                "wherever it finds one: write classic for the cheapest, or queueType: classic",
            )
        ]
    if queue_type == "classic" and delayed_delivery != "off":
        return [
            Problem(
                "broker.delayedDelivery",
                "needs queueType: quorum, because Celery delays tasks in the broker only where it "
                "finds quorum queues: write off, or queueType: quorum",
            )
        ]
    return []


def _priority_problems(
    broker: BrokerKind, queue_type: QueueType, priorities: int | None
) -> list[Problem]:
    if priorities is None:
        return []
    if broker in _WITHOUT_PRIORITIES:
        return [
            Problem(
                "uses.priorities",
                f"is {priorities}, and {_WITHOUT_PRIORITIES[broker]} has no priorities: leave it "
                "out and give urgent tasks a queue and workers of their own, or put the broker on "
                "a rabbitmq or redis server",
            )
        ]
    if broker == "rabbitmq" and queue_type == "quorum" and priorities > QUORUM_PRIORITIES:
        return [
            Problem(
                "uses.priorities",
                f"is {priorities}, and quorum queues have {QUORUM_PRIORITIES} levels (they refuse "
                f"x-max-priority): write {QUORUM_PRIORITIES}, or queueType: classic in the broker",
            )
        ]
    return []


_WITHOUT_PRIORITIES: dict[BrokerKind, str] = {
    "sqs": "SQS",
    "kafka": "Kafka",
    "pubsub": "Pub/Sub",
}
_POINT_TO_POINT: dict[BrokerKind, tuple[str, str]] = {
    "sqs": ("SQS", "the queues' metrics in CloudWatch"),
    "kafka": ("Kafka", "the lag of the queues' consumer groups"),
}
"""Brokers where a message reaches one worker only: their names, and what to watch there."""


def broadcasting() -> str:
    """The brokers where a message can reach every worker, for a sentence."""
    return _a_server([kind for kind in get_args(BrokerKind) if kind not in _POINT_TO_POINT])


def keeping_results(expires: int | None = None, uses: Uses | None = None) -> str:
    """The servers that can keep an app's results, for a sentence.

    Args:
        expires: seconds until results expire; None for never.
        uses: what the app says it needs.
    """
    needs = uses or Uses()
    kinds = [kind for kind in get_args(Backend) if not kind.startswith("django-")]  # no servers
    return _a_server([k for k in kinds if k != "rpc" and not _faults(k, expires, needs)])


def _a_server(kinds: Sequence[str]) -> str:
    """`a redis, mysql or mongodb server`."""
    *most, last = kinds
    text = f"{', '.join(most)} or {last}" if most else last
    return f"{'an' if text[0] in 'aeio' else 'a'} {text} server"


def _point_to_point_problems(name: str, metrics: str, uses: Uses) -> list[Problem]:
    """What they cannot do at all."""
    problems: list[Problem] = []
    if uses.remote_control:
        problems.append(
            Problem(
                "uses.remoteControl",
                f"cannot work on {name}, where no message reaches every worker: leave it out, or "
                f"put the broker on {broadcasting()}",
            )
        )
    if uses.events:
        problems.append(
            Problem(
                "uses.events",
                f"cannot work on {name}, where nobody can listen to what workers do: leave it out "
                f"and watch {metrics}, or put the broker on {broadcasting()}",
            )
        )
    return problems


def _size_problems(
    broker: BrokerKind, largest_message: int | None, max_message_size: int | None
) -> list[Problem]:
    if largest_message is None:
        return []
    if broker == "sqs":
        return _sqs_size_problems(largest_message, max_message_size or SQS_MESSAGE)
    limits = {"redis": REDIS_MESSAGE, "kafka": KAFKA_MESSAGE, "pubsub": PUBSUB_MESSAGE}
    limit = limits.get(broker, max_message_size or RABBITMQ_MESSAGE)
    if largest_message <= limit:
        return []
    mend = (
        "raise max_message_size on the server and write the same as maxMessageSize in its entry"
        if broker == "rabbitmq"
        else "keep large data elsewhere and send a reference to it"
    )
    return [
        Problem(
            "uses.largestMessage",
            f"is {largest_message} bytes, and the broker takes at most {limit}: {mend}",
        )
    ]


def _sqs_size_problems(largest_message: int, limit: int) -> list[Problem]:
    times, parts = SQS_GROWTH
    sent = -(-largest_message * times // parts)
    if sent <= limit:
        return []
    mend = "keep large data elsewhere and send a reference to it"
    if sent <= SQS_MESSAGE:
        mend = f"write a maxMessageSize from {sent} to {SQS_MESSAGE} in the server's entry"
    return [
        Problem(
            "uses.largestMessage",
            f"is {largest_message} bytes, which kombu's base64 makes {sent} on SQS, and a queue "
            f"takes at most {limit}: {mend}",
        )
    ]


def _backend_problems(
    broker: BrokerKind, backend: Backend, expires: int | None, uses: Uses
) -> list[Problem]:
    problems: list[Problem] = []
    if backend == "rpc" and broker != "rabbitmq":
        elsewhere = "the same Redis" if broker == "redis" else keeping_results(expires, uses)
        problems.append(
            Problem(
                "resultBackend.kind",
                f"is rpc, which needs a broker on RabbitMQ: keep the results on {elsewhere}, with "
                "server instead of kind",
            )
        )
    faults = _faults(backend, expires, uses)
    if "chords" in faults:
        problems.append(
            Problem(
                "uses.chords",
                f"cannot work with results over {backend}, which has no chords: put resultBackend "
                f"on {keeping_results(expires, uses)}",
            )
        )
    if "shared" in faults:
        problems.append(
            Problem(
                "uses.sharedResults",
                "cannot work with results over rpc, which only the process that sent the task can "
                f"read, and once: put resultBackend on {keeping_results(expires, uses)}",
            )
        )
    if "longer" in faults:
        said = "never" if expires is None else f"{expires} s"
        problems.append(
            Problem(
                "resultBackend.expires",
                f"is {said}, and memcached keeps nothing longer than 30 days: write 30d or less",
            )
        )
    if "size" in faults:
        problems.append(
            Problem(
                "uses.largestMessage",
                f"is {uses.largest_message} bytes, and Celery's columns in MySQL take at most "
                f"{RESULT_SIZE} (BLOB): put resultBackend on {keeping_results(expires, uses)}, or "
                "keep large data elsewhere and send a reference to it",
            )
        )
    if "stays" in faults:
        problems.append(
            Problem(
                "uses.beat",
                f"is false, and nothing but beat deletes expired results in {backend}: run beat, "
                "or write expires: never in resultBackend",
            )
        )
    return problems


def _faults(backend: Backend, expires: int | None, uses: Uses) -> set[str]:
    """What is wrong with a backend for an app.

    `chords`: it has none; `shared`: results cannot be; `longer`: nothing is kept as long; `size`:
    results are too large; `stays`: what has expired does.
    """
    longest = expires is None or expires > MEMCACHED_LONGEST
    found = {
        "chords": bool(uses.chords) and backend not in CHORDS,
        "shared": bool(uses.shared_results) and backend == "rpc",
        "longer": backend == "memcached" and longest,
        "size": backend == "mysql" and (uses.largest_message or 0) > RESULT_SIZE,
        "stays": uses.beat is False and backend in NEEDS_BEAT and expires is not None,
    }
    return {name for name, wrong in found.items() if wrong}
