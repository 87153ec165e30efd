"""Rules on RDS: databases that keep Celery's results."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from celeriac_policies.aws.reading import is_given, is_on, mended, older, parameter, with_parameter
from celeriac_policies.resource import Resource
from celeriac_policies.rule import Changes, Parameter, Rule, Settings, Severity, resource_rule

INSTANCE: Final = "aws:rds/instance:Instance"
CLUSTER: Final = "aws:rds/cluster:Cluster"
MEMBER: Final = "aws:rds/clusterInstance:ClusterInstance"
PARAMETERS: Final = "aws:rds/parameterGroup:ParameterGroup"
CLUSTER_PARAMETERS: Final = "aws:rds/clusterParameterGroup:ClusterParameterGroup"

_GUIDE: Final = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/"
_FORCED_SINCE: Final = "15"
"""From this version on PostgreSQL's own default at RDS is `rds.force_ssl` 1."""


@mended(storageEncrypted=True)
@resource_rule(
    name="aws-rds-encrypted",
    description="Storage, backups and replicas of a database are encrypted.",
    severity=Severity.HIGH,
    reads=(INSTANCE, CLUSTER),
    steps=(
        "Set storageEncrypted to true. What exists already would be replaced by an empty one: copy "
        "its snapshot with encryption, and restore that."
    ),
    url=f"{_GUIDE}Overview.Encryption.html",
    same_as={
        "checkov": ("CKV_AWS_16", "CKV_AWS_96"),
        "cdk-nag": ("AwsSolutions-RDS2",),
        "trivy": ("AVD-AWS-0080", "AVD-AWS-0079"),
        "cfn-nag": ("F26", "F27"),
        "security-hub": ("RDS.3", "RDS.27"),
    },
)
def encrypted(resource: Resource, given: Settings) -> Iterator[str]:
    """Storage."""
    if not _is_copy(resource) and not is_on(resource.props, "storageEncrypted"):
        yield "its storage and its backups are not encrypted: set storageEncrypted to true"


@resource_rule(
    name="aws-rds-own-key",
    description="A key of one's own encrypts a database, so that its use is logged and ended.",
    severity=Severity.LOW,
    advice=True,
    reads=(INSTANCE, CLUSTER),
    steps="Name a key of KMS in kmsKeyId, before the database is made: it cannot change later.",
    url=f"{_GUIDE}Overview.Encryption.Keys.html",
    same_as={"checkov": ("CKV_AWS_327",)},
)
def own_key(resource: Resource, given: Settings) -> Iterator[str]:
    """A customer's key."""
    if resource.props.get("kmsKeyId") is None:
        yield "no key of yours encrypts it: name one in kmsKeyId, where a regulation asks for one"


@mended(publiclyAccessible=False)
@resource_rule(
    name="aws-rds-private",
    description="A database has no address on the internet.",
    severity=Severity.CRITICAL,
    reads=(INSTANCE, CLUSTER, MEMBER),
    steps="Leave publiclyAccessible out, or set it to false; reach the database inside its VPC.",
    url=f"{_GUIDE}USER_VPC.WorkingWithRDSInstanceinaVPC.html",
    same_as={
        "checkov": ("CKV_AWS_17",),
        "cdk-nag": ("NIST.800.53.R5-RDSInstancePublicAccess",),
        "trivy": ("AVD-AWS-0180",),
        "cfn-nag": ("F22",),
        "security-hub": ("RDS.2",),
    },
)
def private(resource: Resource, given: Settings) -> Iterator[str]:
    """Public access."""
    if is_on(resource.props, "publiclyAccessible"):
        yield "it has an address on the internet: set publiclyAccessible to false"


def _tls(family: str) -> tuple[str, str, bool] | None:
    """Parameter and value that force TLS, and whether a group has to say so."""
    if family.startswith(("postgres", "aurora-postgresql")):
        return "rds.force_ssl", "1", older(family, _FORCED_SINCE)
    if family.startswith(("mysql", "mariadb", "aurora-mysql")):
        return "require_secure_transport", "1", True
    return None


def _force_tls(resource: Resource, given: Settings) -> Changes:
    """The group with the parameter."""
    if resource.type in {INSTANCE, CLUSTER} or not any(_forces_tls(resource, given)):
        return {}
    found = _tls(resource.props.get("family", ""))
    assert found is not None  # noqa: S101 - or else the rule had not objected
    # Static for PostgreSQL and dynamic for MySQL, where it can wait for the restart as well.
    items = resource.props.items_of("parameters")
    return {"parameters": with_parameter(items, *found[:2], applyMethod="pending-reboot")}


def _forces_tls(resource: Resource, given: Settings) -> Iterator[str]:
    """TLS, where the parameter group decides it."""
    props = resource.props
    if resource.type in {PARAMETERS, CLUSTER_PARAMETERS}:
        found = _tls(props.get("family", ""))
        if found is None:
            return
        name, wanted, needed = found
        value = parameter(props.items_of("parameters"), name)
        if value is None and needed:
            yield f"it lets clients in without TLS: add the parameter {name} with the value 1"
        elif value is not None and value.upper() not in {wanted, "ON", "TRUE"}:
            yield f"{name} is {value}, which lets clients in without TLS: set it to {wanted}"
        return
    key = "parameterGroupName" if resource.type == INSTANCE else "dbClusterParameterGroupName"
    group = props.get(key, "default.")
    engine, version = props.get("engine", ""), props.get("engineVersion", "")
    found = _tls(f"{engine}{version}") if group.startswith("default.") else None
    # Without a version RDS takes one whose default is to force it.
    if found is not None and found[2] and (version or found[0] != "rds.force_ssl"):
        yield (
            f"{engine}'s default parameter group lets clients in without TLS: make a parameter "
            f"group with {found[0]} = 1 and name it in {key}"
        )


