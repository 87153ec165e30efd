"""The servers of the stack file as typed objects: what the components are made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from celeriac.contract import Failover, RedisForm
    from celeriac.contract.kafka import Mechanism
    from celeriac.settings.docker_model import Containers


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A text that may be a secret: written out, or where the provider finds it.

    Exactly one of the four is set. The reference is resolved by the provider, never here.
    """

    value: str | None = field(default=None, repr=False)
    """The text itself."""
    env: str | None = None
    """Name of an environment variable of the provider's process."""
    file: str | None = None
    """Path of a file on the machine where Pulumi runs."""
    secret: str | None = None
    """ARN or name of a secret in AWS Secrets Manager. Of a password only."""

    @property
    def as_input(self) -> str | dict[str, str]:
        """The text, `{"env": name}`, `{"file": path}` or `{"secret": ARN}`."""
        if self.env is not None:
            return {"env": self.env}
        if self.file is not None:
            return {"file": self.file}
        if self.secret is not None:
            return {"secret": self.secret}
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
    platform: Literal["existing", "docker"] = "existing"
    """Where it runs."""
    containers: Containers | None = None
    """What it runs in, on platform docker, where this stack makes that."""
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

    failover: Failover | None = None
    """Its other hosts, where it has several; `host` and `port` are those of the first."""
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
    form: RedisForm | None = None
    """A socket or sentinels, where it is not a host and a port; `host` and `port` are then those
    of the first sentinel."""
    sentinel_password: Reference | None = None
    """The password of the sentinels themselves."""


@dataclass(frozen=True, kw_only=True)
class PostgresqlServer(Server):
    """A PostgreSQL."""

    database: str = "postgres"
    """The database the administrator connects to; apps get databases of their own."""


@dataclass(frozen=True, kw_only=True)
class KafkaServer(Server):
    """A Kafka with an authorizer and SCRAM."""

    servers: tuple[str, ...] = ()
    """`host:port` of further brokers."""
    mechanism: Mechanism = "SCRAM-SHA-512"
    """How the administrator and the apps' users log in."""


@dataclass(frozen=True, kw_only=True)
class PubsubServer:
    """Pub/Sub of a project on Google Cloud, or an emulator."""

    name: str
    """Its name in the stack file."""
    project: str
    """The project's id."""
    credentials: Reference | None = None
    """The JSON key of the administrator's service account. Default: application default
    credentials."""
    emulator: str | None = None
    """`host:port` of an emulator; None for Google's own."""
    platform: Literal["existing"] = "existing"
    """Where it runs."""
    timeout: int | None = None
    """Seconds the provider waits for an answer. Default: the provider's."""

    @property
    def tls(self) -> bool:
        """Whether apps connect with TLS: no emulator has it."""
        return self.emulator is None


@dataclass(frozen=True, kw_only=True)
class MysqlServer(Server):
    """A MySQL or a MariaDB: which of the two is found out."""


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
    platform: Literal["existing", "docker"] = "existing"
    """Where it runs."""
    containers: Containers | None = None
    """What it runs in, on platform docker, where this stack makes that."""
    username: str | None = None
    """Access key id. Default: what AWS's own tools use (environment, profile, role)."""
    password: Reference | None = None
    """Its secret access key."""
    ca: Reference | None = None
    """PEM of the CA that signed the endpoint's certificate. Default: the system's CAs."""
    kms_key: str | None = None
    """KMS key that encrypts the queues: id, ARN or alias. Default: SQS's own (SSE-SQS)."""
    max_message_size: int
    """Bytes of the largest message a queue takes."""
    timeout: int | None = None
    """Seconds the provider waits for an answer. Default: the provider's."""
    without: frozenset[str] = frozenset()
    """What its queues go without: encryptionAtRest, tlsOnly, foreignAccountsDenied,
    redriveAllow."""

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
    username: str = "celeriac"
    """The administrator that is made with it."""
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
    """What its queues go without: encryptionAtRest, tlsOnly, foreignAccountsDenied, redriveAllow,
    alarms."""


@dataclass(frozen=True, kw_only=True)
class MemcachedServer:
    """Memcached servers that are used together, on platform existing."""

    name: str
    """Its name in the stack file."""
    servers: tuple[tuple[str, int], ...]
    """Host and port of each."""
    platform: Literal["existing", "docker"] = "existing"
    """Where they run."""
    containers: Containers | None = None
    """What it runs in, on platform docker, where this stack makes that."""
    max_item_size: int
    """Bytes of the largest item that each of them takes (memcached's `-I`)."""
    timeout: int | None = None
    """Seconds the provider waits for an answer. Default: the provider's."""
    via: Via | None = None
    """How the verification and the proof reach them from outside their network."""


@dataclass(frozen=True, kw_only=True)
class MongodbServer:
    """A MongoDB on platform existing: a server alone, or a replica set."""

    name: str
    """Its name in the stack file."""
    servers: tuple[tuple[str, int], ...]
    """Host and port of the server, or of members of the replica set."""
    tls: bool
    """Whether apps connect with TLS; then certificate and host name are checked."""
    platform: Literal["existing", "docker"] = "existing"
    """Where it runs."""
    containers: Containers | None = None
    """What it runs in, on platform docker, where this stack makes that."""
    replica_set: str | None = None
    """Name of the replica set; None for a server alone."""
    auth_source: str = "admin"
    """The database that the administrator logs in to."""
    username: str | None = None
    """The administrator."""
    password: Reference | None = None
    """The administrator's password."""
    ca: Reference | None = None
    """PEM of the CA that signed the servers' certificates. Default: the system's CAs."""
    ca_path: str | None = None
    """Path of that CA on the apps' hosts, written into their settings. Default: their system's."""
    timeout: int | None = None
    """Seconds the provider waits for an answer. Default: the provider's."""
    via: Via | None = None
    """How the administrator and the proof reach it from outside its network."""


@dataclass(frozen=True, kw_only=True)
class ElasticsearchServer:
    """An Elasticsearch on platform existing."""

    name: str
    """Its name in the stack file."""
    host: str
    """Host that apps and the administrator connect to."""
    port: int
    """Port that they connect to."""
    tls: bool
    """Whether they connect with TLS; then certificate and host name are checked."""
    platform: Literal["existing", "docker"] = "existing"
    """Where it runs."""
    containers: Containers | None = None
    """What it runs in, on platform docker, where this stack makes that."""
    username: str | None = None
    """The administrator. Default: nobody, where the cluster has no users."""
    password: Reference | None = None
    """The administrator's password."""
    ca: Reference | None = None
    """PEM of the CA that signed the server's certificate, for the provider. Default: the system's
    CAs."""
    timeout: int | None = None
    """Seconds the provider waits for an answer. Default: the provider's."""
    via: Via | None = None
    """How the administrator and the proof reach it from outside its network."""


Kind = Literal[
    "rabbitmq",
    "redis",
    "postgresql",
    "mysql",
    "sqs",
    "kafka",
    "pubsub",
    "memcached",
    "mongodb",
    "elasticsearch",
]
"""What a server is."""
AnyServer = (
    RabbitmqServer
    | RedisServer
    | PostgresqlServer
    | MysqlServer
    | SqsServer
    | KafkaServer
    | PubsubServer
    | MemcachedServer
    | MongodbServer
    | ElasticsearchServer
    | AwsRabbitmqServer
    | AwsRedisServer
    | AwsDatabaseServer
    | AwsSqsServer
)
