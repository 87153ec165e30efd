"""The stack file as typed objects: apps, and what they have on servers (see server_model)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from celeriac.contract import DjangoBackend, Driver, Queue, QueueType, Uses
    from celeriac.settings.server_model import AnyServer, Aws, Reference

DelayedDelivery = Literal["quorum", "classic", "off"]


@dataclass(frozen=True, kw_only=True)
class RabbitmqBroker:
    """What an app has on RabbitMQ as its broker."""

    server: str
    """Name of the server."""
    vhost: str
    """The app's vhost."""
    user: str
    """The app's user."""
    queues: tuple[Queue, ...]
    """Its queues, sorted by name; exactly one is the default."""
    queue_type: QueueType
    """Their type."""
    delivery_limit: int
    """Returns to the queue before a message is dead-lettered."""
    delayed_delivery: DelayedDelivery
    """Type of the queues of native delayed delivery, or off."""


@dataclass(frozen=True, kw_only=True)
class RedisBroker:
    """What an app has on Redis as its broker."""

    server: str
    """Name of the server."""
    user: str
    """The app's ACL user."""
    prefix: str
    """Begin of all its keys."""
    queues: tuple[Queue, ...]
    """Its queues, sorted by name; exactly one is the default. No limits: Redis has none."""
    visibility_timeout: int | None = None
    """Seconds until an unacknowledged message is delivered again. Default: from the times."""


@dataclass(frozen=True, kw_only=True)
class SqsBroker:
    """What an app has on SQS as its broker."""

    server: str
    """Name of the server."""
    prefix: str
    """Begin of the names of its queues on SQS (queue_name_prefix)."""
    queues: tuple[Queue, ...]
    """Its queues, sorted by name; exactly one is the default. `.fifo` at the end means FIFO."""
    visibility_timeout: int
    """Seconds until SQS delivers an unacknowledged message again; above the longest task."""
    max_receive_count: int
    """Deliveries of a message before it goes to the dead-letter queue."""
    retention: int
    """Seconds that SQS keeps a message that nobody takes."""
    access: Literal["policy", "user"] = "policy"
    """IAM policies to attach to a role, or also a user with an access key. Platform aws only."""
    oldest_message: int = 0
    """Age in seconds of the oldest message that raises an alarm; 0 for none. Platform aws only."""
    username: str | None = None
    """Id of an access key of the app's own, never the administrator's. Platform existing only."""
    password: Reference | None = None
    """Its secret access key."""


@dataclass(frozen=True, kw_only=True)
class KafkaBroker:
    """What an app has on Kafka as its broker."""

    server: str
    """Name of the server."""
    user: str
    """The app's SCRAM user."""
    queues: tuple[Queue, ...]
    """Its queues, which are topics, sorted by name; exactly one is the default."""
    partitions: int = 1
    """Partitions of each topic."""
    replicas: int | None = None
    """Brokers that keep each partition. Default: the cluster's."""
    retention: int
    """Seconds that a message is kept, taken or not."""
    concurrency: int = 1
    """Processes of the worker (worker_concurrency)."""
    acks_late: bool = False
    """Whether tasks are acknowledged after they ran (task_acks_late)."""


@dataclass(frozen=True, kw_only=True)
class PubsubBroker:
    """What an app has on Pub/Sub as its broker."""

    server: str
    """Name of the server."""
    prefix: str
    """Begin of the names of its topics and subscriptions (queue_name_prefix)."""
    queues: tuple[Queue, ...]
    """Its queues, sorted by name; exactly one is the default."""
    ack_deadline: int
    """Seconds after which the tasks of a worker that died are delivered again."""
    retention: int
    """Seconds that a message is kept, and that a subscription lasts without a worker."""
    max_delivery_attempts: int
    """Deliveries of a message before it is a dead letter."""
    exactly_once: bool = False
    """Whether the subscriptions deliver exactly once."""


@dataclass(frozen=True, kw_only=True)
class RedisResults:
    """What an app has on Redis as its result backend."""

    server: str
    """Name of the server."""
    user: str
    """The ACL user for its results: another one than the broker's."""
    prefix: str
    """Begin of all its keys."""
    expires: int | None
    """Seconds until a result is deleted; None for never."""


