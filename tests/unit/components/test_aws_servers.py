"""Servers on AWS: what production must have is on, and each word turns off what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pulumi
import pytest
from tests.unit.components.aws_network import ANSWERS, KEY_ARN, TWO, VPC, aws
from tests.unit.components.aws_world import AwsWorld, is_secret, plain
from tests.unit.components.world import run_in

from celeriac.settings import (
    AnyServer,
    AwsDatabaseServer,
    AwsRabbitmqServer,
    AwsRedisServer,
    Reference,
    SshVia,
)
from celeriac.stack.aws import make_servers

BROKER = "mq/broker:Broker"
GROUP = "elasticache/replicationGroup:ReplicationGroup"
INSTANCE = "rds/instance:Instance"
RULE = "vpc/securityGroupIngressRule:SecurityGroupIngressRule"
CA = Reference(value="-----BEGIN CERTIFICATE-----\n")


def rabbitmq(*, production: bool = True, **more: Any) -> AwsRabbitmqServer:
    """A RabbitMQ as the stack file has it."""
    values: dict[str, Any] = {
        "name": "rabbit",
        "aws": aws(production=production),
        "version": "4.2",
        "multi_az": production,
        "instance_type": "mq.m7g.large",
        "max_message_size": 16_777_216,
    }
    return AwsRabbitmqServer(**values | more)


def redis(*, production: bool = True, **more: Any) -> AwsRedisServer:
    """A Valkey as the stack file has it."""
    values: dict[str, Any] = {
        "name": "cache",
        "aws": aws(production=production),
        "version": "8.0",
        "multi_az": production,
        "engine": "valkey",
        "node_type": "cache.m7g.large",
        "replicas": 1 if production else 0,
        "backup_days": 7,
    }
    return AwsRedisServer(**values | more)


def database(*, production: bool = True, **more: Any) -> AwsDatabaseServer:
    """A PostgreSQL as the stack file has it."""
    values: dict[str, Any] = {
        "name": "results",
        "aws": aws(production=production),
        "version": "17",
        "multi_az": production,
        "ca": CA,
        "engine": "postgresql",
        "instance_class": "db.m7g.large",
        "storage": 100,
        "backup_days": 14,
        "master_password": "managed",
    }
    return AwsDatabaseServer(**values | more)


def made(*entries: AnyServer, preview: bool = False) -> AwsWorld:
    """What is registered for these entries."""
    world = AwsWorld(answers=ANSWERS, preview=preview)

    def program() -> dict[str, pulumi.Output[Any]]:
        make_servers({entry.name: entry for entry in entries}, None)
        return {}

    with world.watching_options():
        run_in(world, program)
    return world


def has(found: Mapping[str, Any], **wanted: Any) -> None:
    """That a resource has these inputs."""
    assert {key: found.get(key) for key in wanted} == wanted


PROTECTED: dict[str, tuple[Callable[..., Any], str, str]] = {
    "rabbit": (rabbitmq, BROKER, "aws:mq/broker:Broker"),
    "cache": (redis, GROUP, "aws:elasticache/replicationGroup:ReplicationGroup"),
    "results": (database, INSTANCE, "aws:rds/instance:Instance"),
}


def test_amazon_mq_in_production() -> None:
    """A private cluster of RabbitMQ 4 in two zones, general logs, no audit log, own upgrades."""
    found = made(rabbitmq()).aws(BROKER, "rabbit")
    has(
        found,
        brokerName="celeriac-test-rabbit",
        engineType="RabbitMQ",
        engineVersion="4.2",
        hostInstanceType="mq.m7g.large",
        deploymentMode="CLUSTER_MULTI_AZ",
        subnetIds=list(TWO),
        securityGroups=["sg-rabbit-clients"],
        publiclyAccessible=False,
        autoMinorVersionUpgrade=True,
        applyImmediately=False,
        logs={"general": True},
    )
    assert found["tags"] == {
        "Name": "celeriac-test-rabbit",
        "celeriac:stack": "celeriac/test",
        "celeriac:server": "rabbit",
        "managed-by": "celeriac",
        "cost": "mail",
    }


def test_a_single_amazon_mq_has_one_subnet() -> None:
    """Amazon MQ refuses more of a single instance."""
    found = made(rabbitmq(production=False)).aws(BROKER, "rabbit")
    has(found, deploymentMode="SINGLE_INSTANCE", subnetIds=[TWO[0]], applyImmediately=True)


def test_users_of_amazon_mq_are_sent_once() -> None:
    """One administrator, whose password is a secret; afterwards `users` is left alone."""
    world = made(rabbitmq())
    [user] = plain(world.aws(BROKER, "rabbit")["users"])
    assert plain(user["username"]) == "celeriac"
    assert plain(user["password"]) == "rabbit-administrator-value"
    assert "users" in world.options[f"aws:{BROKER}::rabbit"].ignoreChanges
    provider = world.registered["pulumi:providers:celeriac::rabbit"]
    assert provider["endpoint"] == "https://b-1234.mq.eu-west-1.on.aws"
    assert plain(provider["password"]) == "rabbit-administrator-value"
    assert is_secret(provider["password"])


def test_elasticache_in_production() -> None:
    """Cluster mode off, TLS required, encrypted, failing over, with snapshots and both logs."""
    world = made(redis())
    found = world.aws(GROUP, "cache")
    has(
        found,
        replicationGroupId="celeriac-test-cache",
        engine="valkey",
        engineVersion="8.0",
        clusterMode="disabled",
        numCacheClusters=2,
        automaticFailoverEnabled=True,
        multiAzEnabled=True,
        transitEncryptionEnabled=True,
        transitEncryptionMode="required",
        atRestEncryptionEnabled=True,
        snapshotRetentionLimit=7,
        finalSnapshotIdentifier="celeriac-test-cache-cache-clients",
        autoMinorVersionUpgrade=True,
        parameterGroupName="celeriac-test-cache-valkey8",
        subnetGroupName="celeriac-test-cache",
        securityGroupIds=["sg-cache-clients"],
        userGroupIds=["celeriac-test-cache-users"],
    )
    assert "authToken" not in found
    has(
        world.aws("elasticache/parameterGroup:ParameterGroup", "cache-parameters"),
        family="valkey8",
        parameters=[{"name": "maxmemory-policy", "value": "noeviction"}],
    )
    logs = {one["logType"]: one for one in found["logDeliveryConfigurations"]}
    assert logs.keys() == {"slow-log", "engine-log"}
    has(
        logs["slow-log"],
        destination="/aws/elasticache/celeriac-test-cache/slow-log",
        destinationType="cloudwatch-logs",
    )
    has(world.aws("cloudwatch/logGroup:LogGroup", "cache-slow-log"), retentionInDays=30)
    provider = world.registered["pulumi:providers:celeriac::cache"]
    host = "master.celeriac-test-cache.euw1.cache.amazonaws.com"
    assert provider["endpoint"] == f"rediss://{host}:6379/0"


@pytest.mark.parametrize(
    ("engine", "version", "family"),
    [
        ("valkey", "7.2", "valkey7"),
        ("valkey", "8.0", "valkey8"),
        ("redis", "7.1", "redis7"),
        ("redis", "6.2", "redis6.x"),
    ],
)
def test_families_of_elasticache_are_those_without_cluster(
    engine: str, version: str, family: str
) -> None:
    """The default groups of the same families evict; those with `.cluster.on` break Celery."""
    world = made(redis(engine=engine, version=version))
    found = world.aws("elasticache/parameterGroup:ParameterGroup", "cache-parameters")
    assert found["family"] == family


def test_the_default_user_of_elasticache_may_do_nothing() -> None:
    """It is in the group, switched off; the administrator has what the provider sends, no more."""
    world = made(redis())
    users = world.all_of("elasticache/user:User")
    assert plain(users["cache-default"]["accessString"]) == "off resetchannels -@all"
    has(users["cache-default"], userName="default", userId="celeriac-test-cache-default")
    rights = users["cache-administrator"]["accessString"].split()
    assert rights[:4] == ["on", "~*", "resetchannels", "-@all"]
    assert {"+scan", "+unlink", "+info"} < set(rights[4:])
    assert set(rights) & {"+@all", "+get", "+set", "+config", "+acl", "+flushall", "+keys"} == set()
    for user in users.values():
        assert is_secret(user["passwords"])
    group = world.aws("elasticache/userGroup:UserGroup", "cache-users")
    assert group["userIds"] == ["celeriac-test-cache-default", "celeriac-test-cache-administrator"]
    ignored = world.options["aws:elasticache/userGroup:UserGroup::cache-users"].ignoreChanges
    assert "userIds" in ignored


def test_a_shared_token_is_there_instead_of_users() -> None:
    """ElastiCache takes one or the other; an old token is not good any more."""
    world = made(redis(shared_auth_token=True))
    found = world.aws(GROUP, "cache")
    assert plain(found["authToken"]) == "cache-administrator-value"
    assert is_secret(found["authToken"])
    assert found["authTokenUpdateStrategy"] == "SET"
    assert "userGroupIds" not in found
    assert world.all_of("elasticache/user:User") == {}
    assert "username" not in world.registered["pulumi:providers:celeriac::cache"]


def test_rds_in_production() -> None:
    """TLS forced, encrypted, with a standby, backups, a final snapshot, protection and logs."""
    world = made(database())
    has(
        world.aws(INSTANCE, "results"),
        identifier="celeriac-test-results",
        engine="postgres",
        engineVersion="17",
        username="celeriac",
        allocatedStorage=100,
        maxAllocatedStorage=500,
        storageEncrypted=True,
        multiAz=True,
        publiclyAccessible=False,
        backupRetentionPeriod=14,
        copyTagsToSnapshot=True,
        deletionProtection=True,
        skipFinalSnapshot=False,
        finalSnapshotIdentifier="celeriac-test-results-results-clients",
        autoMinorVersionUpgrade=True,
        performanceInsightsEnabled=True,
        enabledCloudwatchLogsExports=["postgresql", "upgrade"],
        dbSubnetGroupName="celeriac-test-results",
        parameterGroupName="celeriac-test-results-postgres17",
        vpcSecurityGroupIds=["sg-results-clients"],
    )
    has(
        world.aws("rds/parameterGroup:ParameterGroup", "results-parameters"),
        family="postgres17",
        parameters=[{"name": "rds.force_ssl", "value": "1", "applyMethod": "immediate"}],
    )
    has(
        world.aws("cloudwatch/logGroup:LogGroup", "results-postgresql-log"),
        name="/aws/rds/instance/celeriac-test-results/postgresql",
        retentionInDays=30,
    )


def test_a_managed_password_stays_in_secrets_manager() -> None:
    """The provider is given its ARN; neither it nor the instance is given a password."""
    world = made(database())
    found = world.aws(INSTANCE, "results")
    has(found, manageMasterUserPassword=True)
    assert "password" not in found
    provider = world.registered["pulumi:providers:celeriac::results"]
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:rds!db-abc"
    assert plain(provider["passwordSecret"]) == arn
    assert "password" not in provider
    assert provider["ca"] == CA.value
    host = "celeriac-test-results.abc.eu-west-1.rds.amazonaws.com"
    assert provider["endpoint"] == f"postgresql://{host}:5432/postgres?sslmode=verify-full"


def test_a_generated_password_is_secret_in_both_places() -> None:
    """In the instance's inputs and in the provider's."""
    world = made(database(master_password="generated"))
    found = world.aws(INSTANCE, "results")
    assert "manageMasterUserPassword" not in found
    provider = world.registered["pulumi:providers:celeriac::results"]
    for password in (found["password"], provider["password"]):
        assert is_secret(password)
        assert plain(password) == "results-administrator-value"


def test_mysql_has_its_own_port_logs_and_endpoint() -> None:
    """TLS forced, the slow log switched on as it is exported, and a provider that verifies."""
    world = made(database(engine="mysql", version="8.4"))
    has(
        world.aws(INSTANCE, "results"),
        engine="mysql",
        port=3306,
        enabledCloudwatchLogsExports=["error", "slowquery"],
    )
    found = world.aws("rds/parameterGroup:ParameterGroup", "results-parameters")
    assert found["family"] == "mysql8.4"
    parameters = {one["name"]: one["value"] for one in found["parameters"]}
    assert parameters["require_secure_transport"] == "1"
    assert parameters["slow_query_log"] == "1"
    provider = world.registered["pulumi:providers:celeriac::results"]
    assert provider["endpoint"].startswith("mysql://")
    assert provider["endpoint"].endswith(":3306?ssl-mode=VERIFY_IDENTITY")
    assert {one["toPort"] for one in world.all_of(RULE).values()} == {3306}


@pytest.mark.parametrize(
    ("entry", "ports"), [(rabbitmq, {443, 5671}), (redis, {6379}), (database, {5432})]
)
def test_only_the_given_clients_may_connect(entry: Any, ports: set[int]) -> None:
    """One rule for each client and port, nothing outwards, in the given VPC."""
    world = made(entry())
    [group] = world.all_of("ec2/securityGroup:SecurityGroup").values()
    has(group, vpcId=VPC, egress=[])
    assert "ingress" not in group
    rules = list(world.all_of(RULE).values())
    assert {one["fromPort"] for one in rules} == {one["toPort"] for one in rules} == ports
    who = {(one.get("referencedSecurityGroupId"), one.get("cidrIpv4")) for one in rules}
    assert who == {("sg-12345678", None), (None, "10.20.0.0/16")}
    assert len(rules) == 2 * len(ports)
    assert {one["ipProtocol"] for one in rules} == {"tcp"}


@pytest.mark.parametrize("name", PROTECTED)
@pytest.mark.parametrize(
    ("production", "without", "protected"),
    [(True, (), True), (True, ("deletionProtection",), False), (False, (), False)],
    ids=["production", "without deletionProtection", "not production"],
)
def test_deletion_protection(
    name: str, production: bool, without: tuple[str, ...], protected: bool
) -> None:
    """Pulumi's protection for all, before anything on the server is lost; RDS's own as well."""
    entry, token, whole = PROTECTED[name]
    world = made(entry(production=production, without=frozenset(without)))
    assert world.options[f"{whole}::{name}"].protect is protected
    if token == INSTANCE:
        assert world.aws(token, name)["deletionProtection"] is protected


@pytest.mark.parametrize("name", PROTECTED)
def test_a_server_is_never_replaced_by_an_empty_one(name: str) -> None:
    """A name that changed is not its name, and its successor is not made after its deletion."""
    entry, _, whole = PROTECTED[name]
    options = made(entry()).options[f"{whole}::{name}"]
    assert options.deleteBeforeReplaceDefined
    assert not options.deleteBeforeReplace
    identities = {"brokerName", "replicationGroupId", "identifier"}
    assert len(identities & set(options.ignoreChanges)) == 1


WORDS: list[tuple[Any, str, str, dict[str, Any]]] = [
    (rabbitmq, BROKER, "logs", {"logs": {"general": False}}),
    (redis, GROUP, "encryptionAtRest", {"atRestEncryptionEnabled": False, "kmsKeyId": None}),
    (redis, GROUP, "backups", {"snapshotRetentionLimit": 0, "finalSnapshotIdentifier": None}),
    (redis, GROUP, "minorUpgrades", {"autoMinorVersionUpgrade": False}),
    (redis, GROUP, "logs", {"logDeliveryConfigurations": []}),
    (
        database,
        INSTANCE,
        "encryptionAtRest",
        {"storageEncrypted": False, "kmsKeyId": None, "performanceInsightsKmsKeyId": None},
    ),
    (database, INSTANCE, "backups", {"backupRetentionPeriod": 0}),
    (database, INSTANCE, "finalSnapshot", {"skipFinalSnapshot": True}),
    (database, INSTANCE, "minorUpgrades", {"autoMinorVersionUpgrade": False}),
    (database, INSTANCE, "logs", {"enabledCloudwatchLogsExports": []}),
    (
        database,
        INSTANCE,
        "performanceInsights",
        {
            "performanceInsightsEnabled": False,
            "performanceInsightsRetentionPeriod": None,
            "performanceInsightsKmsKeyId": None,
        },
    ),
]


@pytest.mark.parametrize(("entry", "token", "word", "off"), WORDS)
def test_a_word_turns_off_what_it_says_and_nothing_else(
    entry: Any, token: str, word: str, off: dict[str, Any]
) -> None:
    """With a customer key in force: compared with the same server that has everything."""
    settings = aws(production=True, kms_key="alias/mail")
    whole, less = made(entry(aws=settings)), made(entry(aws=settings, without=frozenset({word})))
    name = entry().name
    before, after = whole.aws(token, name), less.aws(token, name)
    changed = {k for k in before.keys() | after.keys() if before.get(k) != after.get(k)}
    assert changed == off.keys()
    has(after, **off)


@pytest.mark.parametrize(
    ("entry", "token", "keys"),
    [
        (redis, GROUP, {"kmsKeyId"}),
        (
            database,
            INSTANCE,
            {"kmsKeyId", "performanceInsightsKmsKeyId", "masterUserSecretKmsKeyId"},
        ),
    ],
)
def test_a_customer_key_encrypts_everything_that_can_be(
    entry: Any, token: str, keys: set[str]
) -> None:
    """By its ARN."""
    found = made(entry(aws=aws(kms_key="alias/mail"))).aws(token, entry().name)
    has(found, **dict.fromkeys(keys, KEY_ARN))


def test_a_policy_sees_what_matters() -> None:
    """The components' own properties, of which policies see nothing else."""
    world = made(rabbitmq(), redis(), database(without=frozenset({"backups", "logs"})))
    has(
        world.one("index:RDSServer", "results"),
        engine="postgresql",
        multiAz=True,
        backupDays=0,
        logs=False,
        encryptionAtRest=True,
        deletionProtection=True,
        publiclyAccessible=False,
        forceTls=True,
        clients=["sg-12345678", "10.20.0.0/16"],
    )
    has(
        world.one("index:ElastiCacheServer", "cache"),
        maxmemoryPolicy="noeviction",
        transitEncryption="required",
        sharedAuthToken=False,
        replicas=1,
    )
    has(world.one("index:AmazonMQServer", "rabbit"), version="4.2", multiAz=True, logs=True)


