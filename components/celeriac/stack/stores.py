"""Servers that keep results only, and the results in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from celeriac import settings
from celeriac.backends.elasticsearch import ElasticsearchResults
from celeriac.backends.memcached import MemcachedResults
from celeriac.backends.mongodb import MongoDBResults
from celeriac.servers.existing_elasticsearch import ElasticsearchServer
from celeriac.servers.existing_memcached import MemcachedServers
from celeriac.servers.existing_mongodb import MongoDBServer
from celeriac.servers.references import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping


StoreEntry = settings.MemcachedServer | settings.MongodbServer | settings.ElasticsearchServer
"""A server's entry in the stack file."""
ResultsEntry = settings.MemcachedResults | settings.MongodbResults | settings.ElasticsearchResults
"""A result backend's entry."""
StoreComponent = MemcachedResults | MongoDBResults | ElasticsearchResults
"""What is made of it."""


def make_store(
    entry: StoreEntry, owner: str | None
) -> MemcachedServers | MongoDBServer | ElasticsearchServer:
    """The component of a server."""
    common: dict[str, Any] = {"timeout": entry.timeout, "via": entry.via, "owner": owner}
    if isinstance(entry, settings.MemcachedServer):
        return MemcachedServers(
            entry.name, servers=entry.servers, max_item_size=entry.max_item_size, **common
        )
    common |= {"tls": entry.tls, "ca": entry.ca}
    common |= {"username": entry.username, "password": entry.password}
    if isinstance(entry, settings.MongodbServer):
        return MongoDBServer(
            entry.name,
            servers=entry.servers,
            replica_set=entry.replica_set,
            auth_source=entry.auth_source,
            ca_path=entry.ca_path,
            **common,
        )
    return ElasticsearchServer(entry.name, host=entry.host, port=entry.port, **common)


def make_store_results(
    app: settings.App, entry: ResultsEntry, servers: Mapping[str, Any]
) -> StoreComponent:
    """The component of an app's results; the server is of its kind, as the stack file was read."""
    server = servers[entry.server]
    if isinstance(entry, settings.MemcachedResults):
        return MemcachedResults(
            app.name,
            server=cast("MemcachedServers", server),
            prefix=entry.prefix,
            expires=entry.expires,
        )
    common: dict[str, Any] = {
        "expires": entry.expires,
        "force_destroy": app.force_destroy,
        "adopt": app.adopt,
    }
    if isinstance(entry, settings.MongodbResults):
        return MongoDBResults(
            app.name,
            server=cast("MongoDBServer", server),
            user=entry.user,
            database=entry.database,
            **common,
        )
    return ElasticsearchResults(
        app.name,
        server=cast("ElasticsearchServer", server),
        index=entry.index,
        replicas=entry.replicas,
        username=entry.username,
        password=text_of(entry.password),
        **common,
    )
