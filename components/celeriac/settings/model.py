"""The stack file as typed objects: what the components are made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from celeriac.contract import Driver, Queue, QueueType, Uses

DelayedDelivery = Literal["quorum", "classic", "off"]


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A text that may be a secret: written out, or where the provider finds it.

    Exactly one of the three is set. The reference is resolved by the provider, never here.
    """

    value: str | None = field(default=None, repr=False)
    """The text itself."""
    env: str | None = None
    """Name of an environment variable of the provider's process."""
    file: str | None = None
    """Path of a file on the machine where Pulumi runs."""

    @property
    def as_input(self) -> str | dict[str, str]:
        """The text, `{"env": name}` or `{"file": path}`."""
        if self.env is not None:
            return {"env": self.env}
        if self.file is not None:
            return {"file": self.file}
        return self.value or ""


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running system, reached as its administrator."""

    name: str
    """Its name in the stack file."""
    host: str
    """Host that apps connect to."""
    port: int
    """Port that apps connect to."""
    tls: bool
    """Whether apps connect with TLS; then certificate and host name are checked."""
    platform: Literal["existing"] = "existing"
    """Where it runs."""
    username: str | None = None
    """The administrator."""
    password: Reference | None = None
    """The administrator's password."""
    ca: Reference | None = None
    """PEM of the CA that signed the server's certificate. Default: the system's CAs."""
    ca_path: str | None = None
    """Path of that CA on the apps' hosts, written into their settings. Default: their system's."""
    client_certificate: Reference | None = None
    """PEM of the administrator's client certificate."""
    client_key: Reference | None = None
    """PEM of its key."""
    timeout: int | None = None
    """Seconds the provider waits for an answer. Default: the provider's."""


@dataclass(frozen=True, kw_only=True)
class RabbitmqServer(Server):
    """A RabbitMQ with its management plugin."""

    management: str
    """URL of the management API."""
    max_message_size: int
    """Bytes of the largest message the server takes."""


@dataclass(frozen=True, kw_only=True)
class RedisServer(Server):
    """A Redis."""

    db: int = 0
    """Number of the database that apps use."""
    manages_config: bool = False
    """Whether this stack manages the server's configuration (maxmemory-policy)."""
    persist: bool = True
    """Whether changes must survive a restart of the server (ACL SAVE, CONFIG REWRITE)."""


@dataclass(frozen=True, kw_only=True)
class PostgresqlServer(Server):
    """A PostgreSQL."""

    database: str = "postgres"
    """The database the administrator connects to; apps get databases of their own."""


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
class RpcResults:
    """Results as messages to the caller, over the broker."""

    expires: int | None
    """Seconds until a caller's unused queue of results is deleted; None for never."""


Broker = RabbitmqBroker | RedisBroker
Results = RedisResults | PostgresqlResults | RpcResults


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


@dataclass(frozen=True, kw_only=True)
class StackFile:
    """The whole stack file, validated."""

    servers: Mapping[str, RabbitmqServer | RedisServer | PostgresqlServer]
    """By name."""
    apps: Mapping[str, App]
    """By name."""
    owner: str | None
    """What tells apart teams whose backends give them the same names."""
    force_destroy: bool
    """The default of every app's forceDestroy."""
