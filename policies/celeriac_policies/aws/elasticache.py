"""Rules on ElastiCache: Redis and Valkey that lose no task and let only their clients in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from celeriac_policies.aws.reading import is_given, is_on, mended, parameter, with_parameter
from celeriac_policies.resource import Resource
from celeriac_policies.rule import Changes, Rule, Settings, Severity, resource_rule

GROUP: Final = "aws:elasticache/replicationGroup:ReplicationGroup"
CLUSTER: Final = "aws:elasticache/cluster:Cluster"
SERVERLESS: Final = "aws:elasticache/serverlessCache:ServerlessCache"
PARAMETERS: Final = "aws:elasticache/parameterGroup:ParameterGroup"

_GUIDE: Final = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/"
_REDIS: Final = ("redis", "valkey")
_EVICTION: Final = "maxmemory-policy"


def engine(resource: Resource) -> str:
    """`redis`, `valkey` or `memcached`."""
    return str(resource.props.get("engine", "redis")).lower()


def is_redis(resource: Resource) -> bool:
    """Whether it speaks Redis's protocol: Memcached is no broker, and has other settings."""
    return engine(resource) in _REDIS


def _no_eviction(resource: Resource, given: Settings) -> Iterator[str]:
    """What happens when memory is full, which the parameter group decides."""
    props = resource.props
    if resource.type == PARAMETERS:
        if not props.get("family", "").startswith(_REDIS):
            return
        policy = parameter(props.items_of("parameters"), _EVICTION)
        if policy is None:
            yield (
                f"{_EVICTION} is ElastiCache's default volatile-lru, which evicts what has an "
                "expiry, such as results and unacknowledged tasks: set it to noeviction"
            )
        elif policy != "noeviction":
            yield (
                f"{_EVICTION} is {policy}: when memory is full, tasks and results vanish without a "
                "word; set it to noeviction, so that whoever sends a task is told"
            )
        return
    if resource.type == CLUSTER and is_given(props, "replicationGroupId"):
        return  # it has that group's parameters
    if is_redis(resource) and props.get("parameterGroupName", "default.").startswith("default."):
        yield (
            "its default parameter group evicts keys with an expiry when memory is full: make a "
            f"parameter group with {_EVICTION} noeviction and name it in parameterGroupName"
        )


def _evict_nothing(resource: Resource, given: Settings) -> Changes:
    """The group with the parameter."""
    if resource.type != PARAMETERS or not any(_no_eviction(resource, given)):
        return {}
    items = resource.props.items_of("parameters")
    return {"parameters": with_parameter(items, _EVICTION, "noeviction")}


no_eviction = resource_rule(
    name="aws-elasticache-no-eviction",
    description="Redis evicts nothing, so that no task, no binding and no result is lost.",
    severity=Severity.HIGH,
    reads=(PARAMETERS, GROUP, CLUSTER),
    steps=(
        "Make an ElastiCache parameter group with maxmemory-policy noeviction, and name it in the "
        "replication group."
    ),
    url=(
        "https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/redis.html"
        "#key-eviction"
    ),
    mend=_evict_nothing,
)(_no_eviction)


@resource_rule(
    name="aws-elasticache-no-cluster-mode",
    description="Redis is not sharded: Celery's commands on several keys fail with CROSSSLOT.",
    severity=Severity.HIGH,
    reads=(GROUP, PARAMETERS, SERVERLESS),
    steps=(
        "Set clusterMode to disabled, leave numNodeGroups out, and use a replication group instead "
        "of a serverless cache, which always is a cluster."
    ),
    url=f"{_GUIDE}Replication.Redis-RedisCluster.html",
)
def no_cluster_mode(resource: Resource, given: Settings) -> Iterator[str]:
    """Cluster mode, in all the ways to turn it on."""
    props = resource.props
    if resource.type == SERVERLESS:
        if is_redis(resource):
            yield (
                "a serverless cache always is a cluster, in which Celery fails with CROSSSLOT: "
                "make a replication group with clusterMode disabled"
            )
        return
    if resource.type == PARAMETERS:
        if parameter(props.items_of("parameters"), "cluster-enabled") == "yes":
            yield "cluster-enabled is yes, and Celery fails with CROSSSLOT: leave it out"
        return
    if props.known("clusterMode") and props.get("clusterMode", "disabled") != "disabled":
        yield (
            f"clusterMode is {props.get('clusterMode')}, and Celery fails with CROSSSLOT: set it "
            "to disabled"
        )
    if props.known("numNodeGroups") and props.get("numNodeGroups", 1) > 1:
        yield (
            f"its keys are on {props.get('numNodeGroups')} shards, and Celery fails with "
            "CROSSSLOT: leave numNodeGroups out, and set numCacheClusters"
        )
    if props.get("parameterGroupName", "").endswith(".cluster.on"):
        yield (
            f"its parameter group {props.get('parameterGroupName')} turns cluster mode on, and "
            "Celery fails with CROSSSLOT: name one without"
        )


