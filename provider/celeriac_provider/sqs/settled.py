"""What was written is there: SQS shows a change late, and other servers may not keep it at all.

On AWS a queue can be seen about a second after it was made, and a changed attribute within 60
seconds (retention: 15 minutes).
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from celeriac_provider.engine.errors import Lost, Refused, Unreachable
from celeriac_provider.sqs import attributes, marked
from celeriac_provider.sqs.answers import Missing

if TYPE_CHECKING:
    from celeriac_provider.sqs.api import Api
    from celeriac_provider.sqs.queue import Queue

_AWS: Final = 60.0
"""Seconds that AWS gives itself for most attributes."""
_ELSEWHERE: Final = 2.0
"""Seconds for a server that has its data in one place."""

SHOWN: Final = (*attributes.NUMBERS.values(), attributes.MANAGED)
"""Attributes that SQS always shows (but for the second beside a KMS key): a server that does not
lacks them, and gets a warning, as they are limits, or have a default."""


@dataclass(frozen=True)
class _Seen:
    """What the server showed at last."""

    attributes: Mapping[str, str]
    differing: Mapping[str, str]
    tags: Mapping[str, str]
    mark: str | None

    def has_tags_of(self, queue: Queue) -> bool:
        """Whether the tags are there, the mark among them."""
        return self.tags == queue.tags and self.mark == queue.mark


def settle(queue: Queue, api: Api, url: str, *, new: bool) -> dict[str, str]:
    """Wait until the server shows a queue as it was written; the attributes it shows.

    Args:
        queue: as it was written.
        api: SQS.
        url: the queue's.
        new: whether it was just made: then another's mark on it is no old one.

    Raises:
        Refused: the server does not keep something that was asked for.
        Lost: it is not there, or carries another mark: somebody was faster.
        Unreachable: the user cancelled.
    """
    ctx, aws = api.ctx, api.sqs.is_aws
    patience = min(_AWS, max(ctx.timeout, 1.0)) if aws else min(_ELSEWHERE, ctx.timeout)
    deadline = time.monotonic() + patience
    pause = 0.05
    while True:
        seen = _look(queue, api, url)
        if seen is not None:
            if new and seen.mark not in (None, queue.mark):
                raise Lost(
                    f"somebody else made the queue {queue.name!r} at {api.sqs.where} at the same "
                    f"time: look there, or at `endpoint`"
                )
            if seen.has_tags_of(queue) and seen.differing.keys() <= api.sqs.lacks:
                break
        if time.monotonic() + pause >= deadline:
            break
        if ctx.cancelled.wait(pause):
            raise Unreachable(
                f"cancelled while waiting for {api.sqs.where} to show the queue {queue.name!r}"
            )
        pause = min(pause * 2, 1.0)
    if seen is None:
        raise Lost(
            f"{api.sqs.where} does not show the queue {queue.name!r} that it was told to make: "
            f"look there, or at `endpoint`, or give the provider a longer `timeout`"
        )
    if not aws:
        _lacking(queue, api, seen)
    elif seen.differing or not seen.has_tags_of(queue):
        ctx.warn(_late(queue, seen, patience))
    return dict(seen.attributes)


def _look(queue: Queue, api: Api, url: str) -> _Seen | None:
    try:
        found = api.attributes(queue.name, url)
        tags, mark = marked.split(api.tags(queue.name, url))
    except Missing:
        return None
    return _Seen(found, attributes.differing(queue, found), tags, mark)


def _late(queue: Queue, seen: _Seen, patience: float) -> str:
    names = ", ".join(_key(name) for name in seen.differing) or "the tags"
    return (
        f"SQS took the change of the queue {queue.name!r} and does not show {names} after "
        f"{patience:.3g} s yet: it may take a minute, retention 15; `pulumi refresh` tells"
    )


def _lacking(queue: Queue, api: Api, seen: _Seen) -> None:
    """Warn of limits that the server does not keep; refuse where it does not keep more."""
    where, name = api.sqs.where, repr(queue.name)
    if not seen.has_tags_of(queue):
        raise Refused(
            f"{where} does not keep the tags of the queue {name}, and without them this stack "
            f"cannot tell its queues from others': look whether the server knows tags"
        )
    limits = []
    for key in seen.differing:
        if key not in SHOWN or key in seen.attributes:
            mend = attributes.MENDS.get(key, f"leave `{_key(key)}` out")
            raise Refused(
                f"{where} took `{_key(key)}` of the queue {name} and does not keep it: the server "
                f"lacks it; {mend}"
            )
        if key != attributes.MANAGED:
            limits.append(key)
    api.sqs.lacks.update(seen.differing)
    if queue.encrypted and attributes.MANAGED in seen.differing:
        mend = attributes.MENDS[attributes.MANAGED]
        api.ctx.warn(
            f"{where} says nothing of encryption at rest: messages in the queue {name} are stored "
            f"as that server stores them; {mend} to say that you know"
        )
    if limits:
        api.ctx.warn(
            f"{where} does not keep {' and '.join(f'`{_key(key)}`' for key in limits)} of the "
            f"queue {name}: the server has limits of its own, or none"
        )


def _key(attribute: str) -> str:
    """The property's name as a program writes it."""
    head, *tail = attributes.PROPERTIES[attribute].split("_")
    return head + "".join(part.capitalize() for part in tail)
