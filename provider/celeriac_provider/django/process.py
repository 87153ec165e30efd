"""The child process in which Django runs: started, watched, ended in time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import Unreachable

_HANDED_ON: Final = ("PATH", "HOME", "LANG", "TZ", "PYTHONPATH", "VIRTUAL_ENV", "SSL_CERT_FILE")
"""What it sees of the environment: nothing that Django or a driver would read."""
_START: Final = 15.0
"""Seconds beyond the timeout: to load Django takes a second or two, more on a busy machine."""


def run(
    ctx: Context, module: str, request: Mapping[str, Any], doing: str, server: str
) -> dict[str, Any]:
    """Have a child process do some work with Django; what it answered.

    Args:
        ctx: the call's surroundings.
        module: the child's, to be run as a program.
        request: for its standard input: arguments and environment are seen by others.
        doing: what is done, for sentences.
        server: where, for sentences: "the MySQL server at db.example.com:3306".

    Raises:
        Unreachable: it did not end in time, or the user cancelled.
    """
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={name: os.environ[name] for name in _HANDED_ON if name in os.environ},
    ) as child:
        ends = time.monotonic() + ctx.timeout + _START
        text: bytes | None = json.dumps(request).encode()
        try:
            while True:
                with suppress(subprocess.TimeoutExpired):
                    said, complaint = child.communicate(text, timeout=0.2)
                    break
                text = None  # it was sent, or goes on being sent
                _stop_if_over(ctx, ends, doing, server)
        except BaseException:
            child.kill()
            raise
    try:
        answer: dict[str, Any] = json.loads(said)
    except ValueError:
        last = complaint.decode(errors="replace").strip().splitlines()[-1:]
        raise RuntimeError(f"the process of Django ended without an answer: {last}") from None
    return answer


def _stop_if_over(ctx: Context, ends: float, doing: str, server: str) -> None:
    if ctx.cancelled.is_set():
        raise Unreachable(f"cancelled while Django was to {doing}")
    if time.monotonic() > ends:
        raise Unreachable(
            f"{server} did not let Django {doing} within {ctx.timeout + _START:g} s: look at its "
            f"load, at the line, and at `timeout`"
        )
