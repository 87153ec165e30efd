"""What SQS accepts as names, ARNs and tags: checks for properties.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-tags.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from celeriac_provider.engine.marks import Mark

FIFO: Final = ".fifo"
MARK: Final = "celeriac:mark"
"""Key of the tag that holds the mark."""
EVERYBODY: Final = "*"
"""Among the sources that may use a queue as their dead-letter queue: all queues of the account."""

_LONGEST_NAME: Final = 80
_NAME: Final = re.compile(r"[A-Za-z0-9_-]+")
_ARN: Final = re.compile(r"arn:[a-z-]+:sqs:[^:]*:[^:]*:[A-Za-z0-9_-]+(\.fifo)?")
_MOST_SOURCES: Final = 10
_MOST_TAGS: Final = 49
"""SQS's 50, less the mark."""
_LONGEST_KEY, _LONGEST_VALUE = 128, 256


def name(value: str) -> str | None:
    """Of a queue."""
    if len(value) > _LONGEST_NAME:
        return f"has {len(value)} characters: {_LONGEST_NAME} are the limit, {FIFO} included"
    if not _NAME.fullmatch(value.removesuffix(FIFO)):
        return f"is no queue's name: letters, digits, - and _ make one, and {FIFO} may end it"
    return None


def from_url(url: str) -> str:
    """The name in a queue's URL."""
    return url.rstrip("/").rpartition("/")[2]


def same_queue(one: str, other: str) -> bool:
    """Whether two URLs name one queue: by account and name, as AWS has had several hosts."""
    return one.rstrip("/").split("/")[-2:] == other.rstrip("/").split("/")[-2:]


def arn(value: str) -> str | None:
    """Of a queue, or nothing."""
    if value and not _ARN.fullmatch(value):
        return "is not the ARN of a queue: write it as arn:aws:sqs:REGION:ACCOUNT:NAME"
    return None


def sources(values: list[str]) -> str | None:
    """Who may use a queue as dead-letter queue: ARNs, or `*` alone."""
    if EVERYBODY in values:
        return None if values == [EVERYBODY] else f"holds {EVERYBODY} and more: that is everybody"
    if len(values) > _MOST_SOURCES:
        return (
            f"holds {len(values)} queues: {_MOST_SOURCES} are the limit, or {EVERYBODY} for all of "
            f"the account"
        )
    wrong = next((value for value in values if not value or arn(value)), None)
    return None if wrong is None else f"holds {wrong!r}, which {arn(wrong) or 'is no ARN'}"


def tags(values: Mapping[str, str]) -> str | None:
    """Of a queue, beside the mark."""
    if len(values) > _MOST_TAGS:
        return f"holds {len(values)} tags: SQS takes 50, and one is the provider's own mark"
    for key, value in values.items():
        if not key or len(key) > _LONGEST_KEY or len(value) > _LONGEST_VALUE:
            return (
                f"holds {key!r}: a key has 1 to {_LONGEST_KEY} characters, a value at most "
                f"{_LONGEST_VALUE}"
            )
        if key.lower().startswith("aws:"):
            return f"holds {key!r}: AWS keeps what starts with aws: for itself"
        if key == MARK or Mark.find(value) is not None:
            return f"holds {key!r}, which is the provider's own mark: leave it out"
    return None


def between(least: int, most: int, unit: str) -> Callable[[int], str | None]:
    """A whole number of this range."""
    problem = f"must be from {least:,} to {most:,} {unit}"
    return lambda value: None if least <= value <= most else problem
