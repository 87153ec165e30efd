"""A bastion for every test, and a mark by which its processes are found."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.own_servers import OwnInstance
from tests.provider.reach.bastion import Bastion

from local_servers.sshd import Sshd  # isort: skip - own_servers makes it known


class OwnSshd(Sshd):
    """The same, on another port."""

    @property
    def ports(self) -> dict[str, int]:
        """One of the instance's own."""
        return {"ssh": self.instance.port(0)}


@pytest.fixture(autouse=True)
def _marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the provider starts inherits PATH: a word in it says that it is this test's."""
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:test={os.getpid()}")


@pytest.fixture
def bastion(servers: dict[str, Any], tmp_path: Path) -> Bastion:
    """The one of instance `test`."""
    return Bastion(servers["sshd"], tmp_path)


@pytest.fixture
def own_sshd(tmp_path: Path) -> Iterator[OwnSshd]:
    """One to stop and start."""
    instance = OwnInstance(place=tmp_path / "instance")
    instance.prepare()
    server = OwnSshd(instance)
    server.start()
    yield server
    server.stop()
