"""Servers behind AWS Systems Manager: with a stand-in for AWS's CLI, see aws_standin.py."""

from __future__ import annotations

import os
import sys
import uuid
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.lifecycle import Failed, Lifecycle
from tests.provider.reach import aws_standin
from tests.provider.reach.bastion import SYSTEMS, configuration, forwarding, gone

pytestmark = pytest.mark.row("via-ssm")

_VIA = {"ssm": {"target": "i-0123456789abcdef0", "region": "eu-west-1"}}
_PROGRAM = "aws_standin.py"


@pytest.fixture(autouse=True)
def _aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program named aws on PATH that is the stand-in."""
    program = tmp_path / "aws"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} {aws_standin.__file__} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")


def _name() -> str:
    return f"reach{uuid.uuid4().hex[:8]}"


@pytest.mark.shows("provisioned")
@pytest.mark.parametrize("system", SYSTEMS)
def test_everything_over_a_session(servers: dict[str, Any], system: str) -> None:
    """A whole life over a forwarding of the stand-in; it and what it started are gone then."""
    given = configuration(servers, system, via=_VIA)
    with closing(Lifecycle(SYSTEMS[system], given)) as life:
        made = life.create({"name": _name()})
        assert len(forwarding(_PROGRAM)) == 2  # aws, and its plugin
        life.delete(made)
    assert gone(_PROGRAM)


@pytest.mark.parametrize(
    ("fails", "sentence"),
    [
        ("target", "which is not connected to Systems Manager: look at via.ssm.target"),
        ("access", "may not do that: allow ssm:StartSession on it and on the document"),
        ("credentials", "there are no valid AWS credentials: log in, or set AWS_PROFILE"),
        ("plugin", "aws has no Session Manager plugin: install session-manager-plugin"),
    ],
)
def test_refusals(
    servers: dict[str, Any], monkeypatch: pytest.MonkeyPatch, fails: str, sentence: str
) -> None:
    """One sentence each."""
    monkeypatch.setenv("AWS_STANDIN_FAILS", fails)
    given = configuration(servers, "redis", via=_VIA)
    with closing(Lifecycle(SYSTEMS["redis"], given)) as life, pytest.raises(Failed) as failed:
        life.create({"name": _name()})
    assert sentence in failed.value.sentence
    assert "\n" not in failed.value.sentence


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_server_that_the_machine_does_not_reach(servers: dict[str, Any], system: str) -> None:
    """The plugin takes the connection, and says afterwards that there is nobody."""
    given = configuration(servers, system, via=_VIA, timeout=2)
    given["endpoint"] = f"{given['endpoint'].rpartition(':')[0]}:1"
    with closing(Lifecycle(SYSTEMS[system], given)) as life, pytest.raises(Failed) as failed:
        life.create({"name": _name()})
    assert "cannot be reached from the SSM target i-0123456789abcdef0" in failed.value.sentence


def test_no_aws_here(servers: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence says what to install."""
    monkeypatch.setenv("PATH", "/nowhere")
    given = configuration(servers, "redis", via=_VIA)
    with closing(Lifecycle(SYSTEMS["redis"], given)) as life, pytest.raises(Failed) as failed:
        life.create({"name": _name()})
    assert "install AWS's CLI and its Session Manager plugin" in failed.value.sentence
