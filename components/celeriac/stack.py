"""From the stack file to components and outputs: what this repository's own program does."""

from __future__ import annotations

from typing import Any

import pulumi

from celeriac import debug_messages
from celeriac.apps import CeleryApp
from celeriac.backends.postgresql import PostgreSQLResults
from celeriac.backends.redis import RedisResults
from celeriac.backends.rpc import RPCResults
from celeriac.brokers.rabbitmq import RabbitMQBroker
from celeriac.brokers.redis import RedisBroker
from celeriac.servers.existing import (
    Connection,
    PostgreSQLServer,
    RabbitMQServer,
    RedisServer,
)
from celeriac.settings import (
    App,
    PostgresqlResults,
    PostgresqlServer,
    RabbitmqBroker,
    RabbitmqServer,
    RpcResults,
    StackFile,
    StackFileError,
    load,
)
from celeriac.settings import (
    RedisResults as RedisResultsEntry,
)
from celeriac.settings import (
    RedisServer as RedisServerEntry,
)

AnyServer = RabbitMQServer | RedisServer | PostgreSQLServer


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
        )
    except StackFileError as error:
        # A RunError is shown as it is: no traceback.
        raise pulumi.RunError(str(error)) from None
    apps = {name: app.outputs() for name, app in _apps(file).items()}
    pulumi.export("apps", apps)
    if len(apps) == 1:
        for output, value in next(iter(apps.values())).items():
            pulumi.export(output, value)


def _apps(file: StackFile) -> dict[str, CeleryApp]:
    used = {
        entry.server
        for app in file.apps.values()
        for entry in (app.broker, app.results)
        if not isinstance(entry, RpcResults)
    }
    servers = {
        name: _server(entry, file.owner) for name, entry in file.servers.items() if name in used
    }
    return {name: _app(app, servers) for name, app in file.apps.items()}


def _server(
    entry: RabbitmqServer | RedisServerEntry | PostgresqlServer, owner: str | None
) -> AnyServer:
    connection = Connection(
        username=entry.username,
        password=entry.password,
        ca=entry.ca,
        ca_path=entry.ca_path,
        client_certificate=entry.client_certificate,
        client_key=entry.client_key,
        timeout=entry.timeout,
        owner=owner,
    )
    where: dict[str, Any] = {"host": entry.host, "port": entry.port, "tls": entry.tls}
    if isinstance(entry, RabbitmqServer):
        return RabbitMQServer(entry.name, management=entry.management, **where, **connection)
    if isinstance(entry, RedisServerEntry):
        return RedisServer(
            entry.name,
            db=entry.db,
            manages_config=entry.manages_config,
            persist=entry.persist,
            **where,
            **connection,
        )
    return PostgreSQLServer(entry.name, database=entry.database, **where, **connection)


def _app(app: App, servers: dict[str, AnyServer]) -> CeleryApp:
    return CeleryApp(
        app.name,
        broker=_broker(app, servers),
        result_backend=_results(app, servers),
        uses=app.uses,
        proof=app.proof,
    )


def _broker(app: App, servers: dict[str, AnyServer]) -> RabbitMQBroker | RedisBroker:
    entry = app.broker
    server = servers[entry.server]
    common: dict[str, Any] = {
        "queues": entry.queues,
        "user": entry.user,
        "longest_task": app.longest_task,
        "longest_delay": app.longest_delay,
        "prefetch": app.prefetch,
        "priorities": app.uses.priorities,
        "force_destroy": app.force_destroy,
        "adopt": app.adopt,
    }
    if isinstance(entry, RabbitmqBroker):
        assert isinstance(server, RabbitMQServer)  # noqa: S101 - the stack file was checked
        return RabbitMQBroker(
            app.name,
            server=server,
            vhost=entry.vhost,
            queue_type=entry.queue_type,
            delayed_delivery=entry.delayed_delivery,
            delivery_limit=entry.delivery_limit,
            rpc_results=isinstance(app.results, RpcResults),
            **common,
        )
    assert isinstance(server, RedisServer)  # noqa: S101
    return RedisBroker(app.name, server=server, prefix=entry.prefix, **common)


def _results(
    app: App, servers: dict[str, AnyServer]
) -> PostgreSQLResults | RedisResults | RPCResults:
    entry = app.results
    if isinstance(entry, RpcResults):
        return RPCResults(expires=entry.expires)
    server = servers[entry.server]
    if isinstance(entry, PostgresqlResults):
        assert isinstance(server, PostgreSQLServer)  # noqa: S101
        return PostgreSQLResults(
            app.name,
            server=server,
            user=entry.user,
            database=entry.database,
            driver=entry.driver,
            expires=entry.expires,
            force_destroy=app.force_destroy,
            adopt=app.adopt,
        )
    assert isinstance(entry, RedisResultsEntry)  # noqa: S101
    assert isinstance(server, RedisServer)  # noqa: S101
    return RedisResults(
        app.name,
        server=server,
        user=entry.user,
        prefix=entry.prefix,
        expires=entry.expires,
        force_destroy=app.force_destroy,
        adopt=app.adopt,
    )
