"""The proof on a line that breaks: it ends in time, with a sentence, and leaves nothing."""

from __future__ import annotations

import math
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

from celeriac_provider.celery import RoundTrip
from tests.lifecycle import Failed, Lifecycle
from tests.provider.celery import made
from tests.provider.weather.proxy import (
    GARBAGE,
    RESET_MIDDLE,
    SILENT,
    Fault,
    proxied,
)

_TIMEOUT = 10
_GRACE = 8
"""Seconds that a proof has for tidying up."""
_SLACK = 15
"""Seconds for the start of its process on a busy machine."""
_PLACES = (
    (RESET_MIDDLE, 2),
    (RESET_MIDDLE, 12),
    (GARBAGE, 9),
    (SILENT, 3),
    (SILENT, 15),
)


def test_the_proof_in_bad_weather(servers: dict[str, Any]) -> None:
    """Faults at the login, at declarations, at sending: a sentence that names the broker."""
    target = (servers["rabbitmq"]["host"], servers["rabbitmq"]["amqp_port"])

    def complaint(place: tuple[Fault, int]) -> str:
        fault, turn = place
        with (
            made.on_rabbitmq(servers) as (whole, rabbit),
            proxied(target) as line,
            closing(Lifecycle(RoundTrip)) as proofs,
        ):
            before = rabbit.names()
            app = whole.changed(broker_url=whole.broker_url.replace(str(target[1]), str(line.port)))
            line.arm(fault, turn=turn, times=math.inf)
            began = time.monotonic()
            try:
                proofs.create(app.inputs(timeout=_TIMEOUT))
            except Failed as failed:
                said = failed.sentence
            else:
                return ""
            took = time.monotonic() - began
            after = rabbit.names()
        readable = "failed at its broker" in said and said.isprintable() and "bug" not in said
        # The server itself removes the queue of a proof that could not, a little later.
        left = {name for name in after - before if app.queue not in name}
        if readable and app.password not in said and took < _TIMEOUT + _GRACE + _SLACK and not left:
            return ""
        return f"{fault} at turn {turn}: {took:.1f} s, {said!r}, left {left}"

    with ThreadPoolExecutor(2) as threads:
        assert [c for c in threads.map(complaint, _PLACES) if c] == []