def test_everything_that_can_have_tags_has_them() -> None:
    """The stack, the server, and those of the stack file."""
    world = made(rabbitmq(), redis(), database())
    bare = {
        key: found
        for key, found in world.registered.items()
        if key.startswith("aws:") and not {"cost", "celeriac:stack"} <= found.get("tags", {}).keys()
    }
    assert bare == {}


def test_everything_belongs_to_its_component() -> None:
    """A target, a policy and a person find it by its parent."""
    world = made(rabbitmq(), redis(), database())
    alone = [
        key
        for key, options in world.options.items()
        if not key.startswith("celeriac:index:") and "celeriac:index:" not in options.parent
    ]
    assert alone == []


@pytest.mark.parametrize("production", [True, False])
def test_a_preview_works_before_there_is_a_server(production: bool) -> None:
    """Endpoints, ARNs and passwords are unknown then; every resource is registered all the same."""
    entries = [entry(production=production) for entry in (rabbitmq, redis, database)]
    before, after = made(*entries, preview=True), made(*entries)
    assert before.registered.keys() == after.registered.keys()


def test_a_bastion_reaches_the_provider(tmp_path: Path) -> None:
    """With the key's path made absolute: the provider runs elsewhere."""
    via = SshVia(host="bastion.example.com", user="deployer", key_file=str(tmp_path / "key"))
    world = made(rabbitmq(via=via, timeout=60))
    provider = world.registered["pulumi:providers:celeriac::rabbit"]
    assert provider["via"]["ssh"]["host"] == "bastion.example.com"
    assert provider["via"]["ssh"]["keyFile"] == str(tmp_path / "key")
    assert provider["timeout"] == 60


def test_a_server_that_cannot_fail_over_is_not_called_multi_az() -> None:
    """One sentence, before anything of it is made."""
    with pytest.raises(ValueError, match="cache has no replica and cannot live in several"):
        made(redis(replicas=0))
