"""A case of each resource type, on the newest server of its system."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import on_demand
from tests.provider.conformance.case import Case
from tests.provider.conformance.cases import CASES, TYPES
from tests.provider.conformance.elasticsearch.world import ElasticWorld
from tests.provider.conformance.kafka.world import KafkaWorld
from tests.provider.conformance.mongodb.world import MongoWorld
from tests.provider.conformance.mysql.world import MysqlWorld
from tests.provider.conformance.postgresql.world import PostgresWorld
from tests.provider.conformance.pubsub.world import PubSubWorld
from tests.provider.conformance.rabbitmq.world import RabbitWorld
from tests.provider.conformance.redis.world import RedisWorld, SentinelWorld
from tests.provider.conformance.sqs.world import SqsWorld
from tests.provider.kafka.cluster import Cluster
from tests.provider.mysql.server import mysql_server
from tests.provider.pubsub.fake import Fake
from tests.provider.redis.conftest import OwnServer
from tests.provider.sqs import gate
from tests.sentinels import SentinelGroup
from tests.standins.mongodb.users import StandIn, standing_in

_ON_SENTINELS = " on sentinels"


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
def sentinel_group(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SentinelGroup]:
    """A Redis of three nodes, for what must be on all of them."""
    group = SentinelGroup(tmp_path_factory.mktemp("sentinels"))
    group.start()
    yield group
    group.stop()


@pytest.fixture(scope="session")
def cluster(servers: dict[str, Any]) -> Cluster:
    """The Kafka of instance `test`, started for the first case that needs it."""
    return Cluster(on_demand("kafka"))


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


@pytest.fixture(scope="module")
def pubsub(start_server: Callable[[str], dict[str, Any]]) -> Fake:
    """pstest, Google's own fake of Pub/Sub."""
    return Fake(start_server("pubsub"))


# MySQL and MariaDB differ in where a mark is: every type of theirs on both.
ON_MYSQL = [f"{token}@mysql" for token in TYPES if token.startswith("mysql:")]
_OF_SENTINELS = [f"{token}{_ON_SENTINELS}" for token in TYPES if token.startswith("redis:")]


@pytest.fixture(params=[*TYPES, *ON_MYSQL, *_OF_SENTINELS])
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    """Each resource type's."""
    token, _, flavour = request.param.removesuffix(_ON_SENTINELS).partition("@")
    if token not in CASES:
        pytest.fail(f"{token} has no case in tests/provider/conformance")
    system = token.partition(":")[0]
    world: Any
    worlds: dict[str, type[Any]]
    worlds = {"mongodb": MongoWorld, "elasticsearch": ElasticWorld, "pubsub": PubSubWorld}
    if system in worlds:
        world = worlds[system](request.getfixturevalue(system))
        yield CASES[token](world)
        world.clean()
        return
    servers = request.getfixturevalue("servers")
    if request.param.endswith(_ON_SENTINELS):
        system, world = "", SentinelWorld(request.getfixturevalue("sentinel_group"))
    elif system == "rabbitmq":
        world = RabbitWorld(servers.get("rabbitmq_newest", servers["rabbitmq"]))
    elif system == "redis":
        world = RedisWorld(request.getfixturevalue("own_redis"))
    elif system == "kafka":
        world = KafkaWorld(request.getfixturevalue("cluster"))
    elif system == "mysql":
        world = MysqlWorld(mysql_server(flavour or "mariadb"))
    elif system == "sqs":
        world = SqsWorld(request.getfixturevalue("sqs_gate"))
    else:
        world = PostgresWorld(servers)
    yield CASES[token](world)
    world.clean()