forces_tls = resource_rule(
    name="aws-rds-tls",
    description="A database takes no connection without TLS.",
    severity=Severity.HIGH,
    reads=(PARAMETERS, CLUSTER_PARAMETERS, INSTANCE, CLUSTER),
    steps=(
        "Give the database a parameter group with rds.force_ssl (PostgreSQL) or "
        "require_secure_transport (MySQL, MariaDB) set to 1."
    ),
    url=f"{_GUIDE}PostgreSQL.Concepts.General.SSL.html",
    same_as={
        "checkov": ("CKV2_AWS_69",),
        "security-hub": ("RDS.38", "RDS.39", "RDS.44"),
    },
    mend=_force_tls,
)(_forces_tls)


@resource_rule(
    name="aws-rds-backups",
    description="Backups of a database are kept long enough to find out that one is needed.",
    severity=Severity.HIGH,
    reads=(INSTANCE, CLUSTER),
    steps="Set backupRetentionPeriod to the days that backups are kept, 35 at most.",
    url=f"{_GUIDE}USER_WorkingWithAutomatedBackups.html",
    parameters=(Parameter("leastDays", "integer", 7, "Days that backups are kept at least."),),
    same_as={
        "checkov": ("CKV_AWS_133",),
        "cdk-nag": ("AwsSolutions-RDS13",),
        "trivy": ("AVD-AWS-0077",),
        "cfn-nag": ("W75",),
        "security-hub": ("RDS.11",),
    },
)
def backups(resource: Resource, given: Settings) -> Iterator[str]:
    """Automated backups."""
    if _is_copy(resource):
        return
    days = resource.props.get("backupRetentionPeriod", 1 if resource.type == CLUSTER else 0)
    if days < given["leastDays"]:
        kept = "it has no backups" if days == 0 else f"its backups are kept {days} days"
        yield f"{kept}: set backupRetentionPeriod to {given['leastDays']} or more"


@resource_rule(
    name="aws-rds-final-snapshot",
    description="A database leaves a snapshot behind when it is deleted.",
    severity=Severity.MEDIUM,
    reads=(INSTANCE, CLUSTER),
    steps="Leave skipFinalSnapshot out and name the snapshot in finalSnapshotIdentifier.",
    url=f"{_GUIDE}USER_DeleteInstance.html",
)
def final_snapshot(resource: Resource, given: Settings) -> Iterator[str]:
    """What is left at its end."""
    if _is_copy(resource):
        return
    if is_on(resource.props, "skipFinalSnapshot"):
        yield "nothing is left of its data when it is deleted: set skipFinalSnapshot to false"
    elif not is_given(resource.props, "finalSnapshotIdentifier"):
        yield (
            "its final snapshot has no name, so that it cannot be deleted: name it in "
            "finalSnapshotIdentifier"
        )


@resource_rule(
    name="aws-rds-multi-az",
    description="A database survives the loss of an availability zone.",
    severity=Severity.MEDIUM,
    reads=(INSTANCE,),
    steps="Set multiAz to true: a standby in another zone takes over by itself.",
    url=f"{_GUIDE}Concepts.MultiAZ.html",
    same_as={
        "checkov": ("CKV_AWS_157",),
        "cdk-nag": ("AwsSolutions-RDS3",),
        "security-hub": ("RDS.5",),
    },
)
def multi_az(resource: Resource, given: Settings) -> Iterator[str]:
    """A standby."""
    if not _is_copy(resource) and not is_on(resource.props, "multiAz"):
        yield "it is in one availability zone, and gone with it: set multiAz to true"


@mended(deletionProtection=True)
@resource_rule(
    name="aws-rds-deletion-protection",
    description="AWS refuses to delete a database until somebody says so first.",
    severity=Severity.MEDIUM,
    reads=(INSTANCE, CLUSTER),
    steps="Set deletionProtection to true.",
    url=f"{_GUIDE}USER_DeleteInstance.html",
    same_as={
        "checkov": ("CKV_AWS_293", "CKV_AWS_139"),
        "cdk-nag": ("AwsSolutions-RDS10",),
        "trivy": ("AVD-AWS-0177", "AVD-AWS-0343"),
        "cfn-nag": ("F80",),
        "security-hub": ("RDS.7", "RDS.8"),
    },
)
def deletion_protection(resource: Resource, given: Settings) -> Iterator[str]:
    """Protection."""
    if not is_on(resource.props, "deletionProtection"):
        yield "anybody with the right to delete it can: set deletionProtection to true"


def _is_copy(resource: Resource) -> bool:
    """Whether it is a replica of another database, which decides for it."""
    sources = ("replicateSourceDb", "replicationSourceIdentifier")
    return any(is_given(resource.props, key) for key in sources)


RULES: Final[tuple[Rule, ...]] = (
    encrypted,
    own_key,
    private,
    forces_tls,
    backups,
    final_snapshot,
    multi_az,
    deletion_protection,
)
