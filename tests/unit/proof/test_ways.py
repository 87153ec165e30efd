"""Which servers a URL of Celery leads to, and what pymongo is told where ways lie between."""

from __future__ import annotations

from typing import Any

import pytest

from celeriac.contract import (
    RPC_URL,
    Tls,
    elasticsearch_url,
    memcached_url,
    mongodb_url,
    mysql_url,
    postgresql_url,
    redis_url,
)
from celeriac.contract.amqp_failover import Failover, amqp_urls
from celeriac_provider.proof.addresses import servers
from celeriac_provider.proof.directions import of_pymongo
from celeriac_provider.proof.django import server_url

_LOGIN: dict[str, Any] = {"user": "u;@,", "password": "p;@,/://?#"}
_TWO = [("one.example", 1), ("two.example", 2)]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (memcached_url([*_TWO, ("::1", 3)]), [*_TWO, ("::1", 3)]),
        ("cache+memcached://one.example;two.example/", [(h, 11211) for h, _ in _TWO]),
        (
            server_url({"CACHES": {"celery": {"LOCATION": ["one.example:1", "two.example:2"]}}}),
            _TWO,
        ),
        (mongodb_url(servers=_TWO, database="d", replica_set="r", **_LOGIN), _TWO),
        ("mongodb://one.example,two.example/d", [(h, 27017) for h, _ in _TWO]),
        (elasticsearch_url(host="Es.example", port=9, index="i", tls=True), [("es.example", 9)]),
        ("elasticsearch://es.example/i", [("es.example", 9200)]),
        (
            amqp_urls(
                Failover(others=(_TWO[1],)),
                host=_TWO[0][0],
                port=1,
                vhost="v/;",
                tls=True,
                **_LOGIN,
            ),
            _TWO,
        ),
        (
            "amqps://u:p@one.example/v;amqp://u:p@two.example/v",
            [(_TWO[0][0], 5671), (_TWO[1][0], 5672)],
        ),
        (
            redis_url(host="h.example", port=7, db=0, tls=Tls(ca_path="/a;b,c.pem"), **_LOGIN),
            [("h.example", 7)],
        ),
        (postgresql_url(host="h.example", port=7, database="d;,", **_LOGIN), [("h.example", 7)]),
        ("db+postgresql+psycopg2://u:p@h.example/d", [("h.example", 5432)]),
        (mysql_url(host="h.example", port=7, database="d", **_LOGIN), [("h.example", 7)]),
        (RPC_URL, []),
        ("", []),
        ("sqs://", []),
        ("redis+socket:///run/redis.sock?virtual_host=0", []),
    ],
)
def test_every_server_of_a_url(url: str, expected: list[tuple[str, int]]) -> None:
    """With the port that Celery takes where none is written; whatever stands around."""
    assert servers(url) == expected


def test_pymongo_is_told_nothing_where_nothing_lies_between() -> None:
    """The broker's way is none of its business."""
    url = mongodb_url(servers=_TWO, database="d", **_LOGIN)
    assert of_pymongo({"rabbit.example:5671": ["127.0.0.1", 4]}, url) == {}


def test_pymongo_goes_over_the_ways_alone() -> None:
    """A server that is named alone is not left for others of its set."""
    directions = {"one.example:1": ["127.0.0.1", 4], "two.example:2": ["127.0.0.1", 5]}
    alone = of_pymongo(directions, mongodb_url(servers=_TWO[:1], database="d", **_LOGIN))
    assert alone.keys() == {"_pool_class", "directConnection"}
    assert alone["directConnection"] is True
    url = mongodb_url(servers=_TWO, database="d", replica_set="r", **_LOGIN)
    assert of_pymongo(directions, url).keys() == {"_pool_class"}
