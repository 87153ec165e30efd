"""Servers that run already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from celeriac import settings
from celeriac.servers.existing import (
    Connection,
    PostgreSQLServer,
    RabbitMQServer,
    RedisServer,
)
from celeriac.servers.existing_kafka import KafkaServer
from celeriac.servers.existing_mysql import MySQLServer
from celeriac.servers.existing_pubsub import PubSubProject
from celeriac.servers.existing_sqs import SQSEndpoint
from celeriac.stack.stores import StoreEntry, make_store

if TYPE_CHECKING:
    import pulumi


def make_existing(
    entry: settings.RabbitmqServer
    | settings.RedisServer
    | settings.PostgresqlServer
    | settings.MysqlServer
    | settings.SqsServer
    | settings.KafkaServer
    | settings.PubsubServer
    | StoreEntry,
    owner: str | None,
) -> pulumi.ComponentResource:
    """The component of a server that runs already."""
    if isinstance(entry, StoreEntry):
        return make_store(entry, owner)
    if isinstance(entry, settings.SqsServer):
        return SQSEndpoint(
            entry.name,
            region=entry.region,
            url=entry.url,
            username=entry.username,
            password=entry.password,
            ca=entry.ca,
            kms_key=entry.kms_key,
            max_message_size=entry.max_message_size,
            without=entry.without,
            timeout=entry.timeout,
            owner=owner,
        )
    if isinstance(entry, settings.PubsubServer):
        return PubSubProject(
            entry.name,
            project=entry.project,
            credentials=entry.credentials,
            emulator=entry.emulator,
            timeout=entry.timeout,
            owner=owner,
        )
    connection = Connection(
        username=entry.username,
        password=entry.password,
        ca=entry.ca,
        ca_path=entry.ca_path,
        client_certificate=entry.client_certificate,
        client_key=entry.client_key,
        via=entry.via,
        timeout=entry.timeout,
        owner=owner,
    )
    where: dict[str, Any] = {"host": entry.host, "port": entry.port, "tls": entry.tls}
    if isinstance(entry, settings.KafkaServer):
        return KafkaServer(
            entry.name,
            host=entry.host,
            port=entry.port,
            tls=entry.tls,
            servers=entry.servers,
            mechanism=entry.mechanism,
            **connection,
        )
    if isinstance(entry, settings.RabbitmqServer):
        return RabbitMQServer(
            entry.name,
            management=entry.management,
            failover=entry.failover,
            **where,
            **connection,
        )
    if isinstance(entry, settings.RedisServer):
        return RedisServer(
            entry.name,
            db=entry.db,
            manages_config=entry.manages_config,
            persist=entry.persist,
            form=entry.form,
            sentinel_password=entry.sentinel_password,
            **where,
            **connection,
        )
    if isinstance(entry, settings.MysqlServer):
        return MySQLServer(entry.name, **where, **connection)
    return PostgreSQLServer(entry.name, database=entry.database, **where, **connection)
