"""Pub/Sub in a stack file: a project on platform existing, and the broker of an app in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from celeriac import durations
from celeriac.contract import proof_queue
from celeriac.contract.pubsub import (
    PUBSUB_ACK_DEADLINE,
    PUBSUB_ATTEMPTS,
    PUBSUB_LONGEST_RETENTION,
    PUBSUB_RETENTION,
    PUBSUB_SHORTEST_RETENTION,
    control_topics,
    dead_letter_name,
    project_problem,
    pubsub_prefix_problem,
    pubsub_queue_problem,
    subscription_name,
)
from celeriac.settings import readers
from celeriac.settings.addresses import is_host
from celeriac.settings.claims import Claim
from celeriac.settings.model import PubsubBroker
from celeriac.settings.problems import Wrong, below, show
from celeriac.settings.queues import read_queues
from celeriac.settings.server_model import PubsubServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from celeriac.settings.section import Section
    from celeriac.settings.server_model import Reference
    from celeriac.settings.times import Times

KEYS: Final = ("ackDeadline", "maxDeliveryAttempts", "exactlyOnce")
"""Keys of a broker on Pub/Sub that no other one has."""

_ack_deadline = readers.duration(10, 600)
_attempts = readers.whole(5, 100)
_retention = readers.duration(PUBSUB_SHORTEST_RETENTION, PUBSUB_LONGEST_RETENTION)
_EMULATOR: Final = re.compile(r"(?P<host>[^\s:/@\[\]]+):(?P<port>\d+)")
_NOT_FOR_IT: Final = {
    "url": "is not needed: kombu finds Google's Pub/Sub by itself; write project, and for an "
    "emulator emulator: host:port",
    "tls": "is not needed: Google's Pub/Sub has TLS, and an emulator has none",
    "username": "is not for Pub/Sub: the key of a service account, if any, is credentials",
    "password": "is not for Pub/Sub: the key of a service account, if any, is credentials",
    "ca": "is not for Pub/Sub: Google's certificate is of a public authority, leave it out",
    "caPath": "is not for Pub/Sub: Google's certificate is of a public authority, leave it out",
    "clientCertificate": "is not for Pub/Sub, which takes no certificate: leave it out",
    "clientKey": "is not for Pub/Sub, which takes no certificate: leave it out",
    "via": "is for servers in a network, and Pub/Sub is a service: leave it out",
    "without": "is for what this stack makes, and Pub/Sub exists: leave it out",
}


def read_pubsub(name: str, entry: Section) -> PubsubServer:
    """A project on Google Cloud, or an emulator."""
    for key, why in _NOT_FOR_IT.items():
        entry.refuse(key, why)
    reference: Callable[[object], Reference] = readers.reference
    emulator = entry.get("emulator", _address, None)
    credentials = entry.get("credentials", reference, None)
    if emulator is not None and credentials is not None:
        entry.problem("is of no use to an emulator, which asks nobody: leave it out", "credentials")
    server = PubsubServer(
        name=name,
        project=entry.require(
            "project", readers.named(project_problem), "the id of the project, such as shop-prod"
        )
        or "",
        credentials=credentials,
        emulator=emulator,
        timeout=entry.get("timeout", readers.duration(), None),
    )
    entry.finish()
    return server


def read_pubsub_broker(
    entry: Section, app: str, server: PubsubServer, times: Times
) -> tuple[PubsubBroker, tuple[Claim, ...]]:
    """The broker, and the names that it wants to have for itself."""
    prefix = entry.get("prefix", readers.named(pubsub_prefix_problem), f"{app}-")
    queues = read_queues(entry, app, kind="pubsub")
    attempts = entry.get("maxDeliveryAttempts", _attempts, PUBSUB_ATTEMPTS)
    if "maxDeliveryAttempts" in entry and not any(queue.dead_letter for queue in queues):
        entry.problem(
            "needs dead letters, and every queue has deadLetter: false: leave one of them out",
            "maxDeliveryAttempts",
        )
    retention = entry.get("retention", _retention, PUBSUB_RETENTION)
    if times.known and "retention" not in entry.wrong and times.needed > retention:
        entry.problem(
            f"is {durations.text(retention)}, and {times} need {durations.text(times.needed)}, "
            "after which a message that a worker holds would be lost with it: write more, at most "
            "31d, or a shorter longestDelay",
            "retention",
        )
    broker = PubsubBroker(
        server=server.name,
        prefix=prefix,
        queues=queues,
        ack_deadline=entry.get("ackDeadline", _ack_deadline, PUBSUB_ACK_DEADLINE),
        retention=retention,
        max_delivery_attempts=attempts,
        exactly_once=entry.get("exactlyOnce", readers.boolean, default=False),
    )
    return broker, () if "prefix" in entry.wrong else _claims(entry, app, broker)


def read_unknown_pubsub(entry: Section) -> None:
    """The keys, where it is not known that the server is Pub/Sub."""
    entry.get("ackDeadline", _ack_deadline, None)
    entry.get("maxDeliveryAttempts", _attempts, None)
    entry.get("exactlyOnce", readers.boolean, None)


def _claims(entry: Section, app: str, broker: PubsubBroker) -> tuple[Claim, ...]:
    """Every topic and subscription; what is wrong with a queue's name is noted."""
    section = below(entry.path, "queues")
    own = [subscription_name(broker.prefix, proof_queue(app).name), *control_topics(broker.prefix)]
    own.append(dead_letter_name(broker.prefix))
    names = [(name, entry.path) for name in own]
    for queue in broker.queues:
        path = below(section, queue.name)
        wrong = pubsub_queue_problem(broker.prefix, queue.name)
        if wrong is not None:
            entry.problems.append(f"{path}: {wrong}")
        else:
            names.append((subscription_name(broker.prefix, queue.name), path))
    return tuple(
        Claim(app=app, server=broker.server, thing="subscription", value=name, path=path)
        for name, path in names
    )


def _address(raw: object) -> str:
    """An emulator's `host:port`."""
    match = _EMULATOR.fullmatch(raw) if isinstance(raw, str) else None
    if match is None or not is_host(match["host"]):
        raise Wrong(f"is {show(raw)}: write where the emulator listens, as host:port")
    if not 0 < int(match["port"]) < 65536:  # noqa: PLR2004 - TCP's
        raise Wrong(f"is {show(raw)}, whose port cannot be: write it as host:port")
    return match[0]
