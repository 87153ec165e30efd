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
    via: Via | None = None
    """How the administrator and the proof reach it from outside its network."""


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
class SshVia:
    """An SSH bastion through which the administrator reaches a server."""

    host: str
    """The bastion."""
    port: int = 22
    """Its SSH port."""
    user: str | None = None
    """The user there. Default: what ssh's own configuration says."""
    key_file: str | None = None
    """Path of the private key. Default: ssh's own, or its agent's."""
    known_hosts_file: str | None = None
    """Path of the file with the bastion's host key. Default: ssh's own. It is always checked."""


@dataclass(frozen=True, kw_only=True)
class SsmVia:
    """A machine under AWS Systems Manager through which the administrator reaches a server."""

    target: str
    """Its instance id."""
    region: str | None = None
    """Its region. Default: that of the AWS configuration in force."""


Via = SshVia | SsmVia


@dataclass(frozen=True, kw_only=True)
class SqsServer:
    """SQS on platform existing: an AWS account, or another server that speaks its protocol."""

    name: str
    """Its name in the stack file."""
    region: str
    """Region of the queues."""
    url: str | None = None
    """The endpoint of an SQS-compatible server, without a path. Default: AWS's."""
    platform: Literal["existing"] = "existing"
    """Where it runs."""
    username: str | None = None
    """Access key id. Default: what AWS's own tools use (environment, profile, role)."""
    password: Reference | None = None
    """Its secret access key."""
    ca: Reference | None = None
    """PEM of the CA that signed the endpoint's certificate. Default: the system's CAs."""
    ca_path: str | None = None
    """Path of that CA on the apps' hosts."""
    kms_key: str | None = None
    """KMS key that encrypts the queues: id, ARN or alias. Default: SQS's own (SSE-SQS)."""
    max_message_size: int
    """Bytes of the largest message a queue takes."""
    timeout: int | None = None
    """Seconds the provider waits for an answer. Default: the provider's."""
    without: frozenset[str] = frozenset()
    """What this server's queues go without: encryptionAtRest, tlsOnly, foreignAccountsDenied."""

    @property
    def tls(self) -> bool:
        """Whether apps connect with TLS."""
        return self.url is None or self.url.startswith("https:")


Tags = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Aws:
    """celeriac:aws: what all servers on platform aws share."""

    region: str
    """aws:region, or the environment's AWS_REGION."""
    production: bool = False
    """celeriac:production: multi-AZ, deletion protection, longer backups by default."""
    vpc: str | Tags | None = None
    """Id of the VPC, or tags that exactly one VPC has."""
    subnets: tuple[str, ...] | Tags = ()
    """Ids of the subnets of the servers, or tags that they have. They are never made."""
    clients: tuple[str, ...] = ()
    """Who may connect: ids of security groups (sg-…) and IPv4 networks (10.0.0.0/16)."""
    kms_key: str | None = None
    """Customer key that encrypts everything at rest. Default: AWS's own keys."""
    alarm_topic: str | None = None
    """ARN of the SNS topic that alarms go to."""
    tags: Tags = field(default_factory=dict)
    """On everything that is made on AWS."""


@dataclass(frozen=True, kw_only=True)
class AwsServer:
    """A server that this stack makes on AWS: private, encrypted, backed up."""

    name: str
    """Its name in the stack file."""
    aws: Aws
    """What all servers on AWS share."""
    platform: Literal["aws"] = "aws"
    """Where it runs."""
    version: str
    """Version of the engine."""
    multi_az: bool
    """Whether it lives in several availability zones. Default: as `production`."""
    without: frozenset[str] = frozenset()
    """What it goes without, by names that say what is lost; see docs/aws.md."""
    ca: Reference | None = None
    """PEM of the CA that signs its certificates. Default: the system's CAs."""
    ca_path: str | None = None
    """Path of that CA on the apps' hosts."""
    timeout: int | None = None
    """Seconds the provider waits for an answer. Default: the provider's."""
    via: Via | None = None
    """How the administrator and the proof reach it from outside its network."""


@dataclass(frozen=True, kw_only=True)
class AwsRabbitmqServer(AwsServer):
    """Amazon MQ for RabbitMQ; `multi_az` is a cluster of three."""

    instance_type: str
    """mq.m7g.medium …: RabbitMQ 4 runs on mq.m7g only."""
    max_message_size: int
    """Bytes of the largest message the server takes."""


@dataclass(frozen=True, kw_only=True)
class AwsRedisServer(AwsServer):
    """An ElastiCache replication group, cluster mode off."""

    engine: Literal["valkey", "redis"]
    """The engine."""
    node_type: str
    """cache.m7g.large …"""
    replicas: int
    """Replicas beside the primary; with one or more it fails over by itself."""
    backup_days: int
    """Days that daily snapshots are kept."""
    shared_auth_token: bool = False
    """One token with all rights for every app, instead of ACL users."""


@dataclass(frozen=True, kw_only=True)
class AwsDatabaseServer(AwsServer):
    """An RDS instance."""

    engine: Literal["postgresql", "mysql"]
    """The engine."""
    instance_class: str
    """db.m7g.large …"""
    storage: int
    """GiB at the beginning; it grows by itself up to five times as much."""
    backup_days: int
    """Days that daily backups and the log for point-in-time recovery are kept."""
    master_password: Literal["managed", "generated"]
    """Managed and rotated by Secrets Manager, or generated into the state."""
    database: str = "postgres"
    """The database the administrator connects to; apps get databases of their own."""


@dataclass(frozen=True, kw_only=True)
class AwsSqsServer:
    """SQS on platform aws: nothing is made until an app has queues."""

    name: str
    """Its name in the stack file."""
    aws: Aws
    """What all servers on AWS share."""
    platform: Literal["aws"] = "aws"
    """Where it runs."""
    max_message_size: int
    """Bytes of the largest message a queue takes."""
    without: frozenset[str] = frozenset()
    """What its queues go without: encryptionAtRest, tlsOnly, foreignAccountsDenied, alarms."""


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


Broker = RabbitmqBroker | RedisBroker | SqsBroker
AnyServer = (
    RabbitmqServer
    | RedisServer
    | PostgresqlServer
    | SqsServer
    | AwsRabbitmqServer
    | AwsRedisServer
    | AwsDatabaseServer
    | AwsSqsServer
)
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
