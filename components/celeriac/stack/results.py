"""An app's result backend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from celeriac import settings
from celeriac.backends.mysql import MySQLResults
from celeriac.backends.postgresql import PostgreSQLResults
from celeriac.backends.redis import RedisResults
from celeriac.backends.rpc import RPCResults
from celeriac.stack.django import DjangoComponent, make_django_results
from celeriac.stack.stores import ResultsEntry, StoreComponent, make_store_results

if TYPE_CHECKING:
    from collections.abc import Mapping

    from celeriac.parts import RedisKind, Server

Results = (
    PostgreSQLResults | MySQLResults | RedisResults | RPCResults | StoreComponent | DjangoComponent
)


def make_results(app: settings.App, servers: Mapping[str, Any]) -> Results:
    """The component of it."""
    entry = app.results
    if isinstance(entry, settings.DjangoResults):
        return make_django_results(app, entry, servers[entry.server])
    if isinstance(entry, settings.RpcResults):
        return RPCResults(expires=entry.expires)
    if isinstance(entry, ResultsEntry):
        return make_store_results(app, entry, servers)
    common: dict[str, Any] = {
        "user": entry.user,
        "expires": entry.expires,
        "force_destroy": app.force_destroy,
        "adopt": app.adopt,
    }
    server = servers[entry.server]
    if isinstance(entry, settings.PostgresqlResults):
        return PostgreSQLResults(
            app.name,
            server=cast("Server", server),
            database=entry.database,
            driver=entry.driver,
            **common,
        )
    if isinstance(entry, settings.MysqlResults):
        return MySQLResults(
            app.name, server=cast("Server", server), database=entry.database, **common
        )
    return RedisResults(app.name, server=cast("RedisKind", server), prefix=entry.prefix, **common)
