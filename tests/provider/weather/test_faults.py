"""Every operation of every resource type, on a line that breaks in every way."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from celeriac_provider.resources import RESOURCES
from tests.conftest import on_demand
from tests.provider.weather import (
    elasticsearch_world,
    kafka_world,
    mongodb_world,
    mysql_world,
    postgresql_world,
    proxy,
    pubsub_world,
    rabbitmq_world,
    redis_world,
    sqs_world,
)
from tests.provider.weather.elasticsearch_world import ElasticWorld
from tests.provider.weather.kafka_world import KafkaWorld
from tests.provider.weather.mongodb_world import MongoWorld
from tests.provider.weather.postgresql_world import PostgresWorld
from tests.provider.weather.pubsub_world import PubSubWorld
from tests.provider.weather.rabbitmq_world import RabbitWorld
from tests.provider.weather.redis_world import RedisWorld
from tests.provider.weather.sqs_world import SqsWorld
from tests.provider.weather.trials import OPERATIONS, Storm, Trial, refused_meanwhile, trials
from tests.provider.weather.worlds import Case, World

CASES = (
    *rabbitmq_world.RABBITMQ,
    *redis_world.REDIS,
    *postgresql_world.POSTGRESQL,
    *mysql_world.MYSQL,
    *sqs_world.SQS,
    *kafka_world.KAFKA,
    *pubsub_world.PUBSUB,
    *mongodb_world.MONGODB,
    *elasticsearch_world.ELASTICSEARCH,
)

NOT_HERE = {"celery:RoundTrip", "memcached:Servers", "secrets:Password"}
"""The proof has its own test, test_proof.py: it speaks through Celery. A password needs no
server. What only looks at memcached has its weather in tests/provider/memcached."""


@pytest.fixture(scope="module")
def rabbitmq(servers: dict[str, Any]) -> Iterator[World]:
    """RabbitMQ."""
    world = RabbitWorld(servers["rabbitmq"])
    yield world
    world.close()


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Redis."""
    world = RedisWorld(tmp_path_factory.mktemp("redis"))
    yield world
    world.close()


@pytest.fixture(scope="module")
def postgresql(servers: dict[str, Any]) -> Iterator[World]:
    """PostgreSQL."""
    world = PostgresWorld(servers["postgresql"])
    yield world
    world.close()


@pytest.fixture(scope="module")
def mysql() -> Iterator[World]:
    """MariaDB."""
    world = mysql_world.MysqlWorld()
    yield world
    world.close()


@pytest.fixture(scope="module")
def sqs(servers: dict[str, Any]) -> Iterator[World]:
    """SQS."""
    world = SqsWorld(servers["moto"]["url"])
    yield world
    world.close()


@pytest.fixture(scope="module")
def kafka() -> Iterator[World]:
    """Kafka."""
    world = KafkaWorld(on_demand("kafka"))
    yield world
    world.close()


@pytest.fixture(scope="module")
def mongodb(start_server: Callable[[str], dict[str, Any]]) -> Iterator[World]:
    """MongoDB."""
    world = MongoWorld(start_server("mongo-java"))
    yield world
    world.close()


@pytest.fixture(scope="module")
def elasticsearch(start_server: Callable[[str], dict[str, Any]]) -> Iterator[World]:
    """Elasticsearch."""
    world = ElasticWorld(start_server("elasticsearch"))
    yield world
    world.close()


@pytest.fixture(scope="module")
def pubsub(start_server: Callable[[str], dict[str, Any]]) -> Iterator[World]:
    """Google's fake of Pub/Sub."""
    world = PubSubWorld(start_server("pubsub"))
    yield world
    world.close()


def test_every_resource_type_is_here() -> None:
    """A new resource type makes this fail, until it has a case."""
    there = set(RESOURCES) - NOT_HERE
    assert there == {case.resource.token for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_any_fault_ends_in_time_with_a_sentence_and_a_true_state(
    request: pytest.FixtureRequest, case: Case
) -> None:
    """Every operation under every fault: in time, safe, readable; then the same again converges."""
    world: World = request.getfixturevalue(case.resource.token.partition(":")[0])
    storm = Storm(world, case)
    faults = proxy.ANYWHERE + (
        proxy.HTTP if isinstance(world, (RabbitWorld, SqsWorld, ElasticWorld)) else ()
    )
    drawn = [
        trial
        for operation in OPERATIONS
        for trial in trials(operation, faults, storm.turns(operation), case.sample)
    ]
    assert len(drawn) >= len(OPERATIONS) * min(case.sample, len(faults))
    assert storm.complaints(drawn) == []


def test_migrations_that_are_cut_short_are_taken_up(mysql: World) -> None:
    """On MySQL each of their statements commits by itself, and Django writes down whole ones only.

    Before a table is made, after it, and among the changes of the last ones.
    """
    (case,) = (case for case in CASES if case.resource.token == "mysql:DjangoTables")
    storm = Storm(mysql, replace(case, timeout=6.0))
    turns = storm.turns("create")
    cut = [round(turns * part) for part in (0.4, 0.5, 0.7)]
    drawn = [Trial("create", proxy.RESET_AFTER, turn, math.inf) for turn in cut]
    assert storm.complaints(drawn) == []


@pytest.mark.parametrize(
    "system",
    [
        *("rabbitmq", "redis", "postgresql", "mysql", "sqs", "kafka", "mongodb", "elasticsearch"),
        "pubsub",
    ],
)
def test_refused_connections_are_waited_for(request: pytest.FixtureRequest, system: str) -> None:
    """A listener that is gone for a moment is waited for; one that stays away gets a sentence."""
    world: World = request.getfixturevalue(system)
    cases = [case for case in CASES if case.resource.token.startswith(f"{system}:")]
    with ThreadPoolExecutor(len(cases)) as threads:
        list(threads.map(lambda case: refused_meanwhile(world, case), cases))
