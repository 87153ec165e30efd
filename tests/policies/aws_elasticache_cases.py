"""Fixtures and breaks of the rules on ElastiCache."""

from __future__ import annotations

from typing import Final

from celeriac_policies.values import Secret
from tests.policies.harness import GONE, Break, Fixture, Given

_GROUP: Final = "aws:elasticache/replicationGroup:ReplicationGroup"
_APP: Final = "on ~thumbnails:* resetchannels -@all +ping +get +set +lpush +brpop"

FIXTURES: Final[dict[str, Fixture]] = {
    "aws-elasticache": [
        Given(
            "cache",
            _GROUP,
            {
                "engine": "valkey",
                "engineVersion": "8.0",
                "clusterMode": "disabled",
                "numCacheClusters": 2,
                "parameterGroupName": "cache-valkey8",
                "userGroupIds": ["cache-users"],
                "transitEncryptionEnabled": True,
                "transitEncryptionMode": "required",
                "atRestEncryptionEnabled": True,
                "kmsKeyId": "arn:aws:kms:eu-west-1:111122223333:key/one",
                "automaticFailoverEnabled": True,
                "multiAzEnabled": True,
                "snapshotRetentionLimit": 7,
                "finalSnapshotIdentifier": "cache-last",
                "autoMinorVersionUpgrade": True,
                "logDeliveryConfigurations": [
                    {"logType": "slow-log", "destination": "slow"},
                    {"logType": "engine-log", "destination": "engine"},
                ],
            },
            protect=True,
        ),
        Given(
            "cache-valkey8",
            "aws:elasticache/parameterGroup:ParameterGroup",
            {
                "family": "valkey8",
                "parameters": [
                    {"name": "timeout", "value": "0"},
                    {"name": "maxmemory-policy", "value": "noeviction"},
                ],
            },
        ),
        Given(
            "cache-member",
            "aws:elasticache/cluster:Cluster",
            {
                "engine": "redis",
                "engineVersion": "7.1",
                "replicationGroupId": "cache",
                "snapshotRetentionLimit": 7,
                "autoMinorVersionUpgrade": "true",
            },
        ),
        Given(
            "thumbnails",
            "aws:elasticache/user:User",
            {
                "userName": "thumbnails",
                "engine": "redis",
                "accessString": _APP,
                "passwords": Secret(["not-to-be-seen"]),
            },
        ),
        Given(
            "default",
            "aws:elasticache/user:User",
            {"userName": "default", "engine": "redis", "accessString": "off resetchannels -@all"},
        ),
        # Memcached is no broker: what these rules say of Redis is nothing to it.
        Given(
            "pages",
            "aws:elasticache/serverlessCache:ServerlessCache",
            {
                "engine": "memcached",
                "majorEngineVersion": "1.6",
                "kmsKeyId": "arn:aws:kms:eu-west-1:111122223333:key/one",
            },
        ),
        Given(
            "pages-parameters",
            "aws:elasticache/parameterGroup:ParameterGroup",
            {"family": "memcached1.6", "parameters": []},
        ),
    ]
}

_EVICTING: Final = [{"name": "maxmemory-policy", "value": "allkeys-lru"}]
_TOKEN: Final = Secret("not-to-be-seen")
_USERS: Final = ["aws-elasticache-users"]

