"""Ctrl-C in the middle of a call: it ends soon, even when a server does not answer.

A call to a server cannot be interrupted from outside: each system's client blocks in its own way.
So it runs in a thread that can be left behind. What it still does there is what a crash leaves as
well: the next `up` finds it by its mark.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final, TypeVar

from celeriac_provider.engine.errors import Unreachable

T = TypeVar("T")

GRACE: Final = 2.0
"""Seconds that a call under way has to finish after Ctrl-C: most end by themselves, and the state
then holds what they did."""

_TICK: Final = 0.25


def interruptible(work: Callable[[], T], cancelled: threading.Event, doing: str) -> T:
    """Do some work, unless the user cancels and it does not end.

    Args:
        work: runs in a thread of its own.
        cancelled: set when the user pressed Ctrl-C.
        doing: what is done, for the sentence: "creating the Vhost 'orders'".

    Raises:
        Unreachable: it was cut short; what `work` raises otherwise.
    """
    ended = threading.Event()
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again by the one who waits
            errors.append(error)
        ended.set()

    threading.Thread(target=run, daemon=True).start()
    until: float | None = None
    while not ended.wait(_TICK):
        now = time.monotonic()
        if cancelled.is_set() and until is None:
            until = now + GRACE
        if until is not None and now > until:
            raise Unreachable(
                f"cancelled while {doing}, before it had an end: the next "
                f"`pulumi up` or `destroy` sees what became of it"
            )
    if errors:
        raise errors[0]
    return results[0]
