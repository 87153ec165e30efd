"""From the stack file to components and outputs: what this repository's own program does."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, cast

import pulumi

from celeriac import debug_messages
from celeriac.apps import CeleryApp
from celeriac.backends.mysql import MySQLResults
from celeriac.backends.postgresql import PostgreSQLResults
from celeriac.backends.redis import RedisResults
from celeriac.backends.rpc import RPCResults
from celeriac.brokers.kafka import KafkaBroker
from celeriac.brokers.pubsub import PubSubBroker
from celeriac.brokers.rabbitmq import RabbitMQBroker
from celeriac.brokers.redis import RedisBroker
from celeriac.brokers.sqs import SQSBroker
from celeriac.deletion_protection import DeletionProtection
from celeriac.django_stack import make_django_results
from celeriac.monitor import Monitor
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
from celeriac.servers.references import authority_problems, text_of
from celeriac.settings import (
    App,
    AwsServer,
    AwsSqsServer,
    DjangoResults,
    MysqlResults,
    MysqlServer,
    PostgresqlResults,
    PostgresqlServer,
    PubsubBroker,
    PubsubServer,
    RabbitmqBroker,
    RabbitmqServer,
    RpcResults,
    SqsServer,
    StackFile,
    StackFileError,
    load,
)
from celeriac.settings import (
    KafkaBroker as KafkaBrokerEntry,
)
from celeriac.settings import (
    KafkaServer as KafkaServerEntry,
)
from celeriac.settings import (
    RedisBroker as RedisBrokerEntry,
)
from celeriac.settings import (
    RedisServer as RedisServerEntry,
)
from celeriac.store_stack import ResultsEntry, StoreEntry, make_results, make_server

if TYPE_CHECKING:
    from collections.abc import Mapping

    from celeriac.backends.elasticsearch import ElasticsearchResults
    from celeriac.backends.memcached import MemcachedResults
    from celeriac.backends.mongodb import MongoDBResults
    from celeriac.django_stack import DjangoComponent
    from celeriac.parts import RedisKind, Server
    from celeriac.settings_secret import SettingsSecret
    from celeriac.sqs_queue import SQSKind


def build() -> None:
    """Read the stack file, make what it says, export what the apps need.

    Raises:
        pulumi.RunError: with every problem of the stack file, before anything is created.
    """
    debug_messages.without_outputs()
    config = pulumi.Config("celeriac")
    try:
        file = load(
            servers=config.get_object("servers"),
            apps=config.get_object("apps"),
            owner=config.get("owner"),
            force_destroy=config.get("forceDestroy"),
            aws=config.get_object("aws"),
            production=config.get("production"),
            aws_region=_region(),
            docker=config.get_object("docker"),
        )
    except StackFileError as error:
        # A RunError is shown as it is: no traceback.
        raise pulumi.RunError(str(error)) from None
    if problems := authority_problems(file.servers):
        raise pulumi.RunError(str(StackFileError(problems)))
    apps = {name: app.outputs() for name, app in _apps(file).items()}
    pulumi.export("apps", apps)
    if len(apps) == 1:
        for output, value in next(iter(apps.values())).items():
            pulumi.export(output, value)


def _region() -> str | None:
    """The region of AWS, as pulumi_aws finds it."""
    environment = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return pulumi.Config("aws").get("region") or environment


def _apps(file: StackFile) -> dict[str, CeleryApp]:
    used = {
        entry.server
        for app in file.apps.values()
        for entry in (app.broker, app.results)
        if not isinstance(entry, RpcResults)
    }
    # First of all, because that finds the network or says what is missing.
    servers: dict[str, Any] = _on_aws(file) | _in_docker(file)
    for name, entry in file.servers.items():
        if name in servers or isinstance(entry, AwsServer | AwsSqsServer):
            continue
        if name in used:
            servers[name] = _existing(entry, file.owner)
    secret = _settings_secret(file)
    parts: list[pulumi.Resource] = list(servers.values())
    apps = {name: _app(app, servers, secret, parts) for name, app in file.apps.items()}
    if any(isinstance(one, AwsServer | AwsSqsServer) for one in file.servers.values()):
        DeletionProtection("production", protected=_protected(file), everything=parts)
    return apps


def _protected(file: StackFile) -> bool:
    """Whether Pulumi protects anything of this stack."""
    guarded = {app.broker.server for app in file.apps.values() if not app.force_destroy}
    for name, entry in file.servers.items():
        if isinstance(entry, AwsServer):
            if entry.aws.production and "deletionProtection" not in entry.without:
                return True
        elif isinstance(entry, AwsSqsServer) and entry.aws.production and name in guarded:
            return True
    return False


def _on_aws(file: StackFile) -> dict[str, Any]:
    """The servers that this stack makes on AWS."""
    if not any(isinstance(one, AwsServer | AwsSqsServer) for one in file.servers.values()):
        return {}
    # Only here: to import pulumi_aws takes most of a second.
    from celeriac.aws_stack import make_servers  # noqa: PLC0415

    return dict(make_servers(file.servers, file.owner))


def _in_docker(file: StackFile) -> dict[str, Any]:
    """The servers that this stack makes with Docker."""
    if not any(one.platform == "docker" for one in file.servers.values()):
        return {}
    from celeriac.docker_stack import make_servers  # noqa: PLC0415 - as above

    return dict(make_servers(file.servers, file.owner))


def _settings_secret(file: StackFile) -> SettingsSecret | None:
    """Where outputs are kept as secrets, where an app wants that."""
    if file.aws is None or not any(app.settings_secret for app in file.apps.values()):
        return None
    from celeriac.aws_stack import settings_secret  # noqa: PLC0415 - as above

    return settings_secret(file.aws)


def _existing(
    entry: RabbitmqServer
    | RedisServerEntry
    | PostgresqlServer
    | MysqlServer
    | SqsServer
    | KafkaServerEntry
    | PubsubServer
    | StoreEntry,
    owner: str | None,
) -> pulumi.ComponentResource:
    if isinstance(entry, StoreEntry):
        return make_server(entry, owner)
    if isinstance(entry, SqsServer):
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
    if isinstance(entry, PubsubServer):
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
    if isinstance(entry, KafkaServerEntry):
        return KafkaServer(
            entry.name,
            host=entry.host,
            port=entry.port,
            tls=entry.tls,
            servers=entry.servers,
            mechanism=entry.mechanism,
            **connection,
        )
    if isinstance(entry, RabbitmqServer):
        return RabbitMQServer(
            entry.name,
            management=entry.management,
            failover=entry.failover,
            **where,
            **connection,
        )
    if isinstance(entry, RedisServerEntry):
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
    if isinstance(entry, MysqlServer):
        return MySQLServer(entry.name, **where, **connection)
    return PostgreSQLServer(entry.name, database=entry.database, **where, **connection)


def _app(
    app: App,
    servers: Mapping[str, Any],
    secret: SettingsSecret | None,
    parts: list[pulumi.Resource],
) -> CeleryApp:
    """An app; all that it is made of is added to the parts."""
    broker, results = _broker(app, servers), _results(app, servers)
    made = CeleryApp(
        app.name,
        broker=broker,
        result_backend=results,
        uses=app.uses,
        proof=app.proof,
        settings_secret=secret if app.settings_secret else None,
    )
    parts += [one for one in (broker, results, made) if isinstance(one, pulumi.Resource)]
    return made


def _broker(
    app: App, servers: Mapping[str, Any]
) -> RabbitMQBroker | RedisBroker | SQSBroker | KafkaBroker | PubSubBroker:
    """The app's broker; that the server is of its kind was checked with the stack file."""
    entry = app.broker
    server = servers[entry.server]
    common: dict[str, Any] = {
        "queues": entry.queues,
        "longest_task": app.longest_task,
        "longest_delay": app.longest_delay,
        "prefetch": app.prefetch,
        "force_destroy": app.force_destroy,
        "adopt": app.adopt,
    }
    if app.monitor is not None:
        common["monitor"] = Monitor(user=app.monitor.user, broker_api=app.monitor.broker_api)
    if isinstance(entry, RabbitmqBroker):
        return RabbitMQBroker(
            app.name,
            server=cast("Server", server),
            user=entry.user,
            vhost=entry.vhost,
            queue_type=entry.queue_type,
            delayed_delivery=entry.delayed_delivery,
            delivery_limit=entry.delivery_limit,
            priorities=app.uses.priorities,
            rpc_results=isinstance(app.results, RpcResults),
            **common,
        )
    if isinstance(entry, RedisBrokerEntry):
        return RedisBroker(
            app.name,
            server=cast("RedisKind", server),
            user=entry.user,
            prefix=entry.prefix,
            visibility_timeout=entry.visibility_timeout,
            priorities=app.uses.priorities,
            **common,
        )
    if isinstance(entry, KafkaBrokerEntry):
        return KafkaBroker(
            app.name,
            server=cast("KafkaServer", server),
            user=entry.user,
            partitions=entry.partitions,
            replicas=entry.replicas,
            retention=entry.retention,
            concurrency=entry.concurrency,
            acks_late=entry.acks_late,
            **common,
        )
    if isinstance(entry, PubsubBroker):
        return PubSubBroker(
            app.name,
            server=cast("PubSubProject", server),
            prefix=entry.prefix,
            ack_deadline=entry.ack_deadline,
            retention=entry.retention,
            max_delivery_attempts=entry.max_delivery_attempts,
            exactly_once=entry.exactly_once,
            **common,
        )
    return SQSBroker(
        app.name,
        server=cast("SQSKind", server),
        prefix=entry.prefix,
        visibility_timeout=entry.visibility_timeout,
        max_receive_count=entry.max_receive_count,
        retention=entry.retention,
        access=entry.access,
        oldest_message=entry.oldest_message,
        access_key_id=entry.username,
        secret_access_key=text_of(entry.password),
        **common,
    )


def _results(
    app: App, servers: Mapping[str, Any]
) -> (
    PostgreSQLResults
    | MySQLResults
    | RedisResults
    | MemcachedResults
    | MongoDBResults
    | ElasticsearchResults
    | DjangoComponent
    | RPCResults
):
    entry = app.results
    if isinstance(entry, DjangoResults):
        return make_django_results(app, entry, servers[entry.server])
    if isinstance(entry, RpcResults):
        return RPCResults(expires=entry.expires)
    if isinstance(entry, ResultsEntry):
        return make_results(app, entry, servers)
    common: dict[str, Any] = {
        "user": entry.user,
        "expires": entry.expires,
        "force_destroy": app.force_destroy,
        "adopt": app.adopt,
    }
    server = servers[entry.server]
    if isinstance(entry, PostgresqlResults):
        return PostgreSQLResults(
            app.name,
            server=cast("Server", server),
            database=entry.database,
            driver=entry.driver,
            **common,
        )
    if isinstance(entry, MysqlResults):
        return MySQLResults(
            app.name, server=cast("Server", server), database=entry.database, **common
        )
    return RedisResults(app.name, server=cast("RedisKind", server), prefix=entry.prefix, **common)
