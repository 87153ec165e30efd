"""Tasks that do not succeed, in all ways, each with all ways to acknowledge: as `raised.late`.

Imported by the worker beside the program (`-I endings`).
"""

from __future__ import annotations

import os
import signal
import time
from typing import Any

from celery.exceptions import Reject
from program import app

ACKNOWLEDGED: dict[str, dict[str, Any]] = {
    "early": {},
    "late": {"acks_late": True},
    "last": {
        "acks_late": True,
        "acks_on_failure_or_timeout": False,
        "reject_on_worker_lost": True,
    },
}


def raised() -> None:
    """It fails."""
    raise ValueError("on purpose")


def timed_out() -> None:
    """It takes longer than it may."""
    time.sleep(60)


def died() -> None:
    """Its process is gone."""
    os.kill(os.getpid(), signal.SIGKILL)


def rejected() -> None:
    """It does not want its message."""
    raise Reject("on purpose", requeue=False)


def sent_back() -> None:
    """It wants its message to be delivered again."""
    raise Reject("on purpose", requeue=True)


for _end in (raised, timed_out, died, rejected, sent_back):
    for _name, _options in ACKNOWLEDGED.items():
        _limit = {"time_limit": 1} if _end is timed_out else {}
        app.task(_end, name=f"{_end.__name__}.{_name}", **_options, **_limit)
