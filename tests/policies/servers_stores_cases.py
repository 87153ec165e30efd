"""Fixtures and breaks: Kafka, MySQL, MongoDB, Elasticsearch and memcached as servers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tests.policies.harness import GONE, Break, Fixture, Given

_KAFKA: Final = "kafka+ssl://b1.example.com:9093?servers=b2.example.com:9093"
_MYSQL: Final = "mysql://db.example.com:3306?ssl-mode=VERIFY_IDENTITY"
_MONGODB: Final = "mongodb://a.example.com:27017,b.example.com:27017?authSource=admin&tls={}"
_SEARCH: Final = "https://search.example.com:9200"
_ENDPOINTS: Final = {
    "kafka": _KAFKA,
    "mysql": _MYSQL,
    "mongodb": _MONGODB.format("true"),
    "elasticsearch": _SEARCH,
}


def _provider(name: str, endpoint: str) -> Given:
    return Given(f"to-{name}", "pulumi:providers:celeriac", {"endpoint": endpoint}, parent=name)


def _topic(name: str, **more: Any) -> Given:
    return Given(name, "celeriac:kafka:Topic", {"name": name, **more})


FIXTURES: Final[dict[str, Fixture]] = {
    "stores-ours": [
        Given("kafka", "celeriac:index:KafkaServer", {"endpoint": _KAFKA, "tls": True}),
        Given("mysql", "celeriac:index:MySQLServer", {"endpoint": _MYSQL, "tls": True}),
        Given(
            "mongodb",
            "celeriac:index:MongoDBServer",
            {"hosts": "a.example.com:27017,[2001:db8::1]:27017", "tls": True},
        ),
        Given(
            "elasticsearch",
            "celeriac:index:ElasticsearchServer",
            {"endpoint": _SEARCH, "tls": True},
        ),
        *(_provider(name, endpoint) for name, endpoint in _ENDPOINTS.items()),
        Given(
            "memcached",
            "celeriac:index:MemcachedServers",
            {"servers": ["cache.example.com:11211", "10.0.0.7:11211", "[::1]:11211"]},
        ),
        *(
            Given(f"user-of-{system}", f"celeriac:{system}:{kind}", {"name": "orders"})
            for system, kind in (("kafka", "ScramUser"), ("mysql", "User"), ("mongodb", "User"))
        ),
    ],
    "stores-on-loopback": [
        Given(
            "kafka",
            "celeriac:index:KafkaServer",
            {"endpoint": "kafka://127.0.0.1:9092?mechanism=SCRAM-SHA-512", "tls": False},
        ),
        _provider("kafka", "kafka://127.0.0.1:9092"),
        Given(
            "mysql",
            "celeriac:index:MySQLServer",
            {"endpoint": "mysql://localhost:3306?ssl-mode=DISABLED", "tls": False},
        ),
        _provider("mysql", "mysql://localhost:3306?ssl-mode=DISABLED"),
        Given(
            "mongodb",
            "celeriac:index:MongoDBServer",
            {"hosts": "[::1]:27017", "tls": False},
        ),
        _provider("mongodb", "mongodb://[::1]:27017?tls=false"),
        Given(
            "elasticsearch",
            "celeriac:index:ElasticsearchServer",
            {"endpoint": "http://127.0.0.1:9200", "tls": False},
        ),
    ],
    "stores-topics": [
        _topic("orders", replication=3, minInSync=2, retention=604_800),
        _topic("left-to-the-cluster"),
        _topic("for-ever", replication=2, retention=-1, retentionBytes=-1),
        _topic("orders.celeriac-proof", replication=1, retention=3600),
    ],
}

_TLS_CASES: Final[tuple[tuple[str, str, Mapping[str, Any], str], ...]] = (
    *(
        (f"{name}-tls-only", "stores-ours", {f"{name}/tls": False}, "tls is off for ")
        for name in _ENDPOINTS
    ),
    (
        "kafka-tls-only",
        "stores-on-loopback",
        {"kafka/endpoint": "kafka://[2001:db8::1]:9092"},
        "tls is off for 2001:db8::1",
    ),
    (
        "kafka-tls-only",
        "stores-ours",
        {"to-kafka/endpoint": "kafka://b1.example.com:9092"},
        "kafka://b1.example.com is in clear",
    ),
    (
        "mysql-tls-only",
        "stores-on-loopback",
        {"mysql/endpoint": "mysql://db.example.com:3306?ssl-mode=DISABLED"},
        "tls is off for db.example.com",
    ),
    (
        "mysql-tls-only",
        "stores-ours",
        {"to-mysql/endpoint": "mysql://db.example.com:3306?ssl-mode=DISABLED"},
        "in clear",
    ),
    (
        "mongodb-tls-only",
        "stores-on-loopback",
        {"mongodb/hosts": "127.0.0.1:27017,b.example.com:27017"},
        "tls is off for b.example.com",
    ),
    (
        "mongodb-tls-only",
        "stores-ours",
        {"to-mongodb/endpoint": _MONGODB.format("false")},
        "talks to a.example.com, b.example.com in clear",
    ),
    (
        "elasticsearch-tls-only",
        "stores-on-loopback",
        {"elasticsearch/endpoint": "http://search.example.com:9200"},
        "tls is off for search.example.com",
    ),
    (  # and no rule on RabbitMQ, whose management is HTTP as well
        "elasticsearch-tls-only",
        "servers-without-tls-of-their-own",
        {"search/endpoint": "http://search.example.com:9200"},
        "tls is off for search.example.com",
    ),
    (
        "memcached-private",
        "stores-ours",
        {"memcached/servers/1": "8.8.8.8:11211"},
        "8.8.8.8 is a public address",
    ),
)
_TLS: Final = tuple(Break(*case) for case in _TLS_CASES)

_PASSWORDS: Final = tuple(
    Break(
        "server-no-default-password",
        "stores-ours",
        {f"user-of-{system}/password": "Password123!"},
        "take 32 random letters",
    )
    for system in ("kafka", "mysql", "mongodb")
)

_TOPICS: Final = tuple(
    Break(rule, "stores-topics", change, says, parameters=given)
    for rule, change, says, given in (
        ("kafka-topic-replicated", {"orders/replication": 1}, "replication is 1", {}),
        (
            "kafka-topic-replicated",
            {"orders.celeriac-proof/name": "tasks", "orders.celeriac-proof/retention": GONE},
            "replication is 1",
            {},
        ),
        ("kafka-topic-min-in-sync", {"orders/minInSync": 3}, "minInSync is 3 of 3", {}),
        ("kafka-topic-min-in-sync", {"orders/minInSync": GONE}, "minInSync is 1", {}),
        ("kafka-topic-min-in-sync", {"orders/replication": 2}, "minInSync is 2 of 2", {}),
        (
            "kafka-topic-min-in-sync",
            {
                "orders.celeriac-proof/name": "tasks",
                "orders.celeriac-proof/retention": GONE,
                "orders.celeriac-proof/replication": 3,
            },
            "minInSync is 1",
            {},
        ),
        ("kafka-topic-retention", {"orders/retention": 600}, "retention is 600", {}),
        (
            "kafka-topic-retention",
            {
                "orders.celeriac-proof/name": "tasks",
                "orders.celeriac-proof/replication": GONE,
            },
            "retention is 3600",
            {},
        ),
        ("kafka-topic-retention", {"for-ever/retentionBytes": 1_000_000}, "is 1000000", {}),
        (
            "kafka-topic-retention",
            {"orders/retention": 700_000, "left-to-the-cluster/retention": 600_000},
            "write 700000 or more",
            {"leastRetention": 700_000},
        ),
    )
)

BREAKS: Final[tuple[Break, ...]] = (*_TLS, *_PASSWORDS, *_TOPICS)

CONTEXT: Final[dict[tuple[str, str], str]] = {}
