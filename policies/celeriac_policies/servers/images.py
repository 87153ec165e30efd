"""Images of containers: how they are named, and which servers they run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_REFERENCE: Final = re.compile(
    r"(?P<repository>.+?)(?::(?P<tag>[^/:@]+))?(?:@(?P<digest>[a-z0-9]+:[0-9a-f]+))?"
)
_IMAGE_ID: Final = re.compile(r"[a-z0-9]+:[0-9a-f]{64}")


@dataclass(frozen=True)
class Image:
    """A reference to an image.

    Args:
        repository: with its registry; empty where the reference is an image's id.
        tag: empty where there is none.
        digest: `sha256:…`; empty where there is none.
    """

    repository: str
    tag: str = ""
    digest: str = ""

    @property
    def name(self) -> str:
        """The last part of the repository: `redis` of `docker.io/library/redis`."""
        return self.repository.rpartition("/")[2]

    @property
    def is_pinned(self) -> bool:
        """Whether it names a version."""
        return bool(self.digest) or self.tag not in {"", "latest"}


def image(reference: str) -> Image:
    """What a reference means: `redis:8.0`, `localhost:5000/orders@sha256:…`, an image's id."""
    found = _REFERENCE.fullmatch(reference)
    if found is None or _IMAGE_ID.fullmatch(reference):
        return Image("", digest=reference)
    return Image(found["repository"], found["tag"] or "", found["digest"] or "")


@dataclass(frozen=True)
class Software:
    """A server that images run.

    Args:
        title: its name.
        check: a command of its image that tells whether it works.
        data: where it keeps what has to outlive the container; empty for nowhere.
    """

    title: str
    check: str
    data: tuple[str, ...] = ()


_REDIS: Final = Software("Redis", "redis-cli ping", ("/data", "/bitnami/redis/data"))
_VALKEY: Final = Software("Valkey", "valkey-cli ping", ("/data", "/bitnami/valkey/data"))
_POSTGRESQL: Final = Software(
    "PostgreSQL", "pg_isready", ("/var/lib/postgresql", "/bitnami/postgresql")
)
_MONGODB: Final = Software("MongoDB", "mongosh --eval db.hello()", ("/data/db", "/bitnami/mongodb"))

_SOFTWARE: Final = {
    "rabbitmq": Software(
        "RabbitMQ",
        "rabbitmq-diagnostics -q ping",
        ("/var/lib/rabbitmq", "/bitnami/rabbitmq/mnesia"),
    ),
    "redis": _REDIS,
    "valkey": _VALKEY,
    "postgres": _POSTGRESQL,
    "postgresql": _POSTGRESQL,
    "postgis": _POSTGRESQL,
    "pgvector": _POSTGRESQL,
    "mysql": Software("MySQL", "mysqladmin ping", ("/var/lib/mysql", "/bitnami/mysql/data")),
    "mariadb": Software(
        "MariaDB", "healthcheck.sh --connect", ("/var/lib/mysql", "/bitnami/mariadb")
    ),
    "mongo": _MONGODB,
    "mongodb": _MONGODB,
    "elasticsearch": Software(
        "Elasticsearch",
        "curl -f localhost:9200/_cluster/health",
        ("/usr/share/elasticsearch/data",),
    ),
    "kafka": Software(
        "Kafka",
        "kafka-broker-api-versions.sh --bootstrap-server :9092",
        ("/var/lib/kafka/data", "/bitnami/kafka"),
    ),
    "memcached": Software("Memcached", "nc -z 127.0.0.1 11211"),
}


def software(found: Image) -> Software | None:
    """What an image runs; None where its name does not tell."""
    return _SOFTWARE.get(found.name)
