"""The life of a PostgreSQL database."""

from __future__ import annotations

import psycopg
import pytest

from celeriac_provider.postgresql import Database, Role
from tests.lifecycle import Failed
from tests.provider.postgresql.conftest import Server, Start, provision


def _owner(start: Start, unique: str) -> str:
    name = f"{unique}_owner"
    start(Role).create({"name": name, "login": False}, name=name)
    return name


def _memberships(server: Server, role: str) -> list[tuple[object, ...]]:
    with server.login() as connection:
        return connection.execute(
            "SELECT m.rolname FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member "
            "JOIN pg_roles g ON g.oid = a.roleid WHERE g.rolname = %s "
            "AND a.grantor <> 10",  # the bootstrap superuser's, which 16 and later give
            [role],
        ).fetchall()


def test_life(server: Server, start: Start, unique: str) -> None:
    """Create, change each property, import, delete; no membership is left behind."""
    owner = _owner(start, unique)
    other = f"{unique}_owner2"
    start(Role).create({"name": other, "login": False}, name=other)
    databases = start(Database)
    given = {"name": unique, "owner": owner}
    database = databases.create(given | {"encoding": "utf-8", "locale": "C"})
    given |= {"locale": "C"}
    database = databases.update(database, given | {"connectionLimit": 5})
    database = databases.update(database, given | {"revokePublic": False})
    database = databases.update(database, given)
    database = databases.update(database, given | {"owner": other, "forceDestroy": True})
    imported = databases.import_(unique)
    assert imported is not None
    assert imported.state["owner"] == other
    assert imported.state["mark"] == database.state["mark"]
    databases.delete(database)
    databases.delete(database)
    assert not databases.exists(database)
    assert _memberships(server, owner) == []
    assert _memberships(server, other) == []


def test_drift_of_every_property(server: Server, start: Start, unique: str) -> None:
    """What somebody changed by hand shows, each way in which PUBLIC can come back too."""
    databases = start(Database)
    given = {"name": unique, "owner": _owner(start, unique)}
    database = databases.create(given)
    server.run("ALTER DATABASE {} CONNECTION LIMIT 3", unique)
    server.run("GRANT CONNECT ON DATABASE {} TO PUBLIC", unique)
    assert databases.drift(database, given) == {
        "connectionLimit": "UPDATE",
        "revokePublic": "UPDATE",
    }
    found = databases.refresh(database)
    assert found is not None
    database = databases.update(found, given)
    server.run("GRANT CREATE ON SCHEMA public TO PUBLIC", database=unique)
    assert databases.drift(database, given) == {"revokePublic": "UPDATE"}
    server.run("ALTER DATABASE {} OWNER TO {}", unique, server.entry["username"])
    assert "owner" in databases.drift(database, given)


def test_public_cannot_connect(server: Server, start: Start, unique: str) -> None:
    """A role of another app is refused."""
    role = start(Role).create({"name": f"{unique}_other"}, name="other")
    start(Database).create({"name": unique, "owner": _owner(start, unique)})
    with (
        pytest.raises(psycopg.OperationalError, match="permission denied for database"),
        server.login(unique, f"{unique}_other", role.state["password"]),
    ):
        pass


def test_closed_foreign_database_is_not_entered(server: Server, start: Start, unique: str) -> None:
    """One that somebody else has closed is refused all the same, and no right on it is taken."""
    server.run("CREATE DATABASE {}", unique)
    server.run("REVOKE ALL ON DATABASE {} FROM PUBLIC", unique)
    [(before,)] = server.run(
        "SELECT datacl::text FROM pg_database WHERE datname = current_database()", database=unique
    )
    with pytest.raises(Failed, match="exists already and was not made by this stack"):
        start(Database).create({"name": unique, "owner": server.entry["username"]})
    [(after,)] = server.run(
        "SELECT datacl::text FROM pg_database WHERE datname = current_database()", database=unique
    )
    assert after == before


def test_new_administrator_gets_in(server: Server, start: Start, unique: str) -> None:
    """After the administrator's right to connect was lost, ours is entered again."""
    databases = start(Database)
    given = {"name": unique, "owner": _owner(start, unique)}
    database = databases.create(given)
    databases.close()
    server.run("REVOKE CONNECT ON DATABASE {} FROM {}", unique, server.username)
    assert start(Database).drift(database, given) == {}


def test_database_is_ours_when_its_owner_is(server: Server, start: Start, unique: str) -> None:
    """After a crash before the comment, the same stack goes on; another one is refused."""
    owner = _owner(start, unique)
    server.run("CREATE DATABASE {} OWNER {}", unique, owner)
    with pytest.raises(Failed, match="not made by this stack"):
        start(Database, stack="other").create({"name": unique, "owner": owner})
    database = start(Database).create({"name": unique, "owner": owner})
    with pytest.raises(Failed, match="made by another resource of this stack"):
        start(Database).create({"name": unique, "owner": owner}, name="second")
    start(Database).delete(database)


def test_guard(server: Server, start: Start, unique: str) -> None:
    """Empty tables of Celery's do not count; a row does, and so does any other table."""
    app = provision(start, unique)
    databases = start(Database)
    with server.login(unique, f"{unique}_login", app.password) as connection:
        connection.execute("INSERT INTO celery_taskmeta (id, task_id) VALUES (1, 'a')")
    with pytest.raises(Failed, match=r"holds 1 row in public.celery_taskmeta.*forceDestroy"):
        databases.delete(app.database)
    server.run("DELETE FROM celery_taskmeta", database=unique)
    server.run("CREATE SCHEMA s CREATE TABLE s.orders ()", database=unique)
    with pytest.raises(Failed, match=r"holds the table s.orders, which is not one of Celery's"):
        databases.delete(app.database)
    server.run("DROP SCHEMA s CASCADE", database=unique)
    databases.delete(app.database)
    assert not databases.exists(app.database)


def test_force_destroy(server: Server, start: Start, unique: str) -> None:
    """With forceDestroy in the state the database goes, whatever is in it."""
    databases = start(Database)
    given = {"name": unique, "owner": _owner(start, unique), "forceDestroy": True}
    database = databases.create(given)
    server.run("CREATE TABLE orders ()", database=unique)
    databases.delete(database)
    assert not databases.exists(database)


def test_sessions_keep_it_without_force_destroy(server: Server, start: Start, unique: str) -> None:
    """A program that is connected is named as the reason, and not thrown out."""
    databases = start(Database, timeout=5)
    database = databases.create({"name": unique, "owner": _owner(start, unique)})
    with (
        server.login(unique) as connection,
        pytest.raises(Failed, match=r"being accessed by other users.*stop the programs"),
    ):
        databases.delete(database)
    assert connection.closed
    databases.delete(database)
