"""Waiting for a server: once for all, and never for nothing."""

from __future__ import annotations

import time

import pytest

from celeriac_provider.engine.configuration import Configuration
from celeriac_provider.engine.context import Clients, Context
from celeriac_provider.engine.marks import Mark


class NotYetError(Exception):
    """The server does not answer yet."""


def refused() -> None:
    """Nobody listens."""
    raise NotYetError


def context(clients: Clients) -> Context:
    """A call's surroundings, as one of many of the same provider."""
    return Context(Configuration(), clients, Mark("s", "u"), timeout=2)


def seconds(clients: Clients) -> float:
    """How long one call waits for a server that is down."""
    began = time.monotonic()
    with pytest.raises(NotYetError):
        context(clients).wait_for_start(refused, transient=(NotYetError,), what="it")
    return time.monotonic() - began


def test_a_server_that_is_down_is_waited_for_once() -> None:
    """The first resource waits the whole timeout; the others on the same server only ask."""
    clients = Clients(Configuration())
    assert seconds(clients) > 1
    assert [s for s in (seconds(clients) for _ in range(5)) if s > 0.9] == []


def test_a_server_that_answers_again_is_waited_for_again() -> None:
    """What it said in vain is forgotten as soon as it answers."""
    clients = Clients(Configuration())
    seconds(clients)
    assert context(clients).wait_for_start(lambda: 1, transient=(NotYetError,), what="it") == 1
    assert seconds(clients) > 1


def test_another_provider_instance_waits_for_itself() -> None:
    """One server that is down says nothing of another."""
    seconds(Clients(Configuration()))
    assert seconds(Clients(Configuration())) > 1
