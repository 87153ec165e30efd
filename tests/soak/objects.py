"""Every object of ours on the real servers with its properties, to be compared one by one."""

from __future__ import annotations

import re
from typing import Any

import httpx
import psycopg
import redis
from psycopg import sql

from tests.e2e.inventory import inventory

Objects = dict[str, Any]
"""Properties by kind and name; passwords and their hashes are left out."""

_HASHED = re.compile(r"#[0-9a-f]{64}")


def objects(servers: dict[str, Any], word: str) -> Objects:
    """Everything whose name holds a word. What is only a name comes from the inventory."""
    names = {
        f"{kind} {name}": True
        for kind, found in inventory(servers, word).items()
        for name in found
        if kind in ("keys", "queues")
    }
    return names | _rabbitmq(servers, word) | _redis(servers, word) | _postgresql(servers, word)


def differences(expected: Objects, actual: Objects) -> list[str]:
    """A line per object that is missing, too many, or different."""
    return [
        f"{name}: expected {expected.get(name)}, found {actual.get(name)}"
        for name in sorted(expected.keys() | actual.keys())
        if expected.get(name) != actual.get(name)
    ]


def _rabbitmq(servers: dict[str, Any], word: str) -> Objects:
    found = servers["rabbitmq"]
    with httpx.Client(
        base_url=found["management"], auth=(found["username"], found["password"]), timeout=30
    ) as http:
        definitions = http.get("/api/definitions").json()
    naming = ("vhost", "name", "user", "source", "destination", "routing_key", "component")
    result: Objects = {}
    for kind, items in definitions.items():
        if not isinstance(items, list):
            continue
        for item in items:
            name = "/".join(str(item[key]) for key in naming if key in item)
            if word in name:
                item.pop("password_hash", None)
                result[f"{kind} {name}"] = item
    return result


def _redis(servers: dict[str, Any], word: str) -> Objects:
    found = servers["redis"]
    with redis.Redis(
        host=found["host"],
        port=found["port"],
        username=found["username"],
        password=found["password"],
        decode_responses=True,
    ) as client:
        users: list[str] = client.acl_list()
        registry: dict[str, str] = (
            client.hgetall("celeriac:registry") if client.exists("celeriac:registry") else {}
        )
    rules = {line.split()[1]: _HASHED.sub("#…", line) for line in users}
    return {f"acl user {name}": rule for name, rule in rules.items() if word in name} | {
        f"registry {name}": mark for name, mark in registry.items() if word in name
    }


def _postgresql(servers: dict[str, Any], word: str) -> Objects:
    found = servers["postgresql"]
    login = {
        "host": found["host"],
        "port": found["port"],
        "user": found["username"],
        "password": found["password"],
    }
    result: Objects = {}
    with psycopg.connect(**login, dbname="postgres") as connection:
        for name, *role in connection.execute(
            "select rolname, rolcanlogin, rolinherit, rolcreaterole, rolcreatedb, rolconnlimit, "
            "rolvaliduntil::text, shobj_description(oid, 'pg_authid'), "
            "array(select pg_get_userbyid(roleid)::text || inherit_option || set_option "
            "from pg_auth_members where member = r.oid order by 1) from pg_roles r"
        ):
            if word in name:
                result[f"role {name}"] = role
        databases = [
            row
            for row in connection.execute(
                "select datname, pg_get_userbyid(datdba), shobj_description(oid, 'pg_database'), "
                # An administrator who is no superuser lets itself in when it has to.
                "array(select entry from unnest(datacl::text[]) entry "
                "where not starts_with(entry, %s) order by 1), datconnlimit from pg_database",
                [found["admin_username"] + "="],
            )
            if word in row[0]
        ]
        for name, setting in connection.execute(
            "select coalesce(r.rolname, '') || '/' || coalesce(d.datname, ''), s.setconfig "
            "from pg_db_role_setting s left join pg_roles r on r.oid = s.setrole "
            "left join pg_database d on d.oid = s.setdatabase"
        ):
            if word in name:
                result[f"setting {name}"] = sorted(setting)
    for name, *database in databases:
        result[f"database {name}"] = database
        with psycopg.connect(**login, dbname=name) as connection:
            for kind, query in _INSIDE.items():
                for inside, *properties in connection.execute(sql.SQL(query)):
                    result[f"{kind} {name}/{inside}"] = properties
    return result


_INSIDE = {
    "schema": (
        "select nspname, pg_get_userbyid(nspowner), array(select unnest(nspacl)::text order by 1) "
        "from pg_namespace where nspname = 'public'"
    ),
    "relation": (
        "select relname, relkind::text, pg_get_userbyid(relowner), "
        "array(select unnest(relacl)::text order by 1) "
        "from pg_class where relnamespace = 'public'::regnamespace"
    ),
    "column": (
        "select table_name || '.' || column_name, data_type, is_nullable, column_default "
        "from information_schema.columns where table_schema = 'public'"
    ),
}
"""What a database of ours has inside, each row a name and its properties."""
