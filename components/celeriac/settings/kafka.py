"""Kafka in a stack file: a server on platform existing, and the broker of an app on it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from celeriac import durations
from celeriac.contract import proof_queue
from celeriac.contract.kafka import (
    KAFKA_LONGEST,
    Mechanism,
    kafka_acks_problem,
    kafka_queue_problem,
    kafka_user_problem,
)
from celeriac.settings import readers
from celeriac.settings.addresses import is_host
from celeriac.settings.claims import Claim, claim
from celeriac.settings.model import KafkaBroker
from celeriac.settings.problems import Wrong, below, show
from celeriac.settings.queues import read_queues

if TYPE_CHECKING:
    from collections.abc import Callable

    from celeriac.settings.section import Section
    from celeriac.settings.times import Times

KEYS = ("partitions", "replicas", "acksLate", "concurrency")
"""Keys of a broker on Kafka that no other one has."""
RETENTION = 7 * 24 * 60 * 60
"""Seconds that a message is kept where nothing is written: Kafka's own default."""

mechanism: Callable[[object], Mechanism] = readers.choice("SCRAM-SHA-512", "SCRAM-SHA-256")
"""Reads how users log in."""
_retention = readers.duration(60)
_HOST_AND_PORT = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[^\s:]+)):(?P<port>\d+)")
_ELSEWHERE = (
    "split the task, write a shorter longestDelay or a smaller prefetch, or put the broker on a "
    "rabbitmq or redis server"
)


def further_servers(raw: object) -> tuple[str, ...]:
    """Further brokers, each `host:port`."""
    if not isinstance(raw, list):
        raise Wrong(f"is {show(raw)}, not a list: write [host:port, host:port]")
    for one in raw:
        match = _HOST_AND_PORT.fullmatch(one) if isinstance(one, str) else None
        if match is None or not is_host(match["six"] or match["host"]):
            raise Wrong(f"has {show(one)} in it: write each broker as host:port")
        if not 0 < int(match["port"]) < 65536:  # noqa: PLR2004 - TCP's
            raise Wrong(f"has {show(one)} in it, whose port cannot be: write it as host:port")
    return tuple(raw)


def read_kafka_broker(
    entry: Section, app: str, server: str, times: Times
) -> tuple[KafkaBroker, tuple[Claim, ...]]:
    """The broker, and the topics and the user that it wants to have for itself."""
    user = entry.get("user", readers.named(kafka_user_problem), app)
    queues = read_queues(entry, app, kind="kafka")
    concurrency = entry.get("concurrency", readers.whole(1), 1)
    acks_late = entry.get("acksLate", readers.boolean, default=False)
    wrong = kafka_acks_problem(
        acks_late=acks_late, concurrency=concurrency, prefetch=times.prefetch
    )
    if wrong is not None and times.known:
        entry.problem(wrong, "acksLate")
    if times.known and times.needed > KAFKA_LONGEST:
        entry.problems.append(
            f"{below(times.path, 'longestTask')}: is {durations.text(times.longest_task)}, and "
            f"{times} need {durations.text(times.needed)} between two polls, where a consumer of "
            f"Kafka may take at most {durations.text(KAFKA_LONGEST)}: {_ELSEWHERE}"
        )
    broker = KafkaBroker(
        server=server,
        user=user,
        queues=queues,
        partitions=entry.get("partitions", readers.whole(1), 1),
        replicas=entry.get("replicas", readers.whole(1), None),
        retention=entry.get("retention", _retention, RETENTION),
        concurrency=concurrency,
        acks_late=acks_late,
    )
    return broker, (*claim(entry, app, server, {"user": user}), *_topics(entry, app, broker))


def read_unknown_kafka(entry: Section) -> None:
    """The keys, where it is not known that the server is Kafka."""
    for key in ("partitions", "replicas", "concurrency"):
        entry.get(key, readers.whole(1), None)
    entry.get("acksLate", readers.boolean, None)


def _topics(entry: Section, app: str, broker: KafkaBroker) -> tuple[Claim, ...]:
    """Every queue as a topic; what is wrong with its name is noted."""
    section = below(entry.path, "queues")
    claims = [
        Claim(
            app=app,
            server=broker.server,
            thing="topic",
            value=proof_queue(app).name,
            path=entry.path,
        )
    ]
    for queue in broker.queues:
        path = below(section, queue.name)
        wrong = kafka_queue_problem(queue.name)
        if wrong is not None:
            entry.problems.append(f"{path}: {wrong}")
            continue
        claims.append(
            Claim(app=app, server=broker.server, thing="topic", value=queue.name, path=path)
        )
    return tuple(claims)