@resource_rule(
    name="aws-elasticache-replication-group",
    description="Redis is a replication group, which alone has passwords, encryption and failover.",
    severity=Severity.HIGH,
    reads=(CLUSTER,),
    steps="Make an aws.elasticache.ReplicationGroup instead, also for one node.",
    url=f"{_GUIDE}Replication.html",
)
def replication_group(resource: Resource, given: Settings) -> Iterator[str]:
    """A single node."""
    if is_redis(resource) and not is_given(resource.props, "replicationGroupId"):
        yield (
            "a cache cluster of Redis by itself has no password, is not encrypted at rest and has "
            "no failover: make a ReplicationGroup instead"
        )


@mended(atRestEncryptionEnabled=True)
@resource_rule(
    name="aws-elasticache-encrypted",
    description="What Redis writes to disk, and its snapshots, is encrypted.",
    severity=Severity.HIGH,
    reads=(GROUP,),
    steps=(
        "Set atRestEncryptionEnabled to true. What exists already is replaced by an empty one: "
        "make a second one and move the apps."
    ),
    url=f"{_GUIDE}at-rest-encryption.html",
    same_as={
        "checkov": ("CKV_AWS_29",),
        "cdk-nag": ("AwsSolutions-AEC3",),
        "trivy": ("AVD-AWS-0045",),
        "cfn-nag": ("F25",),
        "security-hub": ("ElastiCache.4",),
    },
)
def encrypted(resource: Resource, given: Settings) -> Iterator[str]:
    """Disks and snapshots. Valkey has it on by default."""
    by_default = engine(resource) == "valkey"
    if not is_on(resource.props, "atRestEncryptionEnabled", default=by_default):
        yield "tasks and results lie on disk unencrypted: set atRestEncryptionEnabled to true"


@resource_rule(
    name="aws-elasticache-own-key",
    description="A key of one's own encrypts Redis at rest, so that its use is logged and ended.",
    severity=Severity.LOW,
    advice=True,
    reads=(GROUP, SERVERLESS),
    steps="Name a key of KMS in kmsKeyId, before it is made: it cannot change later.",
    url=f"{_GUIDE}at-rest-encryption.html",
    same_as={"checkov": ("CKV_AWS_191",)},
)
def own_key(resource: Resource, given: Settings) -> Iterator[str]:
    """A customer's key."""
    if resource.props.get("kmsKeyId") is None:
        yield "no key of yours encrypts it: name one in kmsKeyId, where a regulation asks for one"


@mended(transitEncryptionEnabled=True, transitEncryptionMode="required")
@resource_rule(
    name="aws-elasticache-tls",
    description="Redis takes no connection without TLS.",
    severity=Severity.HIGH,
    reads=(GROUP,),
    steps="Set transitEncryptionEnabled to true, and transitEncryptionMode to required.",
    url=f"{_GUIDE}in-transit-encryption.html",
    same_as={
        "checkov": ("CKV_AWS_30",),
        "cdk-nag": ("AwsSolutions-AEC3",),
        "trivy": ("AVD-AWS-0051",),
        "cfn-nag": ("F33",),
        "security-hub": ("ElastiCache.5",),
    },
)
def tls(resource: Resource, given: Settings) -> Iterator[str]:
    """TLS."""
    if not is_on(resource.props, "transitEncryptionEnabled"):
        yield "passwords and tasks travel unencrypted: set transitEncryptionEnabled to true"
    elif resource.props.get("transitEncryptionMode") == "preferred":
        yield "it takes connections without TLS, too: set transitEncryptionMode to required"


RULES: Final[tuple[Rule, ...]] = (
    no_eviction,
    no_cluster_mode,
    replication_group,
    encrypted,
    own_key,
    tls,
)
