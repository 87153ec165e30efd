"""Fixtures and breaks: PostgreSQL's roles, rights and limits."""

from __future__ import annotations

from typing import Final

from tests.policies.harness import GONE, Break, Fixture, Given
from tests.policies.servers_tls_cases import STRONG

FIXTURES: Final[dict[str, Fixture]] = {
    "postgresql-rights": [
        Given(
            "role",
            "celeriac:postgresql:Role",
            {"name": "orders", "password": STRONG, "memberOf": ["orders-group"]},
        ),
        Given(
            "database",
            "celeriac:postgresql:Database",
            {"name": "orders", "owner": "orders-owner", "revokePublic": True},
        ),
        Given(
            "grants",
            "celeriac:postgresql:Grants",
            {
                "database": "orders",
                "role": "orders-group",
                "databasePrivileges": ["CONNECT"],
                "schemaPrivileges": ["USAGE"],
                "tablePrivileges": {"celery_taskmeta": ["SELECT", "INSERT", "UPDATE", "DELETE"]},
                "sequencePrivileges": {"task_id_sequence": ["USAGE"]},
            },
        ),
    ],
    "postgresql-plain-rights": [
        Given(
            "role",
            "postgresql:index/role:Role",
            {
                "name": "orders",
                "login": True,
                "password": STRONG,
                "roles": ["orders-group"],
                "connectionLimit": 40,
            },
        ),
        Given("group", "postgresql:index/role:Role", {"name": "orders-group", "login": False}),
        Given(
            "membership",
            "postgresql:index/grantRole:GrantRole",
            {"role": "orders", "grantRole": "orders-group"},
        ),
        Given(
            "database",
            "postgresql:index/database:Database",
            {"name": "orders", "connectionLimit": 60},
        ),
        Given(
            "closed",
            "postgresql:index/grant:Grant",
            {"database": "orders", "role": "public", "objectType": "database", "privileges": []},
        ),
        Given(
            "grant",
            "postgresql:index/grant:Grant",
            {
                "database": "orders",
                "role": "orders-group",
                "objectType": "table",
                "privileges": ["SELECT", "INSERT", "UPDATE", "DELETE"],
            },
        ),
        Given(
            "defaults",
            "postgresql:index/defaultPrivileges:DefaultPrivileges",
            {
                "database": "orders",
                "role": "orders-group",
                "owner": "orders-owner",
                "objectType": "table",
                "privileges": ["SELECT"],
            },
        ),
    ],
}

_ALL: Final = {
    "databasePrivileges": ["ALL"],
    "schemaPrivileges": ["all"],
    "tablePrivileges": {"celery_taskmeta": ["ALL"]},
    "sequencePrivileges": {"task_id_sequence": ["ALL"]},
}

BREAKS: Final[tuple[Break, ...]] = (
    *(
        Break(
            "postgresql-no-superuser",
            "postgresql-plain-rights",
            {f"role/{attribute}": True},
            f"take {attribute} away",
        )
        for attribute in (
            "superuser",
            "createRole",
            "createDatabase",
            "replication",
            "bypassRowLevelSecurity",
        )
    ),
    Break(
        "postgresql-no-administrator",
        "postgresql-rights",
        {"role/memberOf": ["orders-group", "pg_read_all_data"]},
        "memberOf has pg_read_all_data",
    ),
    Break(
        "postgresql-no-administrator",
        "postgresql-plain-rights",
        {"role/roles": ["rds_superuser"]},
        "roles has rds_superuser",
    ),
    Break(
        "postgresql-no-administrator",
        "postgresql-plain-rights",
        {"membership/grantRole": "pg_execute_server_program"},
        "grantRole has pg_execute_server_program",
    ),
    Break(
        "postgresql-nothing-to-public",
        "postgresql-rights",
        {"database/revokePublic": False},
        "revokePublic is false",
    ),
    Break(
        "postgresql-nothing-to-public",
        "postgresql-rights",
        {"grants/role": "PUBLIC"},
        "go to PUBLIC",
        times=4,
    ),
    *(
        Break(
            "postgresql-nothing-to-public",
            "postgresql-rights",
            {
                "grants/role": "PUBLIC",
                **{f"grants/{other}": GONE for other in _ALL if other != key},
                f"grants/{key}": ["USAGE"] if key == "databasePrivileges" else {"t": ["USAGE"]},
            },
            f"{key} go to PUBLIC",
        )
        for key in _ALL
    ),
    Break(
        "postgresql-nothing-to-public",
        "postgresql-plain-rights",
        {"grant/role": "public"},
        "privileges go to PUBLIC",
    ),
    Break(
        "postgresql-nothing-to-public",
        "postgresql-plain-rights",
        {"closed/privileges": ["CONNECT"]},
        "privileges go to PUBLIC",
        also=["postgresql-public-revoked"],
    ),
    Break(
        "postgresql-nothing-to-public",
        "postgresql-plain-rights",
        {"defaults/role": "public", "defaults/privileges": ["SELECT"]},
        "privileges go to PUBLIC",
    ),
    Break(
        "postgresql-public-revoked",
        "postgresql-plain-rights",
        {"database/name": "results"},
        "every role of the server can connect to results",
    ),
    *(
        Break(
            "postgresql-public-revoked",
            "postgresql-plain-rights",
            {f"closed/{key}": value},
            "can connect to orders",
            also=also,
        )
        for key, value, also in (
            ("database", "results", []),
            ("role", "orders-group", []),
            ("objectType", "schema", []),
            ("privileges", ["CONNECT"], ["postgresql-nothing-to-public"]),
        )
    ),
    *(
        Break(
            "postgresql-no-grant-all",
            "postgresql-rights",
            {f"grants/{key}": value},
            f"{key} has ALL",
        )
        for key, value in _ALL.items()
    ),
    Break(
        "postgresql-no-grant-all",
        "postgresql-plain-rights",
        {"grant/privileges": ["ALL"]},
        "privileges has ALL",
    ),
    Break(
        "postgresql-no-grant-all",
        "postgresql-plain-rights",
        {"defaults/privileges": ["ALL PRIVILEGES"]},
        "privileges has ALL",
    ),
    Break(
        "postgresql-connection-limit",
        "postgresql-plain-rights",
        {"role/connectionLimit": -1},
        "write connectionLimit",
    ),
    Break(
        "postgresql-connection-limit",
        "postgresql-plain-rights",
        {"group/login": True},
        "write connectionLimit",
    ),
    Break(
        "postgresql-connection-limit",
        "postgresql-plain-rights",
        {"database/connectionLimit": GONE},
        "write connectionLimit",
    ),
    Break(
        "server-no-default-password",
        "postgresql-rights",
        {"role/password": "postgres"},
        "take 32 random letters",
    ),
    Break(
        "server-no-default-password",
        "postgresql-plain-rights",
        {"role/password": "secret1"},
        "take 32 random letters",
    ),
    Break(
        "server-no-default-password",
        "postgresql-plain-rights",
        {"role/passwordWo": "celery"},
        "passwordWo is a default one",
    ),
)

CONTEXT: Final[dict[tuple[str, str], str]] = {}
