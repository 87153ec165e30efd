"""The result backend of an app in a stack file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from celeriac.contract import (
    database_problem,
    group_role,
    mysql_database_problem,
    mysql_user_problem,
    owner_role,
    prefix_problem,
    user_problem,
)
from celeriac.contract.pairing import keeping_results
from celeriac.contract.rabbitmq_policies import LONGEST_TTL
from celeriac.settings import readers
from celeriac.settings.brokers import server_name
from celeriac.settings.claims import Claim, claim
from celeriac.settings.django_results import KEYS as DJANGO_KEYS
from celeriac.settings.django_results import refuse_django, through_django
from celeriac.settings.model import (
    MysqlResults,
    PostgresqlResults,
    RedisResults,
    RpcResults,
)
from celeriac.settings.problems import show
from celeriac.settings.results_draft import ResultsDraft
from celeriac.settings.server_model import (
    AwsDatabaseServer,
    AwsRabbitmqServer,
    AwsRedisServer,
    AwsSqsServer,
    ElasticsearchServer,
    KafkaServer,
    MemcachedServer,
    MongodbServer,
    MysqlServer,
    PostgresqlServer,
    PubsubServer,
    RabbitmqServer,
    RedisServer,
    SqsServer,
)
from celeriac.settings.store_results import KEYS as STORE_KEYS
from celeriac.settings.store_results import read_store, refuse_store_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from celeriac.contract import Driver
    from celeriac.settings.section import Section
    from celeriac.settings.server_model import AnyServer

EXPIRES: int | None = 24 * 60 * 60
"""Seconds until results expire where nothing is written: Celery's own default."""

_WRITE = "{server: NAME}, or {kind: rpc}"
_POSTGRESQL_KEYS = ("database", "driver")


def read_results(
    app_entry: Section, app: str, servers: Mapping[str, AnyServer | None]
) -> ResultsDraft:
    """The result backend below an app's entry."""
    if "resultBackend" not in app_entry:
        app_entry.require("resultBackend", readers.text, _WRITE)
        return ResultsDraft()
    entry = app_entry.child("resultBackend")
    if not entry.is_map:
        return ResultsDraft()
    draft = _rpc(entry) if "kind" in entry else _on_server(entry, app, servers)
    entry.finish()
    return draft


def _rpc(entry: Section) -> ResultsDraft:
    kinds: Callable[[object], Literal["rpc"]] = readers.choice("rpc")
    kind = entry.require("kind", kinds, "rpc, or server instead")
    if kind == "rpc":
        for key in ("server", "user", "prefix", *_POSTGRESQL_KEYS, *STORE_KEYS, *DJANGO_KEYS):
            entry.refuse(key, "has no meaning beside kind: rpc: leave one of them out")
    else:
        _ask_for_all(entry)
    expires = entry.get("expires", readers.expiry, EXPIRES)
    if expires is not None and expires > LONGEST_TTL:
        entry.problem(
            f"is longer than RabbitMQ keeps a queue of results ({LONGEST_TTL} s): write 49d or "
            "less, or never",
            "expires",
        )
    return ResultsDraft(
        kind=kind, expires=expires, results=RpcResults(expires=expires) if kind else None
    )


def _on_server(entry: Section, app: str, servers: Mapping[str, AnyServer | None]) -> ResultsDraft:
    name = entry.require("server", server_name(servers), "the name of a server, or kind: rpc")
    server = servers.get(name or "")
    if isinstance(server, SqsServer | AwsSqsServer):
        entry.problem(
            f"is {show(name)}, an sqs server, and Celery keeps no results on SQS: name "
            f"{keeping_results(EXPIRES)}",
            "server",
        )
    if isinstance(server, KafkaServer):
        entry.problem(
            f"is {show(name)}, a kafka server, and Celery keeps no results on Kafka: name "
            f"{keeping_results(EXPIRES)}",
            "server",
        )
    if isinstance(server, PubsubServer):
        entry.problem(
            f"is {show(name)}, a pubsub server, and Celery keeps no results on Pub/Sub: name a "
            "redis or postgresql server",
            "server",
        )
    if isinstance(server, RabbitmqServer | AwsRabbitmqServer):
        entry.problem(
            f"is {show(name)}, a rabbitmq server: for results over RabbitMQ write kind: rpc and no "
            "server",
            "server",
        )
    expires = entry.get("expires", readers.expiry, EXPIRES)
    if isinstance(server, RedisServer | AwsRedisServer):
        return through_django(entry, _redis(entry, app, server.name, expires), server)
    if isinstance(server, PostgresqlServer) or (
        isinstance(server, AwsDatabaseServer) and server.engine == "postgresql"
    ):
        return through_django(entry, _postgresql(entry, app, server.name, expires), server)
    if isinstance(server, MemcachedServer):
        return through_django(entry, read_store(entry, app, server, expires), server)
    if isinstance(server, MongodbServer | ElasticsearchServer):
        refuse_django(entry, f"{server.name} is of another kind")
        return read_store(entry, app, server, expires)
    if isinstance(server, MysqlServer | AwsDatabaseServer):
        return through_django(entry, _mysql(entry, app, server.name, expires), server)
    _ask_for_all(entry)
    return ResultsDraft(expires=expires)


