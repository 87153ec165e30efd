"""The broker of an app in a stack file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from celeriac.contract import DELIVERY_LIMIT, prefix_problem, user_problem, vhost_problem
from celeriac.settings import readers
from celeriac.settings.claims import Claim, claim
from celeriac.settings.kafka import KEYS as KAFKA_KEYS
from celeriac.settings.kafka import read_kafka_broker, read_unknown_kafka
from celeriac.settings.model import (
    Broker,
    DelayedDelivery,
    RabbitmqBroker,
    RedisBroker,
)
from celeriac.settings.problems import Wrong, nearest, show
from celeriac.settings.pubsub import KEYS as PUBSUB_KEYS
from celeriac.settings.pubsub import read_pubsub_broker, read_unknown_pubsub
from celeriac.settings.queues import read_queues
from celeriac.settings.server_model import (
    AwsDatabaseServer,
    AwsRabbitmqServer,
    AwsRedisServer,
    AwsSqsServer,
    ElasticsearchServer,
    KafkaServer,
    MemcachedServer,
    MongodbServer,
    PostgresqlServer,
    PubsubServer,
    RabbitmqServer,
    RedisServer,
    SqsServer,
)
from celeriac.settings.sqs_brokers import KEYS, read_sqs_broker, read_unknown
from celeriac.settings.times import read_visibility_timeout

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from celeriac.contract import BrokerKind, QueueType
    from celeriac.settings.section import Section
    from celeriac.settings.server_model import AnyServer
    from celeriac.settings.times import Times

_RABBITMQ_KEYS = ("vhost", "queueType", "deliveryLimit", "delayedDelivery")


@dataclass(frozen=True, kw_only=True)
class BrokerDraft:
    """A broker as far as it could be read."""

    kind: BrokerKind | None = None
    """Kind of its server, where that is known."""
    server: str | None = None
    """Name of its server, where that is known."""
    broker: Broker | None = None
    """The broker."""
    claims: tuple[Claim, ...] = ()
    """What it wants to have for itself."""
    queue_type: QueueType = "quorum"
    """Type of its queues."""
    delayed_delivery: DelayedDelivery | None = None
    """What was asked for; None when nothing was."""


def read_broker(
    app_entry: Section, app: str, servers: Mapping[str, AnyServer | None], times: Times
) -> BrokerDraft:
    """The broker below an app's entry."""
    if "broker" not in app_entry:
        app_entry.require("broker", readers.text, "{server: NAME}")
        return BrokerDraft()
    entry = app_entry.child("broker")
    if not entry.is_map:
        return BrokerDraft()
    name = entry.require(
        "server", server_name(servers), "the name of a rabbitmq, redis, sqs, kafka or pubsub server"
    )
    server = servers.get(name or "")
    if isinstance(server, PostgresqlServer | AwsDatabaseServer):
        kind = server.engine if isinstance(server, AwsDatabaseServer) else "postgresql"
        entry.problem(
            f"is {show(name)}, a {kind} server, which Celery has no broker on: name a rabbitmq, "
            "redis, sqs, kafka or pubsub server",
            "server",
        )
    if isinstance(server, MemcachedServer | MongodbServer | ElasticsearchServer):
        what = type(server).__name__.removesuffix("Server").lower()
        article = "an" if what == "elasticsearch" else "a"
        entry.problem(
            f"is {show(name)}, {article} {what} server, which Celeriac has no broker on: name a "
            "rabbitmq, redis, sqs, kafka or pubsub server",
            "server",
        )
    if isinstance(server, RabbitmqServer | AwsRabbitmqServer):
        draft = _rabbitmq(entry, app, server.name)
    elif isinstance(server, RedisServer | AwsRedisServer):
        draft = _redis(entry, app, server.name, times)
    elif isinstance(server, SqsServer | AwsSqsServer):
        draft = _sqs(entry, app, server, times)
    elif isinstance(server, KafkaServer):
        draft = _kafka(entry, app, server, times)
    elif isinstance(server, PubsubServer):
        draft = _pubsub(entry, app, server, times)
    else:
        # The kind is not known, so no key is wrong for being another kind's.
        entry.get("prefix", readers.text, "")
        read_unknown(entry)
        read_unknown_kafka(entry)
        read_unknown_pubsub(entry)
        _read_rabbitmq(entry, app, "", kind=None)
        draft = BrokerDraft()
    entry.finish()
    return draft


def server_name(servers: Mapping[str, object]) -> Callable[[object], str]:
    """Reads the name of a server that is in the stack file."""

    def read(raw: object) -> str:
        name = readers.text(raw)
        # Without any server that is one problem, noted once, and not one of every name.
        if servers and name not in servers:
            meant = nearest(name, servers)
            known = ", ".join(sorted(servers))
            mend = f"did you mean {meant}?" if meant else f"the servers are {known}"
            raise Wrong(f"is {show(name)}, which is no server in celeriac:servers: {mend}")
        return name

    return read


def _rabbitmq(entry: Section, app: str, server: str) -> BrokerDraft:
    entry.refuse(
        "prefix", f"is for a broker on Redis or SQS, and {server} is RabbitMQ: leave it out"
    )
    entry.refuse(
        "visibilityTimeout",
        "is for a broker on Redis or SQS: RabbitMQ's consumer timeout comes from longestTask, "
        "leave it out",
    )
    _refuse_others(entry, f"{server} is RabbitMQ")
    return _read_rabbitmq(entry, app, server, kind="rabbitmq")


