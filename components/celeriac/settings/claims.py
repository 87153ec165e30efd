"""What apps want to have for themselves, and where two of them want the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from celeriac.contract import nested_prefixes
from celeriac.contract.kafka import same_topic
from celeriac.settings.problems import below, show
from celeriac.settings.server_model import (
    AwsDatabaseServer,
    AwsServer,
    AwsSqsServer,
    ElasticsearchServer,
    MemcachedServer,
    MongodbServer,
    PostgresqlServer,
    PubsubServer,
    RedisServer,
    Server,
    SqsServer,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from celeriac.settings.section import Section
    from celeriac.settings.server_model import AnyServer

_RDS = re.compile(r"rdsadmin$|rds_")
"""Roles and a database that every PostgreSQL of RDS has:
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Roles.html."""

Thing = Literal[
    "vhost",
    "user",
    "prefix",
    "database",
    "role",
    "queue",
    "topic",
    "subscription",
    "key prefix",
    "index",
]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Something on a server that is to be one broker's or one result backend's alone."""

    app: str
    """The app."""
    server: str
    """Name of the server."""
    thing: Thing
    """What it is; also its key in the stack file (a role is named after its database, a key prefix,
    which no server knows of, stands in `prefix`)."""
    value: str
    """Its name."""
    path: str
    """Its path in the stack file, where it is written or would be."""


def claim(
    section: Section, app: str, server: str, things: Mapping[Thing, str]
) -> tuple[Claim, ...]:
    """Claims for keys of a map, except those whose value was wrong."""
    return tuple(
        Claim(app=app, server=server, thing=thing, value=value, path=below(section.path, thing))
        for thing, value in things.items()
        if thing not in section.wrong
    )


def claim_problems(claims: Sequence[Claim], servers: Mapping[str, AnyServer | None]) -> list[str]:
    """Every claim that another app's, or the administrator's own, stands against."""
    problems: list[str] = []
    clashes: set[str] = set()
    for place, one in enumerate(claims):
        server = servers.get(one.server)
        if server is None or (one.thing in ("queue", "subscription") and one.path in clashes):
            # A queue and its dead letters, or all that a prefix begins: one problem is enough.
            continue
        taken = _administrators(one, server)
        if taken is not None:
            problems.append(f"{one.path}: {taken}")
            continue
        for other in claims[:place]:
            where = servers.get(other.server)
            if where is None or not _comparable(one, other):
                continue
            if _place(where) == _place(server):
                clash = _clash(one, other)
                if clash is not None:
                    problems.append(f"{one.path}: {clash}")
                    clashes.add(one.path)
                    break
    return problems


def _place(server: AnyServer) -> tuple[object, ...]:
    """What two entries of the stack file have in common when they are one server."""
    if isinstance(server, RedisServer) and server.form is not None:
        return ("redis", server.form)
    if isinstance(server, Server):
        return (server.host, server.port)
    if isinstance(server, SqsServer):
        # Without a key of its own it is the account that platform aws is in too.
        return ("sqs", server.url or server.region, server.username)
    if isinstance(server, PubsubServer):
        return ("pubsub", server.project, server.emulator)
    if isinstance(server, AwsSqsServer):
        return ("sqs", server.aws.region, None)
    if isinstance(server, MemcachedServer | MongodbServer):
        return (type(server), *sorted(server.servers))
    if isinstance(server, ElasticsearchServer):
        return (type(server), server.host, server.port)
    return ("aws", server.name)


def _administrators(one: Claim, server: AnyServer) -> str | None:
    if (
        one.thing == "user"
        and isinstance(server, Server | AwsServer)
        and one.value == server.username
    ):
        return (
            f"is {show(one.value)}, the administrator of server {one.server}: give the app a user "
            "of its own"
        )
    if (
        one.thing == "database"
        and isinstance(server, PostgresqlServer | AwsDatabaseServer)
        and one.value == server.database
    ):
        return (
            f"is {show(one.value)}, the administrator's database on server {one.server}: give the "
            "app a database of its own"
        )
    if isinstance(server, AwsDatabaseServer) and _RDS.match(one.value):
        return f"is {show(one.value)}, and RDS keeps names with rds for itself: use another"
    return None


def _comparable(one: Claim, other: Claim) -> bool:
    """Whether two claims may stand against each other, if they are on one server."""
    if {one.thing, other.thing} == {"user", "role"}:
        return True
    return one.thing == other.thing != "role"


def _clash(one: Claim, other: Claim) -> str | None:
    holder = "its broker" if one.app == other.app else f"app {other.app}"
    if one.thing == "queue":
        return _queue_clash(one, other)
    if one.thing == "subscription":
        return _subscription_clash(one, other)
    if one.thing == "topic":
        return _topic_clash(one, other)
    if one.thing == "prefix":
        if not nested_prefixes(one.value, other.value):
            return None
        if one.value != other.value:
            return (
                f"is {show(one.value)}, and {holder} has {show(other.value)} on the same "
                "server, where rights go by the begin of a key: use prefixes of which none begins "
                "with the other"
            )
    elif one.value != other.value:
        return None
    if {one.thing, other.thing} == {"user", "role"}:
        return (
            f"makes a role {show(one.value)} that is also a user: use another name"
            if one.thing == "role"
            else f"is {show(one.value)}, which is also a role of a database: use another name"
        )
    article = "an" if one.thing == "index" else "a"
    return (
        f"is {show(one.value)}, which {holder} has on the same server: give each {article} "
        f"{one.thing} of its own"
    )


def _topic_clash(one: Claim, other: Claim) -> str | None:
    """Two topics that are one on Kafka."""
    if not same_topic(one.value, other.value):
        return None
    why = "" if one.value == other.value else ", as . and _ are the same in names on Kafka"
    whose = (
        "the proof"
        if one.app == other.app and ".queues" not in other.path
        else (other.path if one.app == other.app else f"app {other.app}")
    )
    return f"is the topic {show(one.value)}, which {whose} has too{why}: use another name"


def _subscription_clash(one: Claim, other: Claim) -> str | None:
    """Two names that are one on Pub/Sub, where names are mangled and begin with a prefix."""
    if one.value != other.value:
        return None
    named = f"is {show(one.value)} on Pub/Sub"
    if one.app != other.app:
        return f"{named}, which app {other.app} has too: give each app a prefix of its own"
    whose = other.path if ".queues" in other.path else "the app's own"
    return f"{named}, which {whose} is too: use another name"


def _queue_clash(one: Claim, other: Claim) -> str | None:
    """Two queues that are one on SQS, where names are mangled."""
    if one.value != other.value:
        return None
    if one.app == other.app and ".queues" not in other.path:
        return f"makes a queue {one.value} on SQS, which the proof has: use another name"
    if one.app == other.app:
        return f"makes a queue {one.value} on SQS, which {other.path} makes too: use another name"
    return (
        f"makes a queue {one.value} on SQS, which app {other.app} has in the same region: give "
        "each app a prefix of its own"
    )
