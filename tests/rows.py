"""What the README's table shows: a row for each broker, result backend and form, and its cells.

A test says which rows and cells it shows (`tests/shown.py`); `tools/table` writes the table from
what passed. A cell that no test can show has its reason here instead.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

CELLS: Final = {
    "provisioned": "provisioned: `up`, a second `up`, `destroy`",
    "rights": "least privilege, by a refused operation",
    "celery": "a real Celery worker: task, group, chord, countdown",
    "expiry": "results expire",
    "rules": "policy rules",
    "aws": "platform `aws`",
    "docker": "platform `docker`",
}
"""Columns: name in a test's mark, and heading. `provisioned` is on platform `existing`."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A broker, a result backend or a form of one."""

    title: str
    """As the table shows it."""
    server: str
    """What the tests run on: the real server, or what stands for it."""
    entries: tuple[str, ...] = ()
    """Of servers.json, whose versions are shown; a test can tell others by `version`."""
    types: tuple[str, ...] = ()
    """How the tokens of the resource types begin that its policy rules read."""
    means: dict[str, str] = field(default_factory=dict)
    """What a cell says when its tests passed. Default: yes."""
    lacks: dict[str, str] = field(default_factory=dict)
    """Why no test shows a cell."""


_IMAGES: Final = {"docker": "yes, on stand-ins for the official images"}
_NO_RESULTS: Final = {"expiry": "a broker"}
_NEVER_STARTED: Final = {"docker": "offered, never started"}
_NOT_ON_AWS: Final = {"aws": "not on AWS"}
_SAME_RULES: Final = {"rules": "those of the system"}
_NO_CHORD: Final = {"celery": "yes; no chords over RPC, as Celery says"}

BROKERS: Final[dict[str, Row]] = {
    "rabbitmq": Row(
        title="RabbitMQ, quorum queues",
        server="real RabbitMQ",
        entries=("rabbitmq", "rabbitmq_newest"),
        types=("celeriac:rabbitmq:", "celeriac:index:RabbitMQ", "rabbitmq:", "aws:mq/"),
        means={"aws": "Amazon MQ: stand-in, a real RabbitMQ behind"} | _IMAGES,
        lacks=_NO_RESULTS,
    ),
    "rabbitmq-tls": Row(
        title="RabbitMQ over TLS",
        server="real RabbitMQ",
        entries=("rabbitmq",),
        lacks=_NO_RESULTS | _SAME_RULES | {"docker": "in clear only"},
        means={"aws": "Amazon MQ: always"},
    ),
    "rabbitmq-hosts": Row(
        title="RabbitMQ, several hosts",
        server="several ways to one real RabbitMQ, one down, one lost; a cluster in containers",
        entries=("rabbitmq",),
        lacks=_NO_RESULTS | _SAME_RULES | {"aws": "Amazon MQ's cluster has one address"},
        means={"docker": "a cluster of three, in stand-ins for the official images"},
    ),
    "rabbitmq-classic": Row(
        title="RabbitMQ, classic queues, and the way from them to quorum queues",
        server="real RabbitMQ",
        entries=("rabbitmq",),
        lacks=_NO_RESULTS | _SAME_RULES | {"aws": "as on `existing`", "docker": "as on `existing`"},
    ),
    "redis": Row(
        title="Redis",
        server="real Redis",
        entries=("redis", "redis_oldest"),
        types=("celeriac:redis:", "celeriac:index:Redis", "aws:elasticache/"),
        means={"aws": "ElastiCache: stand-in, a real Redis without CONFIG behind"} | _IMAGES,
        lacks=_NO_RESULTS,
    ),
    "sqs": Row(
        title="Amazon SQS",
        server="moto and ElasticMQ, which imitate SQS; never AWS itself",
        entries=("moto", "elasticmq"),
        types=("celeriac:sqs:", "celeriac:index:SQS", "aws:sqs/"),
        means={"rights": "yes, by a simulator of IAM", "aws": "SQS: stand-in on moto"},
        lacks=_NO_RESULTS | {"docker": "ElasticMQ: offered, never started"},
    ),
    "kafka": Row(
        title="Kafka (experimental in Celery)",
        server="real Kafka with KRaft, SCRAM, ACLs and TLS; one node",
        entries=("kafka",),
        types=("celeriac:kafka:", "celeriac:index:Kafka"),
        lacks=_NO_RESULTS | _NEVER_STARTED | {"aws": "MSK is not offered"},
    ),
    "pubsub": Row(
        title="Google Cloud Pub/Sub (experimental in Celery)",
        server="Google's fake of Pub/Sub; never Google Cloud itself",
        entries=("pubsub",),
        types=("celeriac:pubsub:", "celeriac:index:PubSub"),
        lacks=_NO_RESULTS
        | _NOT_ON_AWS
        | {"rights": "the fake knows no IAM", "docker": "no server of one's own"},
    ),
}
"""By the name that tests use."""

