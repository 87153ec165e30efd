"""What rules know of SQS's queues: which send dead letters, which take them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from celeriac_policies.aws.reading import is_given
from celeriac_policies.resource import Resource, Stack
from celeriac_policies.values import Properties

QUEUE: Final = "aws:sqs/queue:Queue"
POLICY: Final = "aws:sqs/queuePolicy:QueuePolicy"
REDRIVE: Final = "aws:sqs/redrivePolicy:RedrivePolicy"
REDRIVE_ALLOW: Final = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"
OURS: Final = "celeriac:sqs:Queue"

_URL: Final = ("id", "url")
"""Where a queue's URL is."""
_PROOF: Final = "celeriac-proof"
"""At the end of the name of a queue for an app's proof: what fails there is gone by itself."""
_SAYS_DEAD: Final = ("dead", "dlq")
"""In the names of queues for dead letters."""


def is_proof(queue: Resource) -> bool:
    """Whether it is the queue of an app's proof."""
    return queue.name.endswith(_PROOF)


def sends_dead_letters(queue: Resource) -> bool:
    """Whether it has a redrive policy of its own, known or not."""
    return is_given(queue.props, "deadLetterArn" if queue.type == OURS else "redrivePolicy")


def receive_count(resource: Resource) -> int | None:
    """How often a message is delivered before it is a dead letter; None where it never is."""
    if resource.type == OURS:
        found = resource.props.get("maxReceiveCount")
    else:
        found = resource.props.document("redrivePolicy").get("maxReceiveCount")
    return None if found is None else int(found)


@dataclass(frozen=True)
class DeadLetters:
    """Where a stack's dead letters go.

    A preview of new queues does not know their ARNs, and so not where a redrive policy leads: then
    the names have to tell.

    Args:
        targets: ARNs of the queues that take them, as far as they are known.
        complete: whether all of them are.
        by_name: whether names tell, because some queue's name says that it is for dead letters.
    """

    targets: frozenset[str]
    complete: bool
    by_name: bool

    def takes(self, queue: Resource) -> bool | None:
        """Whether a queue takes others' dead letters; None where that is not known yet."""
        if is_given(queue.props, "redriveAllowPolicy") or is_given(queue.props, "redriveAllow"):
            return True
        if queue.props.known("arn") and queue.props.get("arn") in self.targets:
            return True
        if self.complete:
            return False
        return _says_dead(queue) if self.by_name else None


def dead_letters(stack: Stack) -> DeadLetters:
    """Where its dead letters go."""
    targets: set[str] = set()
    complete = True
    for resource in stack.of(QUEUE, REDRIVE, OURS):
        key = "deadLetterArn" if resource.type == OURS else "redrivePolicy"
        if not resource.props.known(key):
            complete = False
            continue
        target = _target(resource.props, key)
        if target is not None:
            targets.add(target)
    return DeadLetters(
        frozenset(targets), complete, by_name=any(map(_says_dead, stack.of(QUEUE, OURS)))
    )


@dataclass(frozen=True)
class Attached:
    """The queues that have a policy of some type beside them.

    Args:
        urls: theirs, as far as they are known.
        complete: whether all of them are.
    """

    urls: frozenset[str]
    complete: bool

    def to(self, queue: Resource) -> bool | None:
        """Whether a queue has one; None where that is not known yet."""
        if any(queue.props.known(key) and queue.props.get(key) in self.urls for key in _URL):
            return True
        return False if self.complete else None


def attached(stack: Stack, type_: str) -> Attached:
    """Whom the policies of some type are about."""
    policies = list(stack.of(type_))
    known = [policy for policy in policies if policy.props.known("queueUrl")]
    urls = frozenset(str(policy.props.get("queueUrl")) for policy in known)
    return Attached(urls, complete=len(known) == len(policies))


def queues_by(stack: Stack, *keys: str) -> dict[str, Resource]:
    """The queues by what others name them with, as far as that is known."""
    return {
        str(queue.props.get(key)): queue
        for queue in stack.of(QUEUE)
        for key in keys
        if queue.props.known(key) and queue.props.get(key) is not None
    }


def _target(props: Properties, key: str) -> str | None:
    value = props.get(key)
    if key == "deadLetterArn":
        return None if value is None else str(value)
    found = props.document(key).get("deadLetterTargetArn")
    return None if found is None else str(found)


def _says_dead(queue: Resource) -> bool:
    return any(word in queue.name.lower() for word in _SAYS_DEAD)