def _read_rabbitmq(
    entry: Section, app: str, server: str, *, kind: Literal["rabbitmq"] | None
) -> BrokerDraft:
    types: Callable[[object], QueueType] = readers.choice("quorum", "classic")
    queue_type: QueueType = entry.get("queueType", types, "quorum")
    kinds: Callable[[object], DelayedDelivery] = readers.choice("quorum", "classic", "off")
    delayed = entry.get("delayedDelivery", kinds, None)
    if queue_type == "classic":
        entry.refuse("deliveryLimit", "needs queueType: quorum, classic queues count no returns")
    vhost = entry.get("vhost", readers.named(vhost_problem), app)
    user = entry.get("user", readers.named(lambda name: user_problem(name, system="rabbitmq")), app)
    broker = RabbitmqBroker(
        server=server,
        vhost=vhost,
        user=user,
        queues=read_queues(entry, app, kind=kind, quorum=queue_type == "quorum"),
        queue_type=queue_type,
        delivery_limit=entry.get("deliveryLimit", readers.whole(1), DELIVERY_LIMIT),
        delayed_delivery=delayed or ("quorum" if queue_type == "quorum" else "off"),
    )
    return BrokerDraft(
        kind="rabbitmq",
        server=server,
        broker=broker,
        claims=claim(entry, app, server, {"vhost": vhost, "user": user}),
        queue_type=queue_type,
        delayed_delivery=delayed,
    )


def _redis(entry: Section, app: str, server: str, times: Times) -> BrokerDraft:
    for key in _RABBITMQ_KEYS:
        entry.refuse(key, f"is for a broker on RabbitMQ, and {server} is Redis: leave it out")
    _refuse_others(entry, f"{server} is Redis")
    prefix = entry.get("prefix", readers.named(prefix_problem), f"{app}:")
    user = entry.get("user", readers.named(lambda name: user_problem(name, system="redis")), app)
    broker = RedisBroker(
        server=server,
        user=user,
        prefix=prefix,
        queues=read_queues(entry, app, kind="redis"),
        visibility_timeout=read_visibility_timeout(entry, times),
    )
    claims = claim(entry, app, server, {"prefix": prefix, "user": user})
    return BrokerDraft(kind="redis", server=server, broker=broker, claims=claims)


def _sqs(entry: Section, app: str, server: SqsServer | AwsSqsServer, times: Times) -> BrokerDraft:
    for key in _RABBITMQ_KEYS:
        entry.refuse(key, f"is for a broker on RabbitMQ, and {server.name} is SQS: leave it out")
    entry.refuse(
        "user",
        "is for a broker on RabbitMQ or Redis: on SQS the app gets IAM policies, leave it out",
    )
    _refuse_kafka_keys(entry, f"{server.name} is SQS")
    _refuse_pubsub_keys(entry, f"{server.name} is SQS")
    broker, claims = read_sqs_broker(entry, app, server, times)
    return BrokerDraft(kind="sqs", server=server.name, broker=broker, claims=claims)


def _kafka(entry: Section, app: str, server: KafkaServer, times: Times) -> BrokerDraft:
    for key in (*_RABBITMQ_KEYS, "prefix"):
        entry.refuse(key, f"has no meaning on Kafka, and {server.name} is Kafka: leave it out")
    entry.refuse(
        "visibilityTimeout",
        "is for a broker on Redis or SQS: on Kafka the time between two polls comes from "
        "longestTask, leave it out",
    )
    _refuse_sqs_keys(entry, f"{server.name} is Kafka", except_for="retention")
    _refuse_pubsub_keys(entry, f"{server.name} is Kafka")
    broker, claims = read_kafka_broker(entry, app, server.name, times)
    return BrokerDraft(kind="kafka", server=server.name, broker=broker, claims=claims)


def _pubsub(entry: Section, app: str, server: PubsubServer, times: Times) -> BrokerDraft:
    why = f"{server.name} is Pub/Sub"
    for key in _RABBITMQ_KEYS:
        entry.refuse(key, f"is for a broker on RabbitMQ, and {why}: leave it out")
    entry.refuse(
        "user",
        "is for a broker on RabbitMQ or Redis: on Pub/Sub the identity that the app runs as gets "
        "roles (docs/pubsub.md), leave it out",
    )
    entry.refuse(
        "visibilityTimeout",
        "is for a broker on Redis or SQS: on Pub/Sub write ackDeadline, which workers extend",
    )
    _refuse_sqs_keys(entry, why, except_for="retention")
    _refuse_kafka_keys(entry, why)
    broker, claims = read_pubsub_broker(entry, app, server, times)
    return BrokerDraft(kind="pubsub", server=server.name, broker=broker, claims=claims)


def _refuse_others(entry: Section, why: str) -> None:
    """Keys of brokers that are a service's queues."""
    _refuse_sqs_keys(entry, why)
    _refuse_kafka_keys(entry, why)
    _refuse_pubsub_keys(entry, why)


def _refuse_pubsub_keys(entry: Section, why: str) -> None:
    for key in PUBSUB_KEYS:
        entry.refuse(key, f"is for a broker on Pub/Sub, and {why}: leave it out")


def _refuse_kafka_keys(entry: Section, why: str) -> None:
    for key in KAFKA_KEYS:
        entry.refuse(key, f"is for a broker on Kafka, and {why}: leave it out")


def _refuse_sqs_keys(entry: Section, why: str, *, except_for: str = "") -> None:
    for key in KEYS:
        if key not in ("visibilityTimeout", except_for):
            entry.refuse(key, f"is for a broker on SQS, and {why}: leave it out")
