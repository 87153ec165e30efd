"""The broker of an app on SQS in a stack file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from celeriac.contract import (
    proof_queue,
    sqs_names,
    sqs_prefix_problem,
    sqs_queue_name,
    sqs_queue_problem,
)
from celeriac.contract.sqs_policies import policy_problem
from celeriac.settings import readers
from celeriac.settings.claims import Claim
from celeriac.settings.model import SqsBroker
from celeriac.settings.problems import Wrong, below, show
from celeriac.settings.queues import (
    RECEIVE_COUNT,
    RETENTION,
    read_queues,
    receive_count,
    retention,
)
from celeriac.settings.server_model import AwsSqsServer
from celeriac.settings.times import read_sqs_visibility_timeout

if TYPE_CHECKING:
    from collections.abc import Callable

    from celeriac.contract import Queue
    from celeriac.settings.section import Section
    from celeriac.settings.server_model import SqsServer
    from celeriac.settings.times import Times

_ACCESS_KEY = ("username", "password")
"""Keys of a broker on platform existing: an access key of the app's own."""
KEYS = (
    "visibilityTimeout",
    "maxReceiveCount",
    "retention",
    "access",
    "oldestMessage",
    *_ACCESS_KEY,
)
"""Keys of a broker on SQS; visibilityTimeout is one on Redis too."""
OLDEST_MESSAGE = 60 * 60
"""Seconds of age beyond the visibility timeout that raise an alarm on AWS unless something else is
written: a message's age counts while a worker holds it too."""
_ON_AWS_ONLY = ("access", "oldestMessage")

_access: Callable[[object], Literal["policy", "user"]] = readers.choice("policy", "user")
_oldest = readers.duration(60)
"""CloudWatch has the age of the oldest message once a minute."""


def read_sqs_broker(
    entry: Section, app: str, server: SqsServer | AwsSqsServer, times: Times
) -> tuple[SqsBroker, tuple[Claim, ...]]:
    """The broker, and the queues it wants to have for itself."""
    on_aws = isinstance(server, AwsSqsServer)
    if not on_aws:
        for key in _ON_AWS_ONLY:
            entry.refuse(
                key, f"is for platform aws, and {server.name} is on existing: leave it out"
            )
    prefix = entry.get("prefix", _prefix, f"{app}-")
    queues = read_queues(entry, app, kind="sqs")
    timeout = read_sqs_visibility_timeout(entry, times, len(queues))
    broker = SqsBroker(
        server=server.name,
        prefix=prefix,
        queues=queues,
        visibility_timeout=timeout,
        max_receive_count=entry.get("maxReceiveCount", receive_count, RECEIVE_COUNT),
        retention=entry.get("retention", retention, RETENTION),
        access=entry.get("access", _access, "policy"),
        oldest_message=entry.get("oldestMessage", _oldest, timeout + OLDEST_MESSAGE)
        if on_aws
        else 0,
        username=entry.get("username", readers.text, None),
        password=entry.get("password", readers.reference, None),
    )
    _check_access_key(entry, server.name, on_aws=on_aws)
    if isinstance(server, AwsSqsServer):
        names = [sqs_queue_name(prefix, queue.name) for queue in queues]
        kms = server.aws.kms_key is not None
        problem = policy_problem(names, region=server.aws.region, kms=kms)
        if problem is not None:
            entry.problem(problem, "queues")
    return broker, _claims(entry, app, broker)


def read_unknown(entry: Section) -> None:
    """The keys, where it is not known that the server is SQS."""
    entry.get("visibilityTimeout", readers.duration(), None)
    entry.get("maxReceiveCount", receive_count, None)
    entry.get("retention", retention, None)
    entry.get("access", _access, None)
    entry.get("oldestMessage", _oldest, None)
    entry.get("username", readers.text, None)
    entry.get("password", readers.reference, None)


def _check_access_key(entry: Section, server: str, *, on_aws: bool) -> None:
    """On AWS a user of its own gets one; elsewhere it is whole."""
    written = [key for key in _ACCESS_KEY if key in entry]
    if on_aws:
        for key in written:
            entry.problem(
                f"is for platform existing, and {server} is on aws: write access: user for a user "
                "with an access key",
                key,
            )
    elif len(written) == 1:
        entry.problem(
            "is half an access key of the app's own: write both username, its id, and password, "
            "its secret, or neither",
            written[0],
        )


def _claims(entry: Section, app: str, broker: SqsBroker) -> tuple[Claim, ...]:
    """Every queue by its name on SQS; what is wrong with such a name is noted."""
    section = below(entry.path, "queues")
    claims: list[Claim] = []
    if "prefix" in entry.wrong:
        return ()
    for queue, path in [
        (replace(proof_queue(app), dead_letter=False), entry.path),
        *((queue, below(section, queue.name)) for queue in broker.queues),
    ]:
        wrong = sqs_queue_problem(broker.prefix, queue.name, dead_letter=queue.dead_letter)
        if wrong is not None:
            entry.problems.append(f"{path}: {_subject(queue, app)}{wrong}")
            continue
        claims += [
            Claim(app=app, server=broker.server, thing="queue", value=name, path=path)
            for name, _ in sqs_names(broker.prefix, [queue])
        ]
    return tuple(claims)


def _subject(queue: Queue, app: str) -> str:
    """Whose name it is, where the path does not say so."""
    return f"the proof's queue {queue.name} " if queue.name == proof_queue(app).name else ""


def _prefix(raw: object) -> str:
    """The prefix, which may be empty."""
    if raw == "":
        return ""
    name = readers.text(raw)
    problem = sqs_prefix_problem(name)
    if problem is not None:
        raise Wrong(f"{show(name)} {problem}")
    return name
