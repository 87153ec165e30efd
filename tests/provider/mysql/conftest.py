"""MariaDB and MySQL, and a provider on each."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from celeriac_provider.engine.resource import Resource
from tests.lifecycle import Lifecycle
from tests.provider.mysql.server import Server, mysql_server

Start = Callable[..., Lifecycle]


@pytest.fixture(params=["mariadb", "mysql"])
def server(request: pytest.FixtureRequest) -> Server:
    """Each of the two."""
    return mysql_server(request.param)


@pytest.fixture
def unique(server: Server) -> Iterator[str]:
    """A name of this test's own; whatever still carries it afterwards is removed."""
    name = f"t{uuid.uuid4().hex[:12]}"
    yield name
    server.clean(name)


@pytest.fixture
def start(server: Server) -> Iterator[Start]:
    """Starts a provider of one resource type on the server."""
    started: list[Lifecycle] = []

    def make(resource: type[Resource], *, stack: str = "test", **changes: Any) -> Lifecycle:
        given = server.configuration(**changes)
        life = Lifecycle(resource, {k: v for k, v in given.items() if v is not None}, stack=stack)
        started.append(life)
        return life

    yield make
    for life in started:
        life.close()
