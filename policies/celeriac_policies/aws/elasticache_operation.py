"""Rules on how ElastiCache is run: failover, backups, versions, upgrades, logs, protection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from celeriac_policies.aws.elasticache import CLUSTER, GROUP, SERVERLESS, engine, is_redis
from celeriac_policies.aws.reading import is_given, is_on, mended, older, unprotected
from celeriac_policies.resource import Resource
from celeriac_policies.rule import Parameter, Rule, Settings, Severity, resource_rule

_GUIDE: Final = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/"
_LOGS: Final = ("slow-log", "engine-log")


@resource_rule(
    name="aws-elasticache-failover",
    description="Redis survives the loss of a node, and of an availability zone.",
    severity=Severity.MEDIUM,
    reads=(GROUP,),
    steps=(
        "Set numCacheClusters to 2 or more, automaticFailoverEnabled and multiAzEnabled to true."
    ),
    url=f"{_GUIDE}AutoFailover.html",
    same_as={
        "checkov": ("CKV2_AWS_50",),
        "cdk-nag": ("AwsSolutions-AEC4",),
        "security-hub": ("ElastiCache.3",),
    },
)
def failover(resource: Resource, given: Settings) -> Iterator[str]:
    """A replica that takes over."""
    props = resource.props
    if props.known("automaticFailoverEnabled") and not is_on(props, "automaticFailoverEnabled"):
        yield (
            "when its node is lost, it is gone until somebody acts: set automaticFailoverEnabled "
            "to true, with numCacheClusters 2 or more"
        )
    if not is_on(props, "multiAzEnabled"):
        yield "its nodes may all be in one availability zone: set multiAzEnabled to true"


@resource_rule(
    name="aws-elasticache-backups",
    description="Redis is backed up daily.",
    severity=Severity.MEDIUM,
    reads=(GROUP, CLUSTER, SERVERLESS),
    steps="Set snapshotRetentionLimit to the days that snapshots are kept.",
    url=f"{_GUIDE}backups-automatic.html",
    parameters=(Parameter("leastDays", "integer", 1, "Days that snapshots are kept at least."),),
    same_as={
        "checkov": ("CKV_AWS_134",),
        "cdk-nag": ("NIST.800.53.R5-ElastiCacheRedisClusterAutomaticBackup",),
        "trivy": ("AVD-AWS-0050",),
        "security-hub": ("ElastiCache.1",),
    },
)
def backups(resource: Resource, given: Settings) -> Iterator[str]:
    """Snapshots."""
    days, least = resource.props.get("snapshotRetentionLimit", 0), given["leastDays"]
    if is_redis(resource) and days < least:
        kept = "it has no snapshots" if days == 0 else f"its snapshots are kept {days} days"
        yield f"{kept}: set snapshotRetentionLimit to {least} or more"


@resource_rule(
    name="aws-elasticache-final-snapshot",
    description="Redis leaves a snapshot behind when it is deleted.",
    severity=Severity.LOW,
    reads=(GROUP,),
    steps="Name the snapshot in finalSnapshotIdentifier.",
    url=f"{_GUIDE}backups-final.html",
)
def final_snapshot(resource: Resource, given: Settings) -> Iterator[str]:
    """What is left at its end."""
    if not is_given(resource.props, "finalSnapshotIdentifier"):
        yield "nothing is left of it when it is deleted: name a snapshot in finalSnapshotIdentifier"


@resource_rule(
    name="aws-elasticache-supported-version",
    description="The version of Redis or Valkey is still supported, and knows Celery's ACL rules.",
    severity=Severity.HIGH,
    reads=(GROUP, CLUSTER, SERVERLESS),
    steps="Write a newer engineVersion: 7.1 of Redis, 8.0 of Valkey.",
    url=f"{_GUIDE}supported-engine-versions.html",
    parameters=(
        Parameter("leastRedis", "string", "7.0", "The oldest version of Redis."),
        Parameter("leastValkey", "string", "7.2", "The oldest version of Valkey."),
    ),
)
def supported_version(resource: Resource, given: Settings) -> Iterator[str]:
    """Versions."""
    key = "majorEngineVersion" if resource.type == SERVERLESS else "engineVersion"
    version = resource.props.get(key)
    least = {"redis": given["leastRedis"], "valkey": given["leastValkey"]}.get(engine(resource))
    if version is not None and least is not None and older(version, least):
        yield f"{engine(resource)} {version} is too old: set {key} to {least} or later"


@mended(autoMinorVersionUpgrade=True)
@resource_rule(
    name="aws-elasticache-minor-upgrades",
    description="Minor versions of Redis, with their security fixes, come by themselves.",
    severity=Severity.MEDIUM,
    reads=(GROUP, CLUSTER),
    steps="Leave autoMinorVersionUpgrade out, or set it to true.",
    url=f"{_GUIDE}VersionManagement.html",
    same_as={"checkov": ("CKV_AWS_322",), "security-hub": ("ElastiCache.2",)},
)
def minor_upgrades(resource: Resource, given: Settings) -> Iterator[str]:
    """Upgrades in the maintenance window."""
    if not is_on(resource.props, "autoMinorVersionUpgrade", default=True):
        yield "it goes without security fixes: set autoMinorVersionUpgrade to true"


@resource_rule(
    name="aws-elasticache-logs",
    description="The slow log and the log of Redis are in CloudWatch.",
    severity=Severity.LOW,
    reads=(GROUP,),
    steps="Add logDeliveryConfigurations of logType slow-log and engine-log.",
    url=f"{_GUIDE}Log_Delivery.html",
)
def logs(resource: Resource, given: Settings) -> Iterator[str]:
    """Logs."""
    found = {item.get("logType") for item in resource.props.items_of("logDeliveryConfigurations")}
    missing = [log for log in _LOGS if log not in found]
    if missing:
        yield f"{' and '.join(missing)} can be read nowhere: add logDeliveryConfigurations"


@resource_rule(
    name="aws-elasticache-protected",
    description="Pulumi refuses to delete Redis, which AWS itself does not protect.",
    severity=Severity.MEDIUM,
    reads=(GROUP,),
    steps="Give the replication group the option protect=True.",
    url="https://www.pulumi.com/docs/iac/concepts/options/protect/",
)
def protected(resource: Resource, given: Settings) -> Iterator[str]:
    """Protection."""
    return unprotected(resource, "Redis with every task and result in it")


RULES: Final[tuple[Rule, ...]] = (
    failover,
    backups,
    final_snapshot,
    supported_version,
    minor_upgrades,
    logs,
    protected,
)
