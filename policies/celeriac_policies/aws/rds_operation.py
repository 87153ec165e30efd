"""Rules on how RDS is run: versions, upgrades, logs, what is measured, passwords."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from celeriac_policies.aws.rds import CLUSTER, INSTANCE, MEMBER
from celeriac_policies.aws.reading import is_given, is_on, mended, older
from celeriac_policies.resource import Resource
from celeriac_policies.rule import Parameter, Rule, Settings, Severity, resource_rule

_GUIDE: Final = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/"
_LOG: Final = {"postgres": "postgresql", "mysql": "error", "mariadb": "error"}
"""The log without which nothing can be found out, by the engine's name without `aurora-`."""


@mended(autoMinorVersionUpgrade=True)
@resource_rule(
    name="aws-rds-minor-upgrades",
    description="Minor versions of a database, with their security fixes, come by themselves.",
    severity=Severity.MEDIUM,
    reads=(INSTANCE, MEMBER),
    steps="Leave autoMinorVersionUpgrade out, or set it to true.",
    url=f"{_GUIDE}USER_UpgradeDBInstance.Upgrading.html",
    same_as={
        "checkov": ("CKV_AWS_226",),
        "cdk-nag": ("HIPAA.Security-RDSAutomaticMinorVersionUpgradeEnabled",),
        "security-hub": ("RDS.13",),
    },
)
def minor_upgrades(resource: Resource, given: Settings) -> Iterator[str]:
    """Upgrades in the maintenance window."""
    if not is_on(resource.props, "autoMinorVersionUpgrade", default=True):
        yield "it goes without security fixes: set autoMinorVersionUpgrade to true"


@resource_rule(
    name="aws-rds-supported-version",
    description="A database's version is still supported, by its makers and by Celery's drivers.",
    severity=Severity.HIGH,
    reads=(INSTANCE, CLUSTER),
    steps="Write a newer engineVersion; the major version alone leaves the minor one to RDS.",
    url=f"{_GUIDE}PostgreSQL.Concepts.General.DBVersions.html",
    parameters=(
        Parameter("leastPostgresql", "string", "15", "The oldest version of PostgreSQL."),
        Parameter("leastMysql", "string", "8.0", "The oldest version of MySQL."),
    ),
)
def supported_version(resource: Resource, given: Settings) -> Iterator[str]:
    """Versions."""
    engine = _engine(resource)
    least = {"postgres": given["leastPostgresql"], "mysql": given["leastMysql"]}.get(engine)
    version = resource.props.get("engineVersion")
    if least is not None and version is not None and older(version, least):
        yield f"{engine} {version} is too old: upgrade it to {least} or later"


@resource_rule(
    name="aws-rds-logs",
    description="A database's log is in CloudWatch, where it outlives the database.",
    severity=Severity.MEDIUM,
    reads=(INSTANCE, CLUSTER),
    steps="Name `postgresql`, or `error` of MySQL and MariaDB, in enabledCloudwatchLogsExports.",
    url=f"{_GUIDE}USER_LogAccess.Procedural.UploadtoCloudWatch.html",
    same_as={
        "checkov": ("CKV_AWS_129", "CKV_AWS_324"),
        "cdk-nag": ("NIST.800.53.R5-RDSLoggingEnabled",),
        "security-hub": ("RDS.9", "RDS.36", "RDS.37", "RDS.42"),
    },
)
def logs(resource: Resource, given: Settings) -> Iterator[str]:
    """Log exports."""
    wanted = _LOG.get(_engine(resource))
    exported = list(resource.props.items_of("enabledCloudwatchLogsExports"))
    if wanted is not None and wanted not in exported:
        yield (
            f"its log {wanted} is nowhere but on the database: name it in "
            "enabledCloudwatchLogsExports"
        )


@resource_rule(
    name="aws-rds-performance-insights",
    description="What a database's load is made of is kept.",
    severity=Severity.LOW,
    reads=(INSTANCE, MEMBER),
    steps="Set performanceInsightsEnabled to true: seven days of it cost nothing.",
    url=f"{_GUIDE}USER_PerfInsights.html",
    same_as={"checkov": ("CKV_AWS_353",), "trivy": ("AVD-AWS-0133",)},
)
def performance_insights(resource: Resource, given: Settings) -> Iterator[str]:
    """Load."""
    if not is_on(resource.props, "performanceInsightsEnabled"):
        yield (
            "nobody can tell which statements its load is made of: set performanceInsightsEnabled "
            "to true"
        )


@resource_rule(
    name="aws-rds-enhanced-monitoring",
    description="Processes and memory of a database's machine are measured.",
    severity=Severity.LOW,
    advice=True,
    reads=(INSTANCE, MEMBER),
    steps="Set monitoringInterval to 1 to 60 seconds, with a monitoringRoleArn.",
    url=f"{_GUIDE}USER_Monitoring.OS.html",
    same_as={
        "checkov": ("CKV_AWS_118",),
        "cdk-nag": ("NIST.800.53.R5-RDSEnhancedMonitoringEnabled",),
        "security-hub": ("RDS.6",),
    },
)
def enhanced_monitoring(resource: Resource, given: Settings) -> Iterator[str]:
    """The machine."""
    if resource.props.get("monitoringInterval", 0) == 0:
        yield (
            "Enhanced Monitoring does not watch its machine: set monitoringInterval to 60, with a "
            "monitoringRoleArn"
        )


@resource_rule(
    name="aws-rds-managed-password",
    description="Secrets Manager makes, keeps and rotates the administrator's password.",
    severity=Severity.LOW,
    advice=True,
    reads=(INSTANCE,),
    steps="Set manageMasterUserPassword to true and leave the password out.",
    url=f"{_GUIDE}rds-secrets-manager.html",
)
def managed_password(resource: Resource, given: Settings) -> Iterator[str]:
    """The administrator's password."""
    has_own = is_given(resource.props, "password") or is_given(resource.props, "passwordWo")
    if has_own and not is_on(resource.props, "manageMasterUserPassword"):
        yield (
            "its administrator's password is in the program's hands and changes never by itself: "
            "set manageMasterUserPassword to true"
        )


def _engine(resource: Resource) -> str:
    """`postgres`, `mysql` …, Aurora's too."""
    name = str(resource.props.get("engine", "")).removeprefix("aurora-")
    return "postgres" if name == "postgresql" else name


RULES: Final[tuple[Rule, ...]] = (
    minor_upgrades,
    supported_version,
    logs,
    performance_insights,
    enhanced_monitoring,
    managed_password,
)
