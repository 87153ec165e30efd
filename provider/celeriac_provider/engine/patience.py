"""Calls that end in time, however slowly an answer drips, a name resolves or a role is looked up.

Most clients (botocore's, pymemcache, urllib3) bound each read of a socket, not their sum, and
nothing of what they do before. So a call runs in a thread that can be left behind; its own
time-outs end it there, a little later.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class TooSlow(Exception):  # noqa: N818 - becomes a sentence where the call is known
    """The time was up."""


def within(seconds: float, work: Callable[[], T]) -> T:
    """Do some work in bounded time.

    Args:
        seconds: how long it may take.
        work: runs in a thread of its own; what it raises is raised here.

    Raises:
        TooSlow: it took longer.
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
    if not ended.wait(seconds):
        raise TooSlow
    if errors:
        raise errors[0]
    return results[0]
