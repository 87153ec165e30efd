"""Debug messages of the SDK hold no outputs."""

from __future__ import annotations

import pytest
from pulumi import log
from pulumi.runtime import resource

from celeriac import debug_messages


def test_outputs_are_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Through the very name by which the SDK logs them; other messages stay whole."""
    said: list[str] = []
    monkeypatch.setattr(log, "debug", said.append)
    debug_messages.without_outputs()
    debug = vars(resource)["log"].debug
    debug("register resource outputs prepared: urn=u, props={'url': 'amqp://u:p@h'}")
    debug("resource registration successful: ty=t, urn=u")
    assert said == [
        "register resource outputs prepared: urn=u",
        "resource registration successful: ty=t, urn=u",
    ]
