"""The life of the grants of one role in one database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from celeriac_provider.postgresql import Grants, Role
from tests.lifecycle import UNKNOWN, CheckFailed, Failed, Lifecycle
from tests.provider.postgresql.conftest import Server, Start, provision, rights


def test_life(start: Start, unique: str) -> None:
    """Create, change each property, import, delete: nothing is left to do after each step."""
    app = provision(start, unique)
    grants = start(Grants)
    given = rights(unique)
    life = app.grants
    for change in (
        {"databasePrivileges": ["temp", "connect"]},
        {"databasePrivileges": ["ALL"], "schemaPrivileges": ["all privileges"]},
        {"tablePrivileges": {"celery_taskmeta": ["ALL"], "celery_tasksetmeta": []}},
        {"tablePrivileges": {}, "sequencePrivileges": {"task_id_sequence": ["ALL"]}},
        {},
    ):
        life = grants.update(life, given | change)
    imported = grants.import_(f"{unique}/{unique}_app")
    assert imported is not None
    assert imported.inputs | {"adopt": False} == life.inputs
    grants.delete(life)
    grants.delete(life)
    assert not grants.exists(life)


def test_drift_of_every_property(server: Server, start: Start, unique: str) -> None:
    """What was taken or given by hand shows, a grant option and another table too."""
    app = provision(start, unique)
    grants = start(Grants)
    role = f"{unique}_app"
    server.run("REVOKE CONNECT ON DATABASE {} FROM {}", unique, role)
    server.run("GRANT CREATE ON SCHEMA public TO {}", role, database=unique)
    server.run("CREATE TABLE other ()", database=unique)
    server.run("GRANT SELECT ON other TO {}", role, database=unique)
    server.run(
        "GRANT USAGE ON SEQUENCE task_id_sequence TO {} WITH GRANT OPTION", role, database=unique
    )
    assert grants.drift(app.grants, rights(unique)) == {
        "databasePrivileges": "UPDATE",
        "schemaPrivileges": "UPDATE",
        "tablePrivileges": "UPDATE",
        "sequencePrivileges": "UPDATE",
    }
    if server.username != server.entry["username"]:
        server.run("DROP TABLE other", database=unique)  # a superuser's, whose grants are his
    found = grants.refresh(app.grants)
    assert found is not None
    grants.update(found, rights(unique))


def test_public(server: Server, start: Start, unique: str) -> None:
    """PUBLIC is a role like any other."""
    provision(start, unique)
    grants = start(Grants)
    given = {"database": unique, "role": "PUBLIC", "databasePrivileges": ["CONNECT"]}
    life = grants.create(given)
    life = grants.update(life, given | {"databasePrivileges": ["CONNECT", "TEMPORARY"]})
    grants.delete(life)
    [(acl,)] = server.run(
        "SELECT datacl::text FROM pg_database WHERE datname = current_database()", database=unique
    )
    assert "{=" not in acl
    assert ",=" not in acl


def test_parallel_grants(server: Server, start: Start, unique: str) -> None:
    """Twenty roles get their rights in one database at once, and lose them at once."""
    provision(start, unique)
    roles = start(Role)
    names = [f"{unique}_r{number}" for number in range(20)]
    for name in names:
        roles.create({"name": name, "login": False}, name=name)
    lives = [start(Grants) for _ in range(4)]

    def give(name: str) -> None:
        mine: Lifecycle = lives[int(name.rpartition("r")[2]) % 4]
        life = mine.create(rights(unique) | {"role": name}, name=name)
        mine.delete(life)

    with ThreadPoolExecutor(20) as threads:
        list(threads.map(give, names))
    for name in names:
        server.run("DROP ROLE {}", name)


def test_what_is_missing_is_named(start: Start, unique: str) -> None:
    """No role, no table, no database: a sentence each."""
    provision(start, unique)
    grants = start(Grants)
    with pytest.raises(Failed, match="there is no role 'nobody' to give rights to"):
        grants.create({"database": unique, "role": "nobody"})
    with pytest.raises(Failed, match="there is no table 'orders' in the schema 'public'"):
        grants.create(
            {"database": unique, "role": f"{unique}_login", "tablePrivileges": {"orders": ["ALL"]}}
        )
    with pytest.raises(Failed, match=f'database "{unique}_x" does not exist'):
        grants.create({"database": f"{unique}_x", "role": f"{unique}_app"})


def test_rights_of_a_foreign_role_are_refused(server: Server, start: Start, unique: str) -> None:
    """Rights that others gave to others are left alone."""
    server.run("CREATE ROLE {}", unique)
    server.run("CREATE DATABASE {}", f"{unique}_d")
    server.run("GRANT CREATE ON DATABASE {} TO {}", f"{unique}_d", unique)
    with pytest.raises(Failed, match="exists already and was not made by this stack"):
        start(Grants).create({"database": f"{unique}_d", "role": unique})


def test_bad_properties_and_preview(start: Start) -> None:
    """Privileges that there are not, each with its place; unknown ones wait."""
    grants = start(Grants)
    with pytest.raises(CheckFailed) as failed:
        grants.check(
            {
                "database": "d",
                "role": "r",
                "databasePrivileges": ["SELECT"],
                "tablePrivileges": {"t": ["USAGE", "SELECT"]},
            }
        )
    assert failed.value.problems == {
        "databasePrivileges": (
            "databasePrivileges names SELECT: a database has ALL, CONNECT, CREATE, TEMPORARY"
        ),
        "tablePrivileges": (
            "tablePrivileges['t'] names USAGE: a table has ALL, DELETE, INSERT, MAINTAIN, "
            "REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE"
        ),
    }
    seen = grants.preview({"database": UNKNOWN, "role": "r", "tablePrivileges": {"t": UNKNOWN}})
    assert seen["tablePrivileges"] == {"t": UNKNOWN}