def _redis(entry: Section, app: str, server: str, expires: int | None) -> ResultsDraft:
    for key in _POSTGRESQL_KEYS:
        entry.refuse(key, f"is for results in PostgreSQL, and {server} is Redis: leave it out")
    refuse_store_keys(entry, f"{server} is Redis")
    prefix = entry.get("prefix", readers.named(prefix_problem), f"{app}-results:")
    acl_user = readers.named(lambda name: user_problem(name, system="redis"))
    user = entry.get("user", acl_user, f"{app}-results")
    return ResultsDraft(
        kind="redis",
        server=server,
        expires=expires,
        results=RedisResults(server=server, user=user, prefix=prefix, expires=expires),
        claims=claim(entry, app, server, {"prefix": prefix, "user": user}),
    )


def _postgresql(entry: Section, app: str, server: str, expires: int | None) -> ResultsDraft:
    entry.refuse("prefix", f"is for results on Redis, and {server} is PostgreSQL: leave it out")
    refuse_store_keys(entry, f"{server} is PostgreSQL")
    role = readers.named(lambda name: user_problem(name, system="postgresql"))
    drivers: Callable[[object], Driver] = readers.choice("psycopg2", "psycopg")
    user = entry.get("user", role, app)
    database = entry.get("database", readers.named(database_problem), app)
    results = PostgresqlResults(
        server=server,
        user=user,
        database=database,
        driver=entry.get("driver", drivers, "psycopg2"),
        expires=expires,
    )
    claims = claim(entry, app, server, {"database": database, "user": user})
    # Roles are named after the database, and share one name space with logins.
    claims += tuple(
        Claim(app=app, server=server, thing="role", value=role, path=f"{entry.path}.database")
        for role in (owner_role(database), group_role(database))
        if "database" not in entry.wrong
    )
    return ResultsDraft(
        kind="postgresql", server=server, expires=expires, results=results, claims=claims
    )


def _mysql(entry: Section, app: str, server: str, expires: int | None) -> ResultsDraft:
    entry.refuse("prefix", f"is for results on Redis, and {server} is MySQL: leave it out")
    entry.refuse(
        "driver", f"is for results in PostgreSQL, and {server} is MySQL (PyMySQL): leave it out"
    )
    refuse_store_keys(entry, f"{server} is MySQL")
    user = entry.get("user", readers.named(mysql_user_problem), app)
    database = entry.get("database", readers.named(mysql_database_problem), app)
    for key, name, problem in (
        ("user", app, mysql_user_problem(app)),
        ("database", app, mysql_database_problem(app)),
    ):
        if key not in entry and problem is not None:
            entry.problem(f"is {show(name)} by default, which {problem}", key)
    return ResultsDraft(
        kind="mysql",
        server=server,
        expires=expires,
        results=MysqlResults(server=server, user=user, database=database, expires=expires),
        claims=claim(entry, app, server, {"database": database, "user": user}),
    )


def _ask_for_all(entry: Section) -> None:
    """Read every key there is: the kind is not known, so none is wrong for being another's."""
    for key in ("server", "user", "prefix", *_POSTGRESQL_KEYS, *STORE_KEYS, *DJANGO_KEYS):
        entry.get(key, _anything, None)


def _anything(raw: object) -> object:
    return raw
