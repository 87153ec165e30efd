"""Fixtures and breaks of the rules on RDS."""

from __future__ import annotations

from typing import Any, Final

from celeriac_policies.values import Secret
from tests.policies.harness import GONE, Break, Fixture, Given

_COMMON: Final[dict[str, Any]] = {
    "storageEncrypted": True,
    "kmsKeyId": "arn:aws:kms:eu-west-1:111122223333:key/one",
    "backupRetentionPeriod": 14,
    "skipFinalSnapshot": False,
    "finalSnapshotIdentifier": "results-last",
    "deletionProtection": True,
}
_MEASURED: Final[dict[str, Any]] = {
    "publiclyAccessible": False,
    "autoMinorVersionUpgrade": True,
    "performanceInsightsEnabled": True,
    "monitoringInterval": 60,
}
_INSTANCE: Final[dict[str, Any]] = {
    **_COMMON,
    **_MEASURED,
    "multiAz": True,
    "manageMasterUserPassword": True,
}


def _parameters(name: str, value: str) -> list[dict[str, str]]:
    return [{"name": "log_statement", "value": "ddl"}, {"name": name, "value": value}]


FIXTURES: Final[dict[str, Fixture]] = {
    "aws-rds": [
        Given(
            "results",
            "aws:rds/instance:Instance",
            {
                **_INSTANCE,
                "engine": "postgres",
                "engineVersion": "17",
                "parameterGroupName": "results-postgres17",
                "enabledCloudwatchLogsExports": ["postgresql", "upgrade"],
            },
        ),
        Given(
            "mysql",
            "aws:rds/instance:Instance",
            {
                **_INSTANCE,
                "engine": "mysql",
                "engineVersion": "8.4",
                "parameterGroupName": "results-mysql8-4",
                "enabledCloudwatchLogsExports": ["error"],
            },
        ),
        Given(
            "results-replica",
            "aws:rds/instance:Instance",
            {
                **_MEASURED,
                "replicateSourceDb": "results",
                "kmsKeyId": _COMMON["kmsKeyId"],
                "deletionProtection": True,
            },
        ),
        Given(
            "results-postgres17",
            "aws:rds/parameterGroup:ParameterGroup",
            {"family": "postgres17", "parameters": _parameters("rds.force_ssl", "1")},
        ),
        Given(
            "results-mysql8-4",
            "aws:rds/parameterGroup:ParameterGroup",
            {"family": "mysql8.4", "parameters": _parameters("require_secure_transport", "ON")},
        ),
        Given(
            "others",
            "aws:rds/parameterGroup:ParameterGroup",
            {"family": "sqlserver-ee-16.0", "parameters": []},
        ),
    ],
    "aws-aurora": [
        Given(
            "aurora",
            "aws:rds/cluster:Cluster",
            {
                **_COMMON,
                "publiclyAccessible": False,
                "engine": "aurora-mysql",
                "engineVersion": "8.0.mysql_aurora.3.08.0",
                "dbClusterParameterGroupName": "aurora-mysql8-0",
                "enabledCloudwatchLogsExports": ["error", "audit"],
            },
        ),
        Given("aurora-1", "aws:rds/clusterInstance:ClusterInstance", _MEASURED),
        Given(
            "aurora-mysql8-0",
            "aws:rds/clusterParameterGroup:ClusterParameterGroup",
            {
                "family": "aurora-mysql8.0",
                "parameters": _parameters("require_secure_transport", "1"),
            },
        ),
    ],
}