BACKENDS: Final[dict[str, Row]] = {
    "rpc": Row(
        title="RPC",
        server="real RabbitMQ",
        entries=("rabbitmq", "rabbitmq_newest"),
        means=_NO_CHORD,
        types=("celeriac:index:CeleryApp",),
        lacks={"aws": "as RabbitMQ", "docker": "as RabbitMQ"},
    ),
    "redis-results": Row(
        title="Redis",
        server="real Redis",
        entries=("redis", "redis_oldest"),
        types=("celeriac:redis:", "celeriac:index:Redis", "aws:elasticache/"),
        means={"aws": "ElastiCache: stand-in, a real Redis without CONFIG behind"} | _IMAGES,
    ),
    "postgresql": Row(
        title="PostgreSQL",
        server="real PostgreSQL",
        entries=("postgresql", "postgresql15"),
        types=("celeriac:postgresql:", "celeriac:index:PostgreSQL", "postgresql:", "aws:rds/"),
        means={"aws": "RDS: stand-in, a real PostgreSQL without superuser behind"} | _IMAGES,
    ),
    "mariadb": Row(
        title="MariaDB",
        server="real MariaDB",
        entries=("mariadb",),
        types=("celeriac:mysql:", "aws:rds/"),
        lacks={"docker": "its stand-in image alone was run", "aws": "mysql is offered"},
    ),
    "mysql": Row(
        title="MySQL",
        server="real MySQL",
        entries=("mysql",),
        types=("celeriac:mysql:", "aws:rds/"),
        means={"aws": "RDS: stand-in, a real MariaDB behind"},
        lacks=_NEVER_STARTED,
    ),
    "django-db": Row(
        title="Django ORM (`django-db`)",
        server="real PostgreSQL and MariaDB, django-celery-results' own migrations",
        entries=("postgresql", "mariadb"),
        types=("celeriac:index:CeleryApp",),
        lacks={"aws": "as its database", "docker": "as its database"},
    ),
    "django-cache": Row(
        title="Django cache (`django-cache`)",
        server="real Redis, memcached and PostgreSQL",
        entries=("redis", "memcached", "postgresql"),
        types=("celeriac:index:CeleryApp",),
        lacks={"aws": "as its server", "docker": "as its server"},
    ),
    "memcached": Row(
        title="memcached, one and several servers",
        server="real memcached",
        entries=("memcached",),
        types=("celeriac:index:CeleryApp",),
        means={"provisioned": "verified: reachability, size of items"} | _IMAGES,
        lacks={"rights": "memcached has no users", "aws": "not offered"},
    ),
    "mongodb": Row(
        title="MongoDB",
        server="mongo-java-server, an imitation, behind a stand-in for users and rights; "
        "never MongoDB itself",
        entries=("mongo_java",),
        types=("celeriac:mongodb:",),
        means={
            "rights": "by the stand-in",
            "expiry": "the index that MongoDB's own expiry wants",
        },
        lacks=_NOT_ON_AWS | _NEVER_STARTED,
    ),
    "elasticsearch": Row(
        title="Elasticsearch",
        server="real Elasticsearch without x-pack",
        entries=("elasticsearch",),
        types=("celeriac:elasticsearch:", "elasticstack:"),
        means={"expiry": "by `celeriac-cleanup`"},
        lacks=_NEVER_STARTED | {"rights": "without x-pack it has no users", "aws": "not offered"},
    ),
}
"""By the name that tests use."""

