"""A case of each resource type, on the newest server of its system."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.provider.conformance.case import Case
from tests.provider.conformance.cases import CASES, TYPES
from tests.provider.conformance.mysql.world import MysqlWorld
from tests.provider.conformance.postgresql.world import PostgresWorld
from tests.provider.conformance.rabbitmq.world import RabbitWorld
from tests.provider.conformance.redis.world import RedisWorld
from tests.provider.conformance.sqs.world import SqsWorld
from tests.provider.mysql.server import mysql_server
from tests.provider.redis.conftest import OwnServer
from tests.provider.sqs import gate


@pytest.fixture(scope="module")
def own_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnServer]:
    """A Redis of this file's own: settings are the whole server's."""
    folder: Path = tmp_path_factory.mktemp("redis")
    server = OwnServer(folder, acl_file=True)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def sqs_gate(servers: dict[str, Any]) -> Iterator[gate.Gate]:
    """Moto, as AWS."""
    with gate.opened(servers["moto"]["url"]) as found:
        yield found


# MySQL and MariaDB differ in where a mark is: every type of theirs on both.
ON_MYSQL = [f"{token}@mysql" for token in TYPES if token.startswith("mysql:")]


@pytest.fixture(params=[*TYPES, *ON_MYSQL])
def case(request: pytest.FixtureRequest, servers: dict[str, Any]) -> Iterator[Case]:
    """Each resource type's."""
    token, _, flavour = request.param.partition("@")
    if token not in CASES:
        pytest.fail(f"{token} has no case in tests/provider/conformance")
    system = token.partition(":")[0]
    world: Any
    if system == "rabbitmq":
        world = RabbitWorld(servers.get("rabbitmq_newest", servers["rabbitmq"]))
    elif system == "redis":
        world = RedisWorld(request.getfixturevalue("own_redis"))
    elif system == "mysql":
        world = MysqlWorld(mysql_server(flavour or "mariadb"))
    elif system == "sqs":
        world = SqsWorld(request.getfixturevalue("sqs_gate"))
    else:
        world = PostgresWorld(servers)
    yield CASES[token](world)
    world.clean()