BREAKS: Final = (
    Break(
        "aws-elasticache-no-eviction",
        "aws-elasticache",
        {"cache-valkey8/parameters": _EVICTING},
        "maxmemory-policy is allkeys-lru",
    ),
    Break(
        "aws-elasticache-no-eviction",
        "aws-elasticache",
        {"cache-valkey8/parameters": GONE},
        "volatile-lru",
    ),
    Break(
        "aws-elasticache-no-eviction",
        "aws-elasticache",
        {"pages-parameters/family": "redis7"},
        "volatile-lru",
    ),
    Break(
        "aws-elasticache-no-eviction",
        "aws-elasticache",
        {"cache/parameterGroupName": GONE},
        "default parameter group",
    ),
    Break(
        "aws-elasticache-no-eviction",
        "aws-elasticache",
        {"cache-member/replicationGroupId": GONE, "cache-member/parameterGroupName": "default.r"},
        "default parameter group",
        also=["aws-elasticache-replication-group"],
    ),
    Break(
        "aws-elasticache-no-cluster-mode",
        "aws-elasticache",
        {"cache/clusterMode": "enabled"},
        "clusterMode is enabled",
    ),
    Break(
        "aws-elasticache-no-cluster-mode",
        "aws-elasticache",
        {"cache/numNodeGroups": 3},
        "3 shards",
    ),
    Break(
        "aws-elasticache-no-cluster-mode",
        "aws-elasticache",
        {"cache/parameterGroupName": "ours.cluster.on"},
        "turns cluster mode on",
    ),
    Break(
        "aws-elasticache-no-cluster-mode",
        "aws-elasticache",
        {"pages-parameters/parameters": [{"name": "cluster-enabled", "value": "yes"}]},
        "cluster-enabled is yes",
    ),
    Break(
        "aws-elasticache-no-cluster-mode",
        "aws-elasticache",
        {"pages/engine": "valkey", "pages/majorEngineVersion": "8"},
        "always is a cluster",
        also=["aws-elasticache-backups"],
    ),
    Break(
        "aws-elasticache-replication-group",
        "aws-elasticache",
        {"cache-member/replicationGroupId": GONE, "cache-member/parameterGroupName": "ours"},
        "ReplicationGroup",
    ),
    Break(
        "aws-elasticache-encrypted",
        "aws-elasticache",
        {"cache/atRestEncryptionEnabled": False},
        "unencrypted",
    ),
    Break(
        "aws-elasticache-encrypted",
        "aws-elasticache",
        {
            "cache/atRestEncryptionEnabled": GONE,
            "cache/engine": "redis",
            "cache/engineVersion": "7.1",
        },
        "unencrypted",
    ),
    Break(
        "server-no-default-password",
        "aws-elasticache",
        {"cache/authToken": Secret("password-2026-1234"), "cache/authTokenUpdateStrategy": "SET"},
        "authToken is a default one",
        also=["aws-elasticache-users"],
    ),
    Break("aws-elasticache-own-key", "aws-elasticache", {"cache/kmsKeyId": GONE}, "kmsKeyId"),
    Break("aws-elasticache-own-key", "aws-elasticache", {"pages/kmsKeyId": GONE}, "kmsKeyId"),
    Break(
        "aws-elasticache-tls",
        "aws-elasticache",
        {"cache/transitEncryptionEnabled": GONE},
        "travel unencrypted",
    ),
    Break(
        "aws-elasticache-tls",
        "aws-elasticache",
        {"cache/transitEncryptionMode": "preferred"},
        "without TLS, too",
    ),
    Break("aws-elasticache-password", "aws-elasticache", {"cache/userGroupIds": GONE}, "whoever"),
    Break(
        "aws-elasticache-users",
        "aws-elasticache",
        {"cache/authToken": _TOKEN, "cache/authTokenUpdateStrategy": "SET"},
        "same token",
    ),
    Break("aws-elasticache-users", "aws-elasticache", {"cache/authTokenWo": _TOKEN}, "same token"),
    Break(
        "aws-elasticache-token-in-force",
        "aws-elasticache",
        {"cache/authToken": _TOKEN, "cache/authTokenUpdateStrategy": "ROTATE"},
        "authTokenUpdateStrategy",
        also=_USERS,
    ),
    Break(
        "aws-elasticache-user-password",
        "aws-elasticache",
        {"thumbnails/noPasswordRequired": True},
        "noPasswordRequired",
    ),
    Break(
        "aws-elasticache-user-password",
        "aws-elasticache",
        {"thumbnails/authenticationMode": {"type": "no-password-required"}},
        "authenticationMode",
    ),
    Break(
        "aws-elasticache-user-password",
        "aws-elasticache",
        {"thumbnails/accessString": f"{_APP} nopass"},
        "says nopass",
    ),
    Break(
        "aws-elasticache-user-rights",
        "aws-elasticache",
        {"thumbnails/accessString": "on ~thumbnails:* resetchannels +@all"},
        "more, which deletes",
    ),
    Break(
        "aws-elasticache-user-rights",
        "aws-elasticache",
        {"thumbnails/accessString": f"{_APP} +flushall +config|get"},
        "it may config, flushall",
    ),
    Break(
        "aws-elasticache-user-keys",
        "aws-elasticache",
        {"thumbnails/accessString": "on ~* resetchannels &* -@all +get"},
        "~* and &*",
    ),
    Break(
        "aws-elasticache-default-user",
        "aws-elasticache",
        {"default/accessString": "on ~x:* -@all +get"},
        "begin its accessString with off",
    ),
    Break(
        "aws-elasticache-failover",
        "aws-elasticache",
        {"cache/automaticFailoverEnabled": GONE},
        "until somebody acts",
    ),
    Break("aws-elasticache-failover", "aws-elasticache", {"cache/multiAzEnabled": False}, "one av"),
    Break(
        "aws-elasticache-backups",
        "aws-elasticache",
        {"cache/snapshotRetentionLimit": 0},
        "no snapshots",
    ),
    Break(
        "aws-elasticache-backups",
        "aws-elasticache",
        {"cache-member/snapshotRetentionLimit": GONE},
        "no snapshots",
    ),
    Break(
        "aws-elasticache-backups",
        "aws-elasticache",
        {
            "pages/engine": "redis",
            "pages/snapshotRetentionLimit": 0,
            "pages/majorEngineVersion": "7",
        },
        "no snapshots",
        also=["aws-elasticache-no-cluster-mode"],
    ),
    Break(
        "aws-elasticache-final-snapshot",
        "aws-elasticache",
        {"cache/finalSnapshotIdentifier": GONE},
        "nothing is left",
    ),
    Break(
        "aws-elasticache-supported-version",
        "aws-elasticache",
        {"cache/engineVersion": "7.0"},
        "valkey 7.0 is too old",
    ),
    Break(
        "aws-elasticache-supported-version",
        "aws-elasticache",
        {"cache-member/engineVersion": "6.2"},
        "redis 6.2 is too old",
    ),
    Break(
        "aws-elasticache-supported-version",
        "aws-elasticache",
        {
            "pages/engine": "redis",
            "pages/majorEngineVersion": "6",
            "pages/snapshotRetentionLimit": 7,
        },
        "set majorEngineVersion",
        also=["aws-elasticache-no-cluster-mode"],
    ),
    Break(
        "aws-elasticache-minor-upgrades",
        "aws-elasticache",
        {"cache/autoMinorVersionUpgrade": False},
        "security fixes",
    ),
    Break(
        "aws-elasticache-minor-upgrades",
        "aws-elasticache",
        {"cache-member/autoMinorVersionUpgrade": "false"},
        "security fixes",
    ),
    Break(
        "aws-elasticache-logs",
        "aws-elasticache",
        {"cache/logDeliveryConfigurations": [{"logType": "slow-log", "destination": "slow"}]},
        "engine-log can be read nowhere",
    ),
    Break(
        "aws-elasticache-protected", "aws-elasticache", {"cache/@protect": False}, "protect=True"
    ),
)

_WHOSE: Final = "whether it is Redis, Valkey or Memcached"

CONTEXT: Final[dict[tuple[str, str], str]] = {
    ("aws-elasticache-no-eviction", "engine"): _WHOSE,
    ("aws-elasticache-replication-group", "engine"): _WHOSE,
    ("aws-elasticache-backups", "engine"): _WHOSE,
    ("aws-elasticache-supported-version", "engine"): _WHOSE,
    ("aws-elasticache-password", "authToken"): "one of the ways to need a password",
    ("aws-elasticache-password", "authTokenWo"): "one of the ways to need a password",
    ("aws-elasticache-default-user", "userName"): "whether it is the user `default`",
}

BY_PRESENCE: Final[dict[str, set[str]]] = {"aws-elasticache-protected": {_GROUP}}
