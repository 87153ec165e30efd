"""How many messages are in a queue, as far as SQS says.

Its three counts are approximate: they may lag by a minute behind what producers send and workers
take. Receiving one to be sure would count as a receipt, and those move messages to a dead-letter
queue.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

COUNTS: Final = {
    "ApproximateNumberOfMessages": "waiting",
    "ApproximateNumberOfMessagesNotVisible": "in a worker's hands",
    "ApproximateNumberOfMessagesDelayed": "delayed",
}


def loss(queue: str, attributes: Mapping[str, str]) -> str | None:
    """The sentence that deleting a queue would lose messages, or None.

    Args:
        queue: its name.
        attributes: those of `COUNTS`.
    """
    counts = {what: int(attributes.get(name, 0)) for name, what in COUNTS.items()}
    total = sum(counts.values())
    if not total:
        return None
    shown = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    noun = "message is" if total == 1 else "messages are"
    return (
        f"about {total} {noun} in the queue {queue!r} ({shown}; SQS counts approximately) and "
        f"would be lost"
    )