@dataclass(frozen=True, kw_only=True)
class PostgresqlResults:
    """What an app has on PostgreSQL as its result backend."""

    server: str
    """Name of the server."""
    user: str
    """The app's role."""
    database: str
    """The app's database."""
    driver: Driver
    """The app's Python driver."""
    expires: int | None
    """Seconds until a result may be deleted; None for never."""


@dataclass(frozen=True, kw_only=True)
class MemcachedResults:
    """What an app has on memcached as its result backend: nothing that anybody guards."""

    server: str
    """Name of the server."""
    prefix: str
    """Begin of all its keys."""
    expires: int
    """Seconds until a result is dropped, at most 30 days."""


@dataclass(frozen=True, kw_only=True)
class MongodbResults:
    """What an app has on MongoDB as its result backend."""

    server: str
    """Name of the server."""
    database: str
    """The app's database."""
    user: str
    """The app's user, which logs in to that database."""
    expires: int | None
    """Seconds until a result is deleted; None for never."""


@dataclass(frozen=True, kw_only=True)
class ElasticsearchResults:
    """What an app has on Elasticsearch as its result backend."""

    server: str
    """Name of the server."""
    index: str
    """The app's index."""
    replicas: int
    """Copies of the index beside the first."""
    expires: int | None
    """Seconds after which the cleanup command deletes a result; None for never."""
    username: str | None = None
    """A user of the app's own, never the administrator. None where the cluster has no users."""
    password: Reference | None = None
    """Its password."""


@dataclass(frozen=True, kw_only=True)
class MysqlResults:
    """What an app has on MySQL or MariaDB as its result backend."""

    server: str
    """Name of the server."""
    user: str
    """The app's user."""
    database: str
    """The app's database."""
    expires: int | None
    """Seconds until a result may be deleted; None for never."""


@dataclass(frozen=True, kw_only=True)
class DjangoResults:
    """Results through Django: what an app has on the server, and how Django uses it."""

    backend: DjangoBackend
    """Through the ORM, or through a cache."""
    on: PostgresqlResults | MysqlResults | RedisResults | MemcachedResults
    """What is made on the server: as without Django, but other tables and other rights."""
    expires: int | None
    """Seconds until a result expires; None for never."""
    max_entries: int
    """Rows of a cache in a database from which on Django removes some."""

    @property
    def server(self) -> str:
        """Name of the server."""
        return self.on.server


@dataclass(frozen=True, kw_only=True)
class RpcResults:
    """Results as messages to the caller, over the broker."""

    expires: int | None
    """Seconds until a caller's unused queue of results is deleted; None for never."""


@dataclass(frozen=True, kw_only=True)
class MonitorEntry:
    """A user for Flower and `celery inspect`."""

    user: str
    """Its name."""
    broker_api: bool = False
    """Whether it may read RabbitMQ's management API."""


Broker = RabbitmqBroker | RedisBroker | SqsBroker | KafkaBroker | PubsubBroker
Results = (
    RedisResults
    | PostgresqlResults
    | MysqlResults
    | MemcachedResults
    | MongodbResults
    | ElasticsearchResults
    | DjangoResults
    | RpcResults
)


@dataclass(frozen=True, kw_only=True)
class App:
    """A Celery app: a broker and a result backend that belong together."""

    name: str
    """Its name in the stack file."""
    broker: Broker
    """Where its tasks are."""
    results: Results
    """Where its results are."""
    longest_task: int
    """Seconds of its longest run."""
    longest_delay: int
    """Seconds of its longest ETA, countdown or retry."""
    prefetch: int
    """Messages delivered ahead per process (worker_prefetch_multiplier)."""
    uses: Uses
    """What it says it needs."""
    proof: bool
    """Whether `up` ends with a Celery round trip."""
    force_destroy: bool
    """Whether it is deleted with messages and results in it."""
    adopt: bool = False
    """Whether what exists already, and was not made by this stack, is taken over."""
    monitor: MonitorEntry | None = None
    """The user for its monitors; None for none."""
    settings_secret: bool = False
    """Whether its outputs are also a secret in AWS Secrets Manager."""


@dataclass(frozen=True, kw_only=True)
class StackFile:
    """The whole stack file, validated."""

    servers: Mapping[str, AnyServer]
    """By name."""
    apps: Mapping[str, App]
    """By name."""
    owner: str | None
    """What tells apart teams whose backends give them the same names."""
    force_destroy: bool
    """The default of every app's forceDestroy."""
    aws: Aws | None = None
    """What everything on AWS shares; None where nothing is there or said about it."""
