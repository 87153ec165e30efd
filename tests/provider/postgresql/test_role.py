"""The life of a PostgreSQL role."""

from __future__ import annotations

import psycopg
import pytest

from celeriac_provider.postgresql import Role
from tests.lifecycle import UNKNOWN, CheckFailed, Failed
from tests.provider.postgresql.conftest import Server, Start


def test_life(server: Server, start: Start, unique: str) -> None:
    """Create, change each property, import, delete: nothing is left to do after each step."""
    roles = start(Role)
    groups = sorted(f"{unique}_g{number}" for number in range(2))
    for group in groups:
        roles.create({"name": group, "login": False}, name=group)
    role = roles.create({"name": unique})
    assert len(role.state["password"]) >= 32
    assert role.secret == {"password"}
    with server.login(user=unique, password=role.state["password"]):
        pass
    for change in (
        {"memberOf": groups[::-1]},
        {"memberOf": groups[:1], "connectionLimit": 3},
        {"memberOf": groups[:1], "inherit": False},
        {"password": "pa's\"s\\wörd"},
        {"validUntil": "2030-01-01T00:00:00+01:00", "comment": "what it's for"},
        {"login": False},
        {},
    ):
        role = roles.update(role, {"name": unique} | change)
    with server.login(user=unique, password=role.state["password"]):
        pass
    imported = roles.import_(unique)
    assert imported is not None
    assert imported.state["mark"] == role.state["mark"]
    roles.delete(role)
    roles.delete(role)
    assert not roles.exists(role)


def test_password_is_sent_as_a_verifier(server: Server, start: Start, unique: str) -> None:
    """The server keeps the SCRAM-SHA-256 verifier."""
    start(Role).create({"name": unique, "password": "hunter2"})
    rows = server.run("SELECT rolname, rolpassword FROM pg_authid")
    kept = next(password for name, password in rows if name == unique)
    assert kept.startswith("SCRAM-SHA-256$4096:")


def test_drift_of_every_property(server: Server, start: Start, unique: str) -> None:
    """What somebody changed by hand shows, the password too; an update mends it."""
    roles = start(Role)
    roles.create({"name": f"{unique}_g", "login": False}, name="group")
    given = {"name": unique, "memberOf": [f"{unique}_g"], "comment": "mine"}
    role = roles.create(given)
    server.run(
        "ALTER ROLE {} WITH NOINHERIT CONNECTION LIMIT 7 PASSWORD 'x' VALID UNTIL '2099-01-01'",
        unique,
    )
    server.run("REVOKE {} FROM {}", f"{unique}_g", unique)
    mark = role.state["mark"]
    with server.login() as connection:
        connection.execute(f"COMMENT ON ROLE {unique} IS 'other {mark}'")
    assert roles.drift(role, given) == {
        "inherit": "UPDATE",
        "connectionLimit": "UPDATE",
        "password": "ADD",
        "validUntil": "UPDATE",
        "memberOf": "UPDATE",
        "comment": "UPDATE",
    }
    found = roles.refresh(role)
    assert found is not None
    mended = roles.update(found, given)
    with server.login(user=unique, password=mended.state["password"]):
        pass
    server.run("ALTER ROLE {} NOLOGIN", unique)
    assert "login" in roles.drift(mended, given)


def test_membership_given_by_another_is_taken_back(
    server: Server, start: Start, unique: str
) -> None:
    """A membership that the superuser gave is drift, and an update takes it back."""
    if server.username != server.entry["username"]:
        pytest.skip("only a superuser may take back what a superuser gave")
    roles = start(Role)
    roles.create({"name": f"{unique}_g", "login": False}, name="group")
    role = roles.create({"name": unique})
    server.run("GRANT {} TO {}", f"{unique}_g", unique)
    assert roles.drift(role, {"name": unique}) == {"memberOf": "UPDATE"}
    found = roles.refresh(role)
    assert found is not None
    roles.update(found, {"name": unique})


def test_expired_password_is_no_drift(start: Start, unique: str) -> None:
    """After validUntil nobody can log in: that says nothing about the password."""
    roles = start(Role)
    given = {"name": unique, "validUntil": "2020-01-01T00:00:00Z"}
    role = roles.create(given)
    assert roles.drift(role, given) == {}


def test_foreign_role_is_refused_and_adopted(server: Server, start: Start, unique: str) -> None:
    """A role made by hand is left alone, until adopt says otherwise; then it carries our mark."""
    server.run("CREATE ROLE {} LOGIN", unique)
    if server.username != server.entry["username"]:
        # What an administrator who is no superuser needs on a role that somebody else made.
        server.run("GRANT {} TO {} WITH ADMIN OPTION", unique, server.username)
    roles = start(Role)
    with pytest.raises(Failed, match=r"exists already and was not made by this stack.*adopt"):
        roles.create({"name": unique})
    role = roles.create({"name": unique, "adopt": True})
    assert role.state["mark"] is not None
    roles.delete(role)
    assert not roles.exists(role)


def test_replacement_and_preview(start: Start, unique: str) -> None:
    """Another name is another role; a preview with unknowns knows the rest."""
    roles = start(Role)
    role = roles.create({"name": unique})
    assert roles.diff(role, {"name": f"{unique}_2"}) == {"name": "UPDATE_REPLACE"}
    seen = roles.preview({"name": unique, "memberOf": [UNKNOWN], "password": UNKNOWN})
    assert (seen["memberOf"], seen["password"]) == ([UNKNOWN], UNKNOWN)


def test_bad_properties(start: Start) -> None:
    """Each gets its sentence."""
    roles = start(Role)
    with pytest.raises(CheckFailed) as failed:
        roles.check({"name": "pg_x", "connectionLimit": -2, "validUntil": "tomorrow"})
    assert failed.value.problems == {
        "name": "name ('pg_x') is reserved by PostgreSQL: choose another name",
        "connectionLimit": "connectionLimit (-2) must be -1 (any number) or more",
        "validUntil": (
            "validUntil ('tomorrow') is not a moment: write it as 2027-01-31T12:00:00Z, or infinity"
        ),
    }
    with pytest.raises(CheckFailed) as failed:
        roles.check({"name": "a", "login": False, "password": "x", "memberOf": ["a"]})
    assert failed.value.problems == {
        "password": ("password of a Role that does not log in: take it away, or set login to true"),
        "memberOf": "memberOf of Role 'a' names the role itself",
    }
    with pytest.raises(CheckFailed, match="longer than 63 bytes"):
        roles.check({"name": "é" * 32})


def test_login_without_rights_reaches_no_other_database(
    server: Server, start: Start, unique: str
) -> None:
    """The login of a role works, and it is no member of anything it was not given."""
    role = start(Role).create({"name": unique})
    with (
        server.login(user=unique, password=role.state["password"]) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE DATABASE x")
