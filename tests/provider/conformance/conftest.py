"""A case of each resource type, on the newest server of its system."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.provider.conformance.case import Case
from tests.provider.conformance.cases import CASES, TYPES
from tests.provider.conformance.elasticsearch.world import ElasticWorld
from tests.provider.conformance.mongodb.world import MongoWorld
from tests.provider.conformance.postgresql.world import PostgresWorld
from tests.provider.conformance.rabbitmq.world import RabbitWorld
from tests.provider.conformance.redis.world import RedisWorld
from tests.provider.conformance.sqs.world import SqsWorld
from tests.provider.redis.conftest import OwnServer
from tests.provider.sqs import gate
from tests.standins.mongodb.users import StandIn, standing_in


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


@pytest.fixture(scope="module")
def mongodb(start_server: Callable[[str], dict[str, Any]]) -> Iterator[StandIn]:
    """An imitation of MongoDB, with a stand-in for its users."""
    entry = start_server("mongo-java")
    with standing_in((entry["host"], entry["port"])) as found:
        yield found


@pytest.fixture(scope="module")
def elasticsearch(start_server: Callable[[str], dict[str, Any]]) -> str:
    """The URL of a real Elasticsearch, without users."""
    return str(start_server("elasticsearch")["url"])


@pytest.fixture(params=TYPES)
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    """Each resource type's."""
    if request.param not in CASES:
        pytest.fail(f"{request.param} has no case in tests/provider/conformance")
    system = request.param.partition(":")[0]
    world: Any
    if system in ("mongodb", "elasticsearch"):
        on_demand: dict[str, type[Any]] = {"mongodb": MongoWorld, "elasticsearch": ElasticWorld}
        world = on_demand[system](request.getfixturevalue(system))
        yield CASES[request.param](world)
        world.clean()
        return
    servers = request.getfixturevalue("servers")
    if system == "rabbitmq":
        world = RabbitWorld(servers.get("rabbitmq_newest", servers["rabbitmq"]))
    elif system == "redis":
        world = RedisWorld(request.getfixturevalue("own_redis"))
    elif system == "sqs":
        world = SqsWorld(request.getfixturevalue("sqs_gate"))
    else:
        world = PostgresWorld(servers)
    yield CASES[request.param](world)
    world.clean()
