"""The queues themselves on SQS: what Celery's settings say there counts only when it makes one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from celeriac.contract import proof_queue, sqs_queue_name, visibility_timeout
from celeriac.contract.pairing import SQS_GROWTH, SQS_MESSAGE
from celeriac_policies.celery.timeouts import LONGEST_TASK, above_what_sqs_takes
from celeriac_policies.resource import Resource, Stack, each
from celeriac_policies.rule import (
    Parameter,
    Settings,
    Severity,
    Violation,
    resource_rule,
    stack_rule,
)

OURS: Final = "celeriac:sqs:Queue"
AWS: Final = "aws:sqs/queue:Queue"
BROKER: Final = "celeriac:index:SQSBroker"

_TIMEOUT: Final[Mapping[str, tuple[str, int]]] = {
    OURS: ("visibilityTimeout", 1800),
    AWS: ("visibilityTimeoutSeconds", 30),
}
"""Property and default of a queue's visibility timeout, by type."""

_DOCS: Final = "https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/sqs.html"
_QUOTAS: Final = (
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/"
    "quotas-messages.html"
)


@resource_rule(
    name="aws-sqs-queue-visibility-timeout",
    description="A queue's own visibility timeout is above the longest task of its workers.",
    severity=Severity.HIGH,
    reads=(OURS, AWS),
    steps="Set the queue's visibility timeout to the sentence's number.",
    url=f"{_DOCS}#visibility-timeout",
    parameters=(LONGEST_TASK,),
)
def a_queues_timeout(resource: Resource, given: Settings) -> Iterator[str]:
    """What SQS takes always; what tasks need where the team says so."""
    timeout = visibility_of(resource)
    yield from above_what_sqs_takes(timeout)
    longest = given["longestTask"]
    # Of a broker of ours the broker knows; messages in a dead-letter queue run no task.
    if not longest or BROKER in resource.parent or _is_dead_letter(resource):
        return
    needed = visibility_timeout(longest_task=longest, longest_delay=0, prefetch=1)
    if timeout < needed:
        yield (
            f"its visibility timeout is {timeout} seconds, and tasks of {longest} seconds need "
            f"{needed}, one that waits for another and a margin included: SQS would deliver a task "
            f"again while it runs; set it to {needed} or more"
        )


@stack_rule(
    name="celery-sqs-queue-visibility-timeout",
    description="The queues on SQS have the visibility timeout of their app's broker.",
    severity=Severity.HIGH,
    reads=(BROKER, OURS, AWS),
    steps="Give the queue the visibility timeout of its broker.",
    url=f"{_DOCS}#visibility-timeout",
)
def as_the_broker_says(stack: Stack, given: Settings) -> Iterator[Violation]:
    """Of the app's queues: messages in a dead-letter queue, and the proof's, wait for no task."""

    def check(queue: Resource) -> Iterator[Violation]:
        broker = stack.ancestor(queue, BROKER)
        if broker is None or _is_dead_letter(queue) or _is_of_proof(queue, broker):
            return
        timeout, wanted = visibility_of(queue), broker.props["visibilityTimeout"]
        if timeout < wanted:
            yield Violation(
                f"its visibility timeout is {timeout} seconds, and the broker {broker.name} needs "
                f"{wanted}: SQS would deliver a task again while it runs; give the queue the same",
                queue,
            )

    return each(stack.of(OURS, AWS), check)


@resource_rule(
    name="aws-sqs-queue-message-size",
    description="A queue takes the largest message of its app.",
    severity=Severity.HIGH,
    reads=(OURS, AWS),
    steps="Raise the queue's maximum message size, or send a reference to large data.",
    url=_QUOTAS,
    parameters=(
        Parameter(
            "largestMessage",
            "integer",
            0,
            "Bytes of the largest message before kombu encodes it. Default: not checked.",
        ),
    ),
)
def takes_the_largest(resource: Resource, given: Settings) -> Iterator[str]:
    """Where the team says how large that is, and the app does not say so itself."""
    if BROKER not in resource.parent:
        yield from _too_small(resource, given["largestMessage"])


@stack_rule(
    name="celery-sqs-queue-message-size",
    description="The queues on SQS take the largest message that their app declares.",
    severity=Severity.HIGH,
    reads=("celeriac:index:CeleryApp", BROKER, OURS, AWS),
    steps="Raise the queue's maximum message size, or send a reference to large data.",
    url=_QUOTAS,
)
def takes_the_declared(stack: Stack, given: Settings) -> Iterator[Violation]:
    """The app and its broker have one name."""
    apps = {app.name: app for app in stack.of("celeriac:index:CeleryApp")}

    def check(queue: Resource) -> Iterator[Violation]:
        broker = stack.ancestor(queue, BROKER)
        app = None if broker is None else apps.get(broker.name)
        if broker is None or app is None or _is_of_proof(queue, broker):
            return
        largest = app.props.map("uses").get("largestMessage")
        if largest:
            yield from (Violation(said, queue) for said in _too_small(queue, largest))

    return each(stack.of(OURS, AWS), check)


def grown(size: int) -> int:
    """Bytes that a message has on SQS: kombu encodes its body, and then all of it, as base64."""
    times, parts = SQS_GROWTH
    return -(-size * times // parts)


def visibility_of(queue: Resource) -> int:
    """Seconds of a queue's visibility timeout."""
    name, default = _TIMEOUT[queue.type]
    return int(queue.props.get(name, default))


def _too_small(queue: Resource, largest: int) -> Iterator[str]:
    limit = queue.props.get("maxMessageSize", SQS_MESSAGE)
    if grown(largest) > limit:
        yield (
            f"it takes messages of at most {limit} bytes, and a message of {largest} has "
            f"{grown(largest)} on SQS, where kombu encodes it as base64 twice: raise the limit "
            f"(SQS takes {SQS_MESSAGE}), or send a reference to large data"
        )


def _is_dead_letter(queue: Resource) -> bool:
    """By what says who may send dead letters to it, or by its name."""
    if queue.props.known("redriveAllowPolicy") and queue.props.get("redriveAllowPolicy"):
        return True
    name = str(queue.props.get("name", queue.name)).removesuffix(".fifo")
    return name.endswith(("-dead-letter", "dlq"))


def _is_of_proof(queue: Resource, broker: Resource) -> bool:
    proof = sqs_queue_name(broker.props.get("prefix", ""), proof_queue(broker.name).name)
    return bool(queue.props.get("name") == proof)
