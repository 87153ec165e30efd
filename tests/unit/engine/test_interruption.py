"""Ctrl-C: calls end soon, and say that they were cancelled."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from celeriac_provider.engine.configuration import Configuration
from celeriac_provider.engine.context import Clients, Context
from celeriac_provider.engine.errors import Mistake, Unreachable
from celeriac_provider.engine.interruption import GRACE, interruptible
from celeriac_provider.engine.marks import Mark


class NotReadyError(Exception):
    """A server that is starting."""


def context(cancelled: threading.Event) -> Context:
    """A call's surroundings with a long timeout."""
    settings = Configuration(timeout=60)
    mark = Mark.of("urn:pulumi:s::p::t::n", "o", "")
    return Context(settings, Clients(settings), mark, timeout=60, cancelled=cancelled)


def test_work_that_ends_is_not_noticed() -> None:
    """The result comes, or the very error."""
    assert interruptible(lambda: 5, threading.Event(), "reading") == 5

    def fail() -> None:
        raise Mistake("no")

    with pytest.raises(Mistake, match="no"):
        interruptible(fail, threading.Event(), "reading")


def test_a_call_under_way_may_finish_after_ctrl_c() -> None:
    """Most calls end by themselves: then the state holds what they did."""
    cancelled = threading.Event()
    cancelled.set()

    def work() -> str:
        time.sleep(GRACE / 2)
        return "made"

    assert interruptible(work, cancelled, "creating the Vhost 'x'") == "made"


def test_a_call_that_never_ends_is_left_behind() -> None:
    """It says what was done when the user cancelled."""
    cancelled, never = threading.Event(), threading.Event()
    threading.Timer(0.2, cancelled.set).start()
    began = time.monotonic()
    with pytest.raises(Unreachable, match="cancelled while creating the Vhost 'x'"):
        interruptible(never.wait, cancelled, "creating the Vhost 'x'")
    assert time.monotonic() - began < GRACE + 2
    never.set()


@pytest.mark.parametrize("when", ["before", "during"])
def test_waiting_for_a_server_ends_with_ctrl_c(when: str) -> None:
    """It does not say that a whole timeout had passed."""
    cancelled = threading.Event()
    if when == "before":
        cancelled.set()
    else:
        threading.Timer(0.2, cancelled.set).start()

    def attempt() -> Any:
        raise NotReadyError("waited 60 s")

    with pytest.raises(Unreachable, match="cancelled while waiting for RabbitMQ"):
        context(cancelled).wait_for(attempt, transient=(NotReadyError,), what="RabbitMQ")
