"""What a server offers to what lies on it, and a broker and a result backend to their app."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi

    from celeriac.contract import AclRules, Backend, BrokerKind, Failover, QueueType, RedisForm, Tls
    from celeriac.made import Made
    from celeriac.resources import Provider, redis


@dataclass(frozen=True, kw_only=True)
class Times:
    """How long an app's tasks take, which timeouts have to exceed."""

    longest_task: int
    """Seconds of the longest run."""
    longest_delay: int
    """Seconds of the longest ETA, countdown or retry."""
    prefetch: int
    """Messages delivered ahead per process."""

    @classmethod
    def of(cls, *, longest_task: int, longest_delay: int | None, prefetch: int) -> Times:
        """With the delay's default: the longest run."""
        delay = longest_task if longest_delay is None else longest_delay
        return cls(longest_task=longest_task, longest_delay=delay, prefetch=prefetch)

    @property
    def props(self) -> dict[str, int]:
        """As a component shows them: policies read them there."""
        return {
            "longestTask": self.longest_task,
            "longestDelay": self.longest_delay,
            "prefetch": self.prefetch,
        }


@dataclass(frozen=True, kw_only=True)
class BrokerPart:
    """What CeleryApp reads from a broker."""

    kind: BrokerKind
    """`rabbitmq`, `redis`, `sqs`, `kafka` or `pubsub`."""
    url: pulumi.Output[str]
    """`broker_url`, a secret where it holds a credential."""
    settings: pulumi.Output[Mapping[str, Any]]
    """The settings that must match."""
    proof_queue: str
    """The queue of the proof, which the app's user has rights on."""
    queue_type: QueueType
    """Type of the queues, on RabbitMQ."""
    rpc_results: bool
    """Whether the app's user may use the queues of `rpc://`."""
    times: Times
    """What the timeouts were made for."""
    made: Sequence[Made]
    """Every resource of the broker that Celery would notice a change of."""
    provider: Provider
    """The provider of the broker's server."""
    ca: pulumi.Output[str] | None
    """PEM of the CA that signed the server's certificate, where one was given."""
    via: Mapping[str, Any] | None = None
    """How the proof reaches the server from outside its network, as the provider takes it."""
    outputs: Mapping[str, pulumi.Output[Any]] = field(default_factory=dict)
    """What the app hands out beside URLs and settings: the ARNs of its IAM policies, what its
    monitors read."""
    env: Mapping[str, str] = field(default_factory=dict)
    """What the app's processes need in their environment, as no setting of Celery's carries it."""


@dataclass(frozen=True, kw_only=True)
class ResultsPart:
    """What CeleryApp reads from a result backend."""

    kind: Backend
    """`postgresql`, `mysql`, `redis`, `memcached`, `mongodb`, `elasticsearch`, `rpc`, `django-db`
    or `django-cache`."""
    url: pulumi.Output[str]
    """`result_backend`, a secret."""
    settings: pulumi.Output[Mapping[str, Any]]
    """The settings that must match."""
    expires: int | None
    """Seconds until a result expires; None for never."""
    made: Sequence[Made]
    """Every resource of the backend that Celery would notice a change of."""
    ca: pulumi.Output[str] | None
    """PEM of the CA that signed the server's certificate, where one was given."""
    via: Mapping[str, Any] | None = None
    """How the proof reaches the server from outside its network, as the provider takes it."""
    django: pulumi.Output[Mapping[str, Any]] | None = None
    """Django's `DATABASES` and `CACHES`, a secret; None where results do not go through Django."""
    outputs: Mapping[str, pulumi.Output[str]] = field(default_factory=dict)
    """What the app hands out beside URL and settings: the command that deletes expired results."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where apps connect to a server, as far as it is known."""

    host: pulumi.Output[str]
    """Host name."""
    port: pulumi.Output[int]
    """Port."""
    tls: Tls | None
    """How apps verify the server; None where the connection is in clear."""
    ca: pulumi.Output[str] | None
    """PEM of the CA that signed the server's certificate. None: the system's CAs."""
    provider: Provider
    """The provider that administers the server."""
    via: Mapping[str, Any] | None = None
    """How the administrator and the proof reach it from outside its network, as the provider
    takes it."""
    form: RedisForm | None = None
    """How a Redis is reached where that is not a host and a port."""
    sentinel_password: pulumi.Output[str] | None = None
    """The password of its sentinels, a secret."""
    management: pulumi.Output[str] | None = None
    """URL of a RabbitMQ's management API."""
    failover: Failover | None = None
    """A RabbitMQ's other hosts, where it has several."""


class Server(Protocol):
    """What brokers and result backends need of a server, whatever platform it is on."""

    @property
    def provider(self) -> Provider:
        """The provider that administers it."""

    @property
    def address(self) -> Address:
        """Where apps connect to it."""

    @property
    def deleted_with(self) -> pulumi.Resource | None:
        """What takes everything on the server with it when it is deleted.

        Everything on it is then not deleted piece by piece. None where the server stays.
        """


class RedisKind(Server, Protocol):
    """What brokers and result backends need of a Redis."""

    @property
    def db(self) -> int:
        """Number of the database that apps use."""

    def no_eviction(self) -> redis.Config:
        """That nothing is evicted, as every broker on this server needs."""

    def app_user(
        self,
        name: str,
        *,
        user: str,
        rules: AclRules,
        adopt: bool,
        parent: pulumi.Resource,
        after: Sequence[pulumi.Resource],
    ) -> RedisUser:
        """Make an app's user.

        Args:
            name: the resource's name in Pulumi.
            user: the user's name in Redis.
            rules: its rights.
            adopt: whether a user that exists already is taken over.
            parent: the component it belongs to.
            after: what has to be there before.
        """


@dataclass(frozen=True, kw_only=True)
class RedisUser:
    """A user of Redis: an app connects as it."""

    name: pulumi.Output[str]
    """Its name; empty where everybody shares a token."""
    password: pulumi.Output[str]
    """Its password, a secret."""
    made: Sequence[Made]
    """The resources that it is."""
