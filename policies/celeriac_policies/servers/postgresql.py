"""PostgreSQL's roles, rights and limits: an app has its rows, and nothing of the server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from celeriac_policies.resource import Resource, Stack, each
from celeriac_policies.rule import (
    Changes,
    Rule,
    Settings,
    Severity,
    Violation,
    resource_rule,
    stack_rule,
)
from celeriac_policies.servers.known import known_items
from celeriac_policies.values import Items, Properties

_OUR_ROLE: Final = "celeriac:postgresql:Role"
_OUR_GRANTS: Final = "celeriac:postgresql:Grants"
_OUR_DATABASE: Final = "celeriac:postgresql:Database"
_ROLE: Final = "postgresql:index/role:Role"
_GRANT: Final = "postgresql:index/grant:Grant"
_GRANT_ROLE: Final = "postgresql:index/grantRole:GrantRole"
_DEFAULT_PRIVILEGES: Final = "postgresql:index/defaultPrivileges:DefaultPrivileges"
_DATABASE: Final = "postgresql:index/database:Database"

_ATTRIBUTES: Final = {
    "superuser": "a superuser: nothing on the server is closed to it",
    "createRole": "allowed to make roles, and to join most of them",
    "createDatabase": "allowed to make databases",
    "bypassRowLevelSecurity": "above row level security",
    "replication": "allowed to copy the whole server",
}

_ADMINISTRATORS: Final = frozenset(
    {
        *("azure_pg_admin", "cloudsqlsuperuser", "rds_replication", "rds_superuser", "postgres"),
        *("pg_checkpoint", "pg_create_subscription", "pg_database_owner"),
        *("pg_execute_server_program", "pg_maintain", "pg_read_all_data"),
        *("pg_read_server_files", "pg_signal_backend", "pg_write_all_data"),
        "pg_write_server_files",
    }
)
"""Roles that PostgreSQL or a cloud makes for administrators."""

_PRIVILEGES: Final = (
    "databasePrivileges",
    "schemaPrivileges",
    "tablePrivileges",
    "sequencePrivileges",
)


@resource_rule(
    name="postgresql-no-superuser",
    description="An app's role in PostgreSQL is neither a superuser nor may it make roles.",
    severity=Severity.HIGH,
    reads=(_ROLE,),
    steps="Leave superuser, createRole, createDatabase, replication, bypassRowLevelSecurity out.",
    url="https://www.postgresql.org/docs/current/role-attributes.html",
)
def no_superuser(resource: Resource, given: Settings) -> Iterator[str]:
    """Celery reads and writes rows of two tables."""
    for attribute, meaning in _ATTRIBUTES.items():
        if resource.props.known(attribute) and resource.props.get(attribute) is True:
            yield f"is {meaning}: take {attribute} away, Celery needs rows only"


@resource_rule(
    name="postgresql-no-administrator",
    description="An app's role in PostgreSQL is no member of a role for administrators.",
    severity=Severity.HIGH,
    reads=(_OUR_ROLE, _ROLE, _GRANT_ROLE),
    steps="Take the membership away, and grant the rights on the app's tables.",
    url="https://www.postgresql.org/docs/current/predefined-roles.html",
)
def no_administrator(resource: Resource, given: Settings) -> Iterator[str]:
    """Some of them read every table, some run programs on the server."""
    key = {_OUR_ROLE: "memberOf", _ROLE: "roles", _GRANT_ROLE: "grantRole"}[resource.type]
    for role in known_items(resource.props.items_of(key)):
        if role in _ADMINISTRATORS:
            yield f"{key} has {role}, a role for administrators: take it away"


def _revoked(resource: Resource, given: Settings) -> Changes:
    """Ours revokes by itself, unless it is told not to."""
    if resource.type == _OUR_DATABASE and resource.props.get("revokePublic") is False:
        return {"revokePublic": True}
    return {}


@resource_rule(
    name="postgresql-nothing-to-public",
    description="PUBLIC, which is every role of a PostgreSQL server, is granted nothing.",
    severity=Severity.HIGH,
    reads=(_OUR_DATABASE, _OUR_GRANTS, _GRANT, _DEFAULT_PRIVILEGES),
    steps="Leave revokePublic as it is (true), and grant rights to the app's role alone.",
    url="https://www.postgresql.org/docs/current/ddl-priv.html",
    mend=_revoked,
)
def nothing_to_public(resource: Resource, given: Settings) -> Iterator[str]:
    """The login of one app would read the results of another."""
    props = resource.props
    if resource.type == _OUR_DATABASE:
        if props.get("revokePublic", True) is False:
            yield "revokePublic is false: every role of the server can connect: take it away"
        return
    if str(props.get("role", "")).lower() != "public":
        return
    keys = _PRIVILEGES if resource.type == _OUR_GRANTS else ("privileges",)
    for key in keys:
        if props.known(key) and len(_words(props, key)) > 0:
            yield f"{key} go to PUBLIC, every role of the server: grant them to the app's role"


@stack_rule(
    name="postgresql-public-revoked",
    description="PUBLIC may not connect to a database that holds results: it can by default.",
    severity=Severity.HIGH,
    reads=(_DATABASE, _GRANT),
    steps="Add a Grant for role public, objectType database, with empty privileges.",
    url="https://www.postgresql.org/docs/current/ddl-priv.html",
)
def public_revoked(stack: Stack, given: Settings) -> Iterator[Violation]:
    """A grant of nothing revokes what PostgreSQL gives PUBLIC with each database."""
    grants = list(stack.of(_GRANT))

    def open_to_all(database: Resource) -> Iterator[Violation]:
        name = str(database.props.get("name", database.name))
        if not any(_closes(grant, name) for grant in grants):
            yield Violation(
                f"every role of the server can connect to {name}: add a Grant for role public, "
                f"objectType database, privileges []",
                database,
            )

    yield from each(stack.of(_DATABASE), open_to_all)


def _closes(grant: Resource, database: str) -> bool:
    """Whether a grant takes everything on a database from PUBLIC."""
    props = grant.props
    return (
        props.get("database") == database
        and str(props.get("role", "")).lower() == "public"
        and props.get("objectType") == "database"
        and len(props.items_of("privileges")) == 0
    )


@resource_rule(
    name="postgresql-no-grant-all",
    description="A role in PostgreSQL is granted the rights that it needs by name, not ALL.",
    severity=Severity.MEDIUM,
    reads=(_OUR_GRANTS, _GRANT, _DEFAULT_PRIVILEGES),
    steps="Write SELECT, INSERT, UPDATE, DELETE on tables, USAGE on sequences, CONNECT, USAGE.",
    url="https://www.postgresql.org/docs/current/sql-grant.html",
)
def no_grant_all(resource: Resource, given: Settings) -> Iterator[str]:
    """ALL truncates tables, and makes objects in the schema and temporary ones in the database."""
    keys = _PRIVILEGES if resource.type == _OUR_GRANTS else ("privileges",)
    for key in keys:
        if resource.props.known(key) and _has_all(_words(resource.props, key)):
            yield f"{key} has ALL: write the rights that are needed, SELECT, INSERT …, by name"


def _words(props: Properties, key: str) -> list[str]:
    """The privileges, of all tables together where they are by table; as far as they are known."""
    found = props.get(key, Items([]))
    lists = [found]
    if isinstance(found, Properties):
        lists = [found.get(name) for name in found if found.known(name)]
    return [str(word) for one in lists if isinstance(one, Items) for word in known_items(one)]


def _has_all(words: list[str]) -> bool:
    return any(word.upper() in {"ALL", "ALL PRIVILEGES"} for word in words)


@resource_rule(
    name="postgresql-connection-limit",
    description="A role that logs in, and a database, have a limit of connections.",
    severity=Severity.LOW,
    reads=(_ROLE, _DATABASE),
    steps="Write connectionLimit: the workers' processes times database_engine's pool, and some.",
    url="https://www.postgresql.org/docs/current/sql-createrole.html",
    advice=True,
)
def connection_limit(resource: Resource, given: Settings) -> Iterator[str]:
    """Every process of a worker has connections of its own: one app may take them all."""
    if resource.type == _ROLE and resource.props.get("login", False) is not True:
        return  # no login, no connections
    if resource.props.get("connectionLimit", -1) == -1:
        yield "has no limit of connections, so one app may take them all: write connectionLimit"


RULES: Final[tuple[Rule, ...]] = (
    no_superuser,
    no_administrator,
    nothing_to_public,
    public_revoked,
    no_grant_all,
    connection_limit,
)
