"""Which pairs of broker and result backend run a real task in an end-to-end test.

`python -m tests.pairs` writes the table of docs/pairs.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, get_args

from celeriac.contract import Backend, BrokerKind, pairing_problems

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "pairs.md"
RAN: Final[dict[tuple[str, str], str]] = {
    ("rabbitmq", "rpc"): "test_celery.py",
    ("rabbitmq", "redis"): "test_pairs.py",
    ("rabbitmq", "postgresql"): "test_celery.py",
    ("rabbitmq", "mysql"): "test_mysql.py",
    ("rabbitmq", "memcached"): "test_memcached.py",
    ("rabbitmq", "mongodb"): "test_mongodb.py",
    ("rabbitmq", "elasticsearch"): "test_elasticsearch.py",
    ("rabbitmq", "django-db"): "test_django_orm.py",
    ("rabbitmq", "django-cache"): "test_django_cache.py",
    ("redis", "redis"): "test_celery.py",
    ("redis", "postgresql"): "test_pairs.py",
    ("redis", "memcached"): "test_memcached.py",
    ("redis", "mongodb"): "test_mongodb.py",
    ("redis", "elasticsearch"): "test_elasticsearch.py",
    ("redis", "django-db"): "test_django_orm.py",
    ("redis", "django-cache"): "test_django_cache.py",
    ("sqs", "redis"): "test_sqs.py",
    ("sqs", "mysql"): "test_pairs.py",
    ("kafka", "redis"): "test_kafka.py",
    ("kafka", "postgresql"): "test_kafka.py",
    ("pubsub", "redis"): "test_pubsub.py",
    ("pubsub", "postgresql"): "test_pubsub.py",
}
"""File of tests/e2e by pair; a new kind adds at least two."""


def table() -> str:
    """A row for each broker, a column for each result backend."""
    brokers, backends = get_args(BrokerKind), get_args(Backend)
    lines = [
        f"| | {' | '.join(f'`{one}`' for one in backends)} |",
        "|---" * (len(backends) + 1) + "|",
    ]
    lines += [
        f"| `{broker}` | {' | '.join(cell(broker, backend) for backend in backends)} |"
        for broker in brokers
    ]
    return "\n".join(lines) + "\n"


def cell(broker: BrokerKind, backend: Backend) -> str:
    """What becomes of a pair."""
    if pairing_problems(broker=broker, backend=backend, expires=60):
        return "refused"
    file = RAN.get((broker, backend))
    return f"[ran](../tests/e2e/{file})" if file else "allowed"


def main() -> None:
    """Put the table where the old one is."""
    lines = PAGE.read_text(encoding="utf-8").splitlines(keepends=True)
    rows = [at for at, line in enumerate(lines) if line.startswith("|")]
    lines[rows[0] : rows[-1] + 1] = [table()]
    PAGE.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
