"""The result backend of an app on a server that keeps results only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celeriac.contract import (
    index_problem,
    memcached_prefix_problem,
    mongodb_database_problem,
    mongodb_user_problem,
)
from celeriac.contract.memcached import LONGEST
from celeriac.settings import readers
from celeriac.settings.claims import Claim, claim
from celeriac.settings.model import ElasticsearchResults, MemcachedResults, MongodbResults
from celeriac.settings.results_draft import ResultsDraft
from celeriac.settings.server_model import ElasticsearchServer, MemcachedServer, MongodbServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from celeriac.settings.section import Section
    from celeriac.settings.server_model import Reference

KEYS = ("index", "replicas", "username", "password")
"""Keys that only results in Elasticsearch have."""


def read_store(
    entry: Section,
    app: str,
    server: MemcachedServer | MongodbServer | ElasticsearchServer,
    expires: int | None,
) -> ResultsDraft:
    """Results on one of these servers."""
    if isinstance(server, MemcachedServer):
        return _memcached(entry, app, server.name, expires)
    if isinstance(server, MongodbServer):
        return _mongodb(entry, app, server.name, expires)
    return _elasticsearch(entry, app, server, expires)


def refuse_store_keys(entry: Section, why: str) -> None:
    """Keys of Elasticsearch, where the results are elsewhere."""
    for key in KEYS:
        entry.refuse(key, f"is for results in Elasticsearch, and {why}: leave it out")


def _memcached(entry: Section, app: str, server: str, expires: int | None) -> ResultsDraft:
    for key in ("database", "driver"):
        entry.refuse(key, f"is for results in PostgreSQL, and {server} is memcached: leave it out")
    refuse_store_keys(entry, f"{server} is memcached")
    entry.refuse("user", f"is of no use, because {server} is memcached without users: leave it out")
    prefix = entry.get("prefix", readers.named(memcached_prefix_problem), f"{app}-results:")
    # Longer or never is refused with the pair.
    kept = min(expires or LONGEST, LONGEST)
    claims: tuple[Claim, ...] = ()
    if "prefix" not in entry.wrong:
        path = f"{entry.path}.prefix"
        claims = (Claim(app=app, server=server, thing="key prefix", value=prefix, path=path),)
    return ResultsDraft(
        kind="memcached",
        server=server,
        expires=expires,
        results=MemcachedResults(server=server, prefix=prefix, expires=kept),
        claims=claims,
    )


def _mongodb(entry: Section, app: str, server: str, expires: int | None) -> ResultsDraft:
    entry.refuse("driver", f"is for results in PostgreSQL, and {server} is MongoDB: leave it out")
    entry.refuse("prefix", f"is for results on Redis, and {server} is MongoDB: leave it out")
    refuse_store_keys(entry, f"{server} is MongoDB")
    database = entry.get("database", readers.named(mongodb_database_problem), app)
    user = entry.get("user", readers.named(mongodb_user_problem), app)
    return ResultsDraft(
        kind="mongodb",
        server=server,
        expires=expires,
        results=MongodbResults(server=server, database=database, user=user, expires=expires),
        # A user is its database's, so that only databases can stand against each other.
        claims=claim(entry, app, server, {"database": database}),
    )


def _elasticsearch(
    entry: Section, app: str, server: ElasticsearchServer, expires: int | None
) -> ResultsDraft:
    why = f"{server.name} is Elasticsearch"
    for key in ("database", "driver"):
        entry.refuse(key, f"is for results in PostgreSQL, and {why}: leave it out")
    entry.refuse("prefix", f"is for results on Redis, and {why}: leave it out")
    entry.refuse(
        "user",
        "is not made in Elasticsearch: write username and password of one that is there, with "
        "rights on the index only",
    )
    index = entry.get("index", readers.named(index_problem), app)
    username = entry.get("username", readers.text, None)
    secret: Callable[[object], Reference] = readers.reference
    password = entry.get("password", secret, None)
    for one, other in (("username", "password"), ("password", "username")):
        if one in entry and other not in entry:
            entry.problem(f"is missing: {one} needs it", other)
    if server.username is not None and username is None and "username" not in entry.wrong:
        entry.problem(
            f"is missing: {server.name} has users, so write one of the app's own with rights on "
            "the index only",
            "username",
        )
    if username is not None and username == server.username:
        entry.problem(
            f"is the administrator of server {server.name}: give the app a user of its own",
            "username",
        )
    return ResultsDraft(
        kind="elasticsearch",
        server=server.name,
        expires=expires,
        results=ElasticsearchResults(
            server=server.name,
            index=index,
            replicas=entry.get("replicas", readers.whole(0), 1),
            expires=expires,
            username=username,
            password=password,
        ),
        claims=claim(entry, app, server.name, {"index": index}),
    )