FORMS: Final[dict[str, Row]] = {
    "redis-tls": Row(
        title="Redis over TLS",
        server="real Redis",
        entries=("redis",),
        lacks=_SAME_RULES | {"docker": "in clear only"},
        means={"aws": "ElastiCache: always"},
    ),
    "redis-socket": Row(
        title="Redis through a Unix socket",
        server="real Redis",
        lacks=_SAME_RULES | {"aws": "a network only", "docker": "a network only"},
    ),
    "redis-sentinel": Row(
        title="Redis behind sentinels, over TLS, with a failover while tasks run",
        server="real Redis: a primary, two replicas, three sentinels",
        lacks=_SAME_RULES | {"aws": "ElastiCache fails over by itself"},
        means={"docker": "in clear, in stand-ins for the official images"},
    ),
    "valkey": Row(
        title="Valkey",
        server="real Valkey",
        means=_IMAGES,
        lacks=_SAME_RULES | {"aws": "as Redis"},
    ),
    "postgresql-tls": Row(
        title="PostgreSQL over TLS",
        server="real PostgreSQL",
        entries=("postgresql",),
        lacks=_SAME_RULES | {"docker": "in clear only"},
        means={"aws": "RDS: always"},
    ),
    "monitor-rabbitmq": Row(
        title="a monitor's user (Flower, `celery inspect`) on RabbitMQ",
        server="real RabbitMQ, real Flower",
        entries=("rabbitmq",),
        means={"celery": "Flower sees worker, task, events"},
        lacks=_NO_RESULTS | _SAME_RULES | {"aws": "as on `existing`", "docker": "as on `existing`"},
    ),
    "monitor-redis": Row(
        title="a monitor's user on Redis",
        server="real Redis, real Flower",
        entries=("redis",),
        means={"celery": "Flower sees worker, task, events"},
        lacks=_NO_RESULTS
        | _SAME_RULES
        | {"aws": "a user cannot be made", "docker": "as on `existing`"},
    ),
    "via-ssh": Row(
        title="reached through an SSH bastion (`via`)",
        server="a real sshd; RabbitMQ, Redis, PostgreSQL, MariaDB, memcached, an imitation of "
        "MongoDB, Elasticsearch behind",
        lacks={
            "rights": "as without",
            "celery": "apps are not sent through it; the proof is",
            "expiry": "as without",
            "aws": "the same code",
            "docker": "on this machine",
        }
        | _SAME_RULES,
    ),
    "via-ssm": Row(
        title="reached through an SSM port forwarding",
        server="a stand-in for the AWS CLI; RabbitMQ, Redis, PostgreSQL, memcached, an imitation "
        "of MongoDB, Elasticsearch behind",
        lacks={
            "rights": "as without",
            "celery": "apps are not sent through it",
            "expiry": "as without",
            "aws": "the same code",
            "docker": "on this machine",
        }
        | _SAME_RULES,
    ),
}
"""Of brokers and result backends at once, and the ways to them."""

ROWS: Final[dict[str, Row]] = BROKERS | BACKENDS | FORMS
"""All."""


def rows_of_types(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """The rows whose policy rules read one of these resource types."""
    return tuple(
        name
        for name, row in ROWS.items()
        if row.types and any(token.startswith(row.types) for token in tokens)
    )
