"""Names of queues on SQS, as kombu makes them from Celery's.

kombu/transport/SQS: `canonical_queue_name` puts the prefix before the name and then mangles both,
so that two queues of Celery may be one on SQS.
"""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from celeriac.contract.queues import Queue

FIFO = ".fifo"
"""End of a FIFO queue's name, in Celery and on SQS: the one dot that SQS allows."""
LONGEST_NAME = 80
"""Characters of a queue's name on SQS, `.fifo` included:
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html."""

_DEAD_LETTER = "-dead-letter"
_MANGLED = str.maketrans(
    {char: "_" for char in string.punctuation if char not in "-_."} | {".": "-"}
)
_ALLOWED = re.compile(r"[A-Za-z0-9_-]*")


def sqs_queue_name(prefix: str, queue: str) -> str:
    """A queue's name on SQS: `.` becomes `-`, all other punctuation `_`, and `.fifo` stays."""
    stem, fifo = _split(prefix + queue)
    return stem.translate(_MANGLED) + fifo


def sqs_dead_letter_name(prefix: str, queue: str) -> str:
    """The name of its dead-letter queue: of the same type, so `.fifo` stays at the end."""
    stem, fifo = _split(sqs_queue_name(prefix, queue))
    return stem + _DEAD_LETTER + fifo


def is_fifo(queue: str) -> bool:
    """Whether a queue of this name is a FIFO queue."""
    return queue.endswith(FIFO)


def sqs_prefix_problem(prefix: str) -> str | None:
    """Prefixes of queues on SQS; the empty one is fine."""
    if not _ALLOWED.fullmatch(prefix):
        return (
            "has a character in it that no queue on SQS can have: use letters and digits of "
            "ASCII, - and _"
        )
    return None


def sqs_queue_problem(prefix: str, queue: str, *, dead_letter: bool = True) -> str | None:
    """What is wrong with a queue's name on SQS, beside what no broker can take.

    Args:
        prefix: the app's prefix.
        queue: its name in Celery.
        dead_letter: whether it has a dead-letter queue, whose name is longer.
    """
    name = sqs_queue_name(prefix, queue)
    stem, _ = _split(name)
    if not stem or not _ALLOWED.fullmatch(stem):
        return (
            "has a character in it that SQS does not take and kombu does not replace: use letters "
            "and digits of ASCII, and punctuation"
        )
    longest = sqs_dead_letter_name(prefix, queue) if dead_letter else name
    if len(longest) > LONGEST_NAME:
        return (
            f"is {longest} on SQS, {len(longest)} characters where {LONGEST_NAME} are the most: "
            "use a shorter name or prefix"
        )
    return None


def sqs_names(prefix: str, queues: Sequence[Queue]) -> list[tuple[str, str]]:
    """Names of all queues on SQS that these need, each with the name of the queue it is for."""
    made: list[tuple[str, str]] = []
    for queue in queues:
        made.append((sqs_queue_name(prefix, queue.name), queue.name))
        if queue.dead_letter:
            made.append((sqs_dead_letter_name(prefix, queue.name), queue.name))
    return made


def _split(name: str) -> tuple[str, str]:
    """A name without `.fifo`, and `.fifo` or nothing."""
    return (name.removesuffix(FIFO), FIFO) if is_fifo(name) else (name, "")
