"""Results through Django."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from celeriac.backends.django_caches import DjangoMemcachedResults, DjangoRedisResults
from celeriac.backends.django_databases import DjangoMySQLResults, DjangoPostgreSQLResults
from celeriac.settings import MysqlResults, PostgresqlResults, RedisResults

if TYPE_CHECKING:
    from celeriac.parts import RedisKind, Server
    from celeriac.servers.existing_memcached import MemcachedServers
    from celeriac.settings import App, DjangoResults

DjangoComponent = (
    DjangoPostgreSQLResults | DjangoMySQLResults | DjangoRedisResults | DjangoMemcachedResults
)


def make_django_results(app: App, entry: DjangoResults, server: Any) -> DjangoComponent:
    """The component; the server is of its kind, as the stack file was read."""
    on = entry.on
    guarded: dict[str, Any] = {"force_destroy": app.force_destroy, "adopt": app.adopt}
    if isinstance(on, PostgresqlResults | MysqlResults):
        kind = DjangoPostgreSQLResults if isinstance(on, PostgresqlResults) else DjangoMySQLResults
        return kind(
            app.name,
            server=cast("Server", server),
            backend=entry.backend,
            user=on.user,
            database=on.database,
            expires=entry.expires,
            max_entries=entry.max_entries,
            **guarded,
        )
    if isinstance(on, RedisResults):
        return DjangoRedisResults(
            app.name,
            server=cast("RedisKind", server),
            user=on.user,
            prefix=on.prefix,
            expires=entry.expires,
            **guarded,
        )
    return DjangoMemcachedResults(
        app.name,
        server=cast("MemcachedServers", server),
        prefix=on.prefix,
        expires=entry.expires,
    )
