"""Servers that are made on AWS. Imports pulumi_aws, so it is imported only where it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from celeriac.aws import (
    AmazonMQServer,
    ElastiCacheServer,
    RDSServer,
    SettingsSecret,
    SQSServer,
    find_network,
)
from celeriac.servers.aws.network import MULTI_AZ, find_kms_key
from celeriac.settings import (
    AwsDatabaseServer,
    AwsRabbitmqServer,
    AwsRedisServer,
    AwsServer,
    AwsSqsServer,
    StackFileError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from celeriac.servers.aws.network import Network
    from celeriac.servers.aws.server import Common
    from celeriac.settings import AnyServer, Aws

MadeOnAws = AmazonMQServer | ElastiCacheServer | RDSServer | SQSServer
"""A server that this stack makes."""
RECOVERY, RECOVERY_IN_PRODUCTION = 7, 30
"""Days that a deleted secret can be restored: as few and as many as Secrets Manager allows."""


def make_servers(entries: Mapping[str, AnyServer], owner: str | None) -> dict[str, MadeOnAws]:
    """Make every server on AWS, whether or not an app is on it: the stack file says that it is.

    Raises:
        pulumi.RunError: the network is not there, or does not fit. Then nothing was made.
    """
    network = _network(entries)
    if network is None:
        _look_for_key(entries)
    made: dict[str, MadeOnAws] = {}
    for name, entry in entries.items():
        if isinstance(entry, AwsSqsServer):
            made[name] = _sqs(entry, owner)
        elif isinstance(entry, AwsServer):
            assert network is not None  # noqa: S101 - found above, for entries such as this one
            made[name] = _server(entry, network, owner)
    return made


def settings_secret(aws: Aws) -> SettingsSecret:
    """Where the apps' outputs are kept as secrets."""
    days = RECOVERY_IN_PRODUCTION if aws.production else RECOVERY
    return SettingsSecret(kms_key=aws.kms_key, recovery_days=days, tags=aws.tags)


def _network(entries: Mapping[str, AnyServer]) -> Network | None:
    """The network of the servers that live in one; none where there are none."""
    inside = [entry for entry in entries.values() if isinstance(entry, AwsServer)]
    if not inside:
        return None
    zones = {entry.name: MULTI_AZ if _needs_zones(entry) else 1 for entry in inside}
    return find_network(inside[0].aws, zones)


def _look_for_key(entries: Mapping[str, AnyServer]) -> None:
    """That the key is there, where only SQS asks for it: a network's search has found it else."""
    key = next((one.aws.kms_key for one in entries.values() if isinstance(one, AwsSqsServer)), None)
    problems: list[str] = []
    try:
        find_kms_key(key, problems)
    except Exception as error:  # noqa: BLE001 - Pulumi raises nothing narrower
        raise pulumi.RunError(
            f"celeriac:aws.kmsKey: AWS could not be asked for {key} ({' '.join(str(error).split())}"
            "): check aws:region and the credentials"
        ) from None
    if problems:
        raise pulumi.RunError(str(StackFileError(problems)))


def _needs_zones(entry: AwsServer) -> bool:
    # A subnet group of RDS has two zones even where the instance has one.
    return entry.multi_az or isinstance(entry, AwsDatabaseServer)


def _server(entry: AwsServer, network: Network, owner: str | None) -> MadeOnAws:
    def has(protection: str) -> bool:
        return protection not in entry.without

    common: Common = {
        "deletion_protection": entry.aws.production and has("deletionProtection"),
        "apply_immediately": not entry.aws.production,
        "ca": entry.ca,
        "ca_path": entry.ca_path,
        "via": entry.via,
        "timeout": entry.timeout,
        "owner": owner,
    }
    if isinstance(entry, AwsRabbitmqServer):
        return AmazonMQServer(
            entry.name,
            network=network,
            instance_type=entry.instance_type,
            version=entry.version,
            multi_az=entry.multi_az,
            logs=has("logs"),
            **common,
        )
    if isinstance(entry, AwsRedisServer):
        return ElastiCacheServer(
            entry.name,
            network=network,
            engine=entry.engine,
            version=entry.version,
            node_type=entry.node_type,
            multi_az=entry.multi_az,
            replicas=entry.replicas,
            backup_days=entry.backup_days if has("backups") else 0,
            encryption_at_rest=has("encryptionAtRest"),
            minor_upgrades=has("minorUpgrades"),
            logs=has("logs"),
            shared_auth_token=entry.shared_auth_token,
            **common,
        )
    assert isinstance(entry, AwsDatabaseServer)  # noqa: S101 - there is no other
    return RDSServer(
        entry.name,
        network=network,
        engine=entry.engine,
        version=entry.version,
        instance_class=entry.instance_class,
        storage=entry.storage,
        multi_az=entry.multi_az,
        backup_days=entry.backup_days if has("backups") else 0,
        final_snapshot=has("finalSnapshot"),
        encryption_at_rest=has("encryptionAtRest"),
        minor_upgrades=has("minorUpgrades"),
        logs=has("logs"),
        performance_insights=has("performanceInsights"),
        managed_password=entry.master_password == "managed",  # noqa: S105 - who keeps it
        database=entry.database,
        **common,
    )


def _sqs(entry: AwsSqsServer, owner: str | None) -> SQSServer:
    return SQSServer(
        entry.name,
        region=entry.aws.region,
        kms_key=entry.aws.kms_key,
        max_message_size=entry.max_message_size,
        alarm_topic=entry.aws.alarm_topic,
        production=entry.aws.production,
        without=entry.without,
        tags=entry.aws.tags,
        owner=owner,
    )