BREAKS: Final = (
    Break("aws-rds-encrypted", "aws-rds", {"results/storageEncrypted": False}, "not encrypted"),
    Break("aws-rds-encrypted", "aws-rds", {"results/storageEncrypted": GONE}, "storageEncrypted"),
    Break("aws-rds-encrypted", "aws-aurora", {"aurora/storageEncrypted": False}, "not encrypted"),
    Break(
        "server-no-default-password",
        "aws-rds",
        {"results/username": "owner-1", "results/password": Secret("owner-1")},
        "password is a default one",
    ),
    Break(
        "server-no-default-password",
        "aws-aurora",
        {"aurora/masterUsername": "owner-1", "aurora/masterPassword": Secret("owner-1")},
        "masterPassword is a default one",
    ),
    Break("aws-rds-own-key", "aws-rds", {"results/kmsKeyId": GONE}, "kmsKeyId"),
    Break("aws-rds-own-key", "aws-aurora", {"aurora/kmsKeyId": GONE}, "kmsKeyId"),
    Break("aws-rds-private", "aws-rds", {"results/publiclyAccessible": True}, "on the internet"),
    Break("aws-rds-private", "aws-aurora", {"aurora/publiclyAccessible": True}, "on the internet"),
    Break(
        "aws-rds-private", "aws-aurora", {"aurora-1/publiclyAccessible": True}, "on the internet"
    ),
    Break(
        "aws-rds-tls",
        "aws-rds",
        {"results-postgres17/parameters": _parameters("rds.force_ssl", "0")},
        "rds.force_ssl is 0",
    ),
    Break("aws-rds-tls", "aws-rds", {"results-mysql8-4/parameters": []}, "add the parameter"),
    Break(
        "aws-rds-tls",
        "aws-rds",
        {"results-postgres17/family": "postgres14", "results-postgres17/parameters": []},
        "add the parameter rds.force_ssl",
    ),
    Break("aws-rds-tls", "aws-rds", {"mysql/parameterGroupName": GONE}, "default parameter group"),
    Break(
        "aws-rds-tls",
        "aws-rds",
        {"results/parameterGroupName": "default.postgres14", "results/engineVersion": "14.11"},
        "rds.force_ssl = 1",
        also=["aws-rds-supported-version"],
    ),
    Break("aws-rds-tls", "aws-aurora", {"aurora-mysql8-0/parameters": []}, "require_secure"),
    Break(
        "aws-rds-tls",
        "aws-aurora",
        {"aurora/dbClusterParameterGroupName": "default.aurora-mysql8.0"},
        "dbClusterParameterGroupName",
    ),
    Break("aws-rds-backups", "aws-rds", {"results/backupRetentionPeriod": 1}, "kept 1 days"),
    Break("aws-rds-backups", "aws-rds", {"results/backupRetentionPeriod": GONE}, "no backups"),
    Break("aws-rds-backups", "aws-aurora", {"aurora/backupRetentionPeriod": GONE}, "kept 1 days"),
    Break(
        "aws-rds-backups",
        "aws-aurora",
        {"aurora/backupRetentionPeriod": 14},
        "to 30 or more",
        parameters={"leastDays": 30},
    ),
    Break("aws-rds-final-snapshot", "aws-rds", {"results/skipFinalSnapshot": True}, "nothing is"),
    Break(
        "aws-rds-final-snapshot", "aws-rds", {"results/finalSnapshotIdentifier": GONE}, "no name"
    ),
    Break("aws-rds-final-snapshot", "aws-aurora", {"aurora/skipFinalSnapshot": True}, "nothing is"),
    Break("aws-rds-final-snapshot", "aws-aurora", {"aurora/finalSnapshotIdentifier": GONE}, "name"),
    Break("aws-rds-multi-az", "aws-rds", {"results/multiAz": GONE}, "one availability zone"),
    Break(
        "aws-rds-deletion-protection", "aws-rds", {"results/deletionProtection": GONE}, "anybody"
    ),
    Break(
        "aws-rds-deletion-protection", "aws-aurora", {"aurora/deletionProtection": False}, "anybody"
    ),
    Break("aws-rds-minor-upgrades", "aws-rds", {"results/autoMinorVersionUpgrade": False}, "fixes"),
    Break(
        "aws-rds-minor-upgrades", "aws-aurora", {"aurora-1/autoMinorVersionUpgrade": False}, "fixes"
    ),
    Break(
        "aws-rds-supported-version",
        "aws-rds",
        {"results/engineVersion": "14.2"},
        "postgres 14.2 is too old",
    ),
    Break(
        "aws-rds-supported-version",
        "aws-aurora",
        {"aurora/engineVersion": "5.7.mysql_aurora.2.11.1"},
        "too old",
    ),
    Break(
        "aws-rds-logs", "aws-rds", {"results/enabledCloudwatchLogsExports": ["upgrade"]}, "nowhere"
    ),
    Break("aws-rds-logs", "aws-aurora", {"aurora/enabledCloudwatchLogsExports": GONE}, "its log"),
    Break(
        "aws-rds-performance-insights",
        "aws-rds",
        {"results/performanceInsightsEnabled": GONE},
        "load",
    ),
    Break(
        "aws-rds-performance-insights",
        "aws-aurora",
        {"aurora-1/performanceInsightsEnabled": False},
        "load",
    ),
    Break(
        "aws-rds-enhanced-monitoring",
        "aws-rds",
        {"results/monitoringInterval": 0},
        "Enhanced Monitoring",
    ),
    Break(
        "aws-rds-enhanced-monitoring",
        "aws-aurora",
        {"aurora-1/monitoringInterval": GONE},
        "Enhanced Monitoring",
    ),
    Break(
        "aws-rds-managed-password",
        "aws-rds",
        {"results/manageMasterUserPassword": GONE, "results/password": Secret("not-to-be-seen")},
        "manageMasterUserPassword",
    ),
    Break(
        "aws-rds-managed-password",
        "aws-rds",
        {"results/manageMasterUserPassword": False, "results/passwordWo": Secret("not-to-be-seen")},
        "manageMasterUserPassword",
    ),
)

_WHOSE: Final = "what the engine is, whose settings the rule reads"
_COPY: Final = "a replica has what its source has"

CONTEXT: Final[dict[tuple[str, str], str]] = {
    ("aws-rds-tls", "engine"): _WHOSE,
    ("aws-rds-tls", "engineVersion"): _WHOSE,
    ("aws-rds-tls", "family"): _WHOSE,
    ("aws-rds-supported-version", "engine"): _WHOSE,
    ("aws-rds-logs", "engine"): _WHOSE,
    ("*", "replicateSourceDb"): _COPY,
    ("*", "replicationSourceIdentifier"): _COPY,
}
