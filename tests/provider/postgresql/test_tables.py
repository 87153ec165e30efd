"""The life of Celery's tables, and a real Celery backend on them."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from celery import Celery, states
from celery.result import GroupResult

from celeriac_provider.postgresql import Database, Grants, ResultTables, Role
from tests.lifecycle import CheckFailed, Failed
from tests.provider.postgresql.conftest import Server, Start, provision


def _database(start: Start, unique: str) -> dict[str, Any]:
    """An owner and its database; inputs of tables in it."""
    owner = f"{unique}_owner"
    start(Role).create({"name": owner, "login": False}, name=owner)
    start(Database).create({"name": unique, "owner": owner})
    return {"database": unique, "owner": owner}


def test_life(server: Server, start: Start, unique: str) -> None:
    """Create, change the owner, import, delete: nothing is left to do after each step."""
    given = _database(start, unique)
    other = f"{unique}_owner2"
    start(Role).create({"name": other, "login": False}, name=other)
    server.run("GRANT ALL ON SCHEMA public TO {}", other, database=unique)
    tables = start(ResultTables)
    life = tables.create(given)
    assert life.id == f"{unique}/public/celery_taskmeta/celery_tasksetmeta"
    life = tables.update(life, given | {"owner": other, "forceDestroy": True})
    imported = tables.import_(life.id)
    assert imported is not None
    assert imported.state["owner"] == other
    assert tables.diff(life, given | {"taskTable": "results"}) == {
        "taskTable": "UPDATE_REPLACE",
        "owner": "UPDATE",
        "forceDestroy": "UPDATE",
    }
    tables.delete(life)
    tables.delete(life)
    assert not tables.exists(life)


def test_same_as_celerys_own(server: Server, start: Start, unique: str) -> None:
    """Columns, indexes and sequences are those that Celery makes for itself, names included."""
    start(ResultTables).create(_database(start, unique))
    made = f"{unique}_celery"
    server.run("CREATE DATABASE {}", made)
    url = (
        f"db+postgresql+psycopg2://{server.entry['username']}:{server.entry['password']}"
        f"@127.0.0.1:{server.entry['port']}/{made}"
    )
    assert Celery(backend=url).backend.get_state("x") == states.PENDING
    assert _catalog(server, made) == _catalog(server, unique)


def _catalog(server: Server, database: str) -> list[tuple[Any, ...]]:
    columns = server.run(
        "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, "
        "column_default FROM information_schema.columns WHERE table_schema = 'public' "
        "ORDER BY 1, 2",
        database=database,
    )
    indexes = server.run(
        "SELECT indexdef, tablename, indexname FROM pg_indexes WHERE schemaname = 'public' "
        "ORDER BY 1",
        database=database,
    )
    sequences = server.run(
        "SELECT sequencename, data_type::text, start_value, increment_by, min_value, cache_size "
        "FROM pg_sequences ORDER BY 1",
        database=database,
    )
    return [*columns, *indexes, *sequences]


def test_what_is_missing_is_added_and_no_row_is_lost(
    server: Server, start: Start, unique: str
) -> None:
    """Dropped columns, indexes, keys and sequences show, and come back around the rows."""
    given = _database(start, unique)
    tables = start(ResultTables)
    life = tables.create(given)
    server.run("INSERT INTO celery_taskmeta (id, task_id) VALUES (7, 'kept')", database=unique)
    for damage in (
        "ALTER TABLE celery_taskmeta DROP COLUMN stamps, DROP COLUMN children",
        "DROP INDEX ix_celery_taskmeta_date_done",
        "ALTER TABLE celery_taskmeta DROP CONSTRAINT celery_taskmeta_task_id_key",
        "DROP SEQUENCE taskset_id_sequence",
        "DROP TABLE celery_tasksetmeta",
    ):
        server.run(damage, database=unique)
    found = tables.refresh(life)
    assert found is not None
    assert found.state["layout"] == (
        "without the column celery_taskmeta.children, the column celery_taskmeta.stamps, the "
        "unique index on celery_taskmeta.task_id, the index on celery_taskmeta.date_done, the "
        "sequence taskset_id_sequence, the table celery_tasksetmeta"
    )
    assert tables.diff(found, given) == {"layout": "UPDATE"}
    tables.update(found, given)
    assert server.run("SELECT id, task_id, stamps FROM celery_taskmeta", database=unique) == [
        (7, "kept", None)
    ]


def test_changed_owner_is_drift(server: Server, start: Start, unique: str) -> None:
    """One sequence that belongs to somebody else is enough."""
    given = _database(start, unique)
    tables = start(ResultTables)
    life = tables.create(given)
    other = f"{unique}_other"
    start(Role).create({"name": other, "login": False}, name="other")
    server.run("ALTER SEQUENCE task_id_sequence OWNER TO {}", other, database=unique)
    found = tables.refresh(life)
    assert found is not None
    assert found.state["owner"] == other
    tables.update(found, given)


def test_other_type_is_refused(server: Server, start: Start, unique: str) -> None:
    """A column of another type is named, and left to its owner."""
    given = _database(start, unique)
    tables = start(ResultTables)
    life = tables.create(given)
    server.run("ALTER TABLE celery_taskmeta ALTER COLUMN result TYPE text", database=unique)
    found = tables.refresh(life)
    assert found is not None
    assert found.state["layout"] == "without the type bytea of celery_taskmeta.result"
    with pytest.raises(Failed, match=r"result of public.celery_taskmeta .* is text, Celery needs"):
        tables.update(found, given)


def test_celerys_own_tables_are_refused_and_adopted(
    server: Server, start: Start, unique: str
) -> None:
    """Tables that Celery made are taken over with adopt, their rows kept."""
    given = _database(start, unique)
    server.run("CREATE SEQUENCE task_id_sequence", database=unique)
    tables = start(ResultTables)
    with pytest.raises(Failed, match=r"task_id_sequence .* was not made with these tables"):
        tables.create(given)
    server.run("CREATE TABLE celery_taskmeta (id int PRIMARY KEY)", database=unique)
    with pytest.raises(Failed, match="exists already and was not made by this stack"):
        tables.create(given)
    for kind, name in (("TABLE", "celery_taskmeta"), ("SEQUENCE", "task_id_sequence")):
        owned = "ALTER TABLE {} OWNER TO {}" if kind == "TABLE" else "ALTER SEQUENCE {} OWNER TO {}"
        server.run(owned, name, f"{unique}_owner", database=unique)
    life = tables.create(given | {"adopt": True})
    assert life.state["layout"] == "complete"


def test_own_names_and_bad_ones(start: Start, unique: str) -> None:
    """Tables can have other names; two of them need two names."""
    given = _database(start, unique)
    tables = start(ResultTables)
    tables.create(given | {"taskTable": "Tasks", "groupTable": "Groups"})
    with pytest.raises(Failed, match=r"sequence .* was not made with these tables"):
        tables.create(given, name="second")
    with pytest.raises(CheckFailed, match="tasks and groups need a table each"):
        tables.check(given | {"groupTable": "celery_taskmeta"})
    with pytest.raises(Failed, match=r"no schema|does not exist"):
        tables.create(given | {"schema": "nowhere"}, name="third")


def test_celery_as_the_app(server: Server, start: Start, unique: str) -> None:
    """A real backend, logged in as a member of the group: all that Celery does with results."""
    app_ = provision(start, unique)
    url = (
        f"db+postgresql+psycopg2://{unique}_login:{app_.password}"
        f"@127.0.0.1:{server.entry['port']}/{unique}"
    )
    app = Celery(backend=url, set_as_current=False)
    app.conf.update(result_extended=True, result_expires=0)
    backend = app.backend
    backend.store_result("a", {"sum": 3}, states.SUCCESS)
    assert backend.get_result("a") == {"sum": 3}
    saved = GroupResult("g", [app.AsyncResult("a")], app=app)
    saved.save()
    restored = GroupResult.restore("g", app=app)
    assert [r.id for r in restored.results] == ["a"]
    saved.delete()
    backend.forget("a")
    assert backend.get_state("a") == states.PENDING
    backend.store_result("b", 1, states.FAILURE)
    backend.cleanup()
    with (
        server.login(unique, f"{unique}_login", app_.password) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE TABLE public.mine ()")
    with (
        server.login(unique, f"{unique}_login", app_.password) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE SCHEMA mine")


def test_two_apps_cannot_meet(server: Server, start: Start, unique: str) -> None:
    """The login of one app cannot connect to the database of another."""
    first, second = provision(start, f"{unique}_a"), provision(start, f"{unique}_b")
    for here, there in ((first, second), (second, first)):
        with (
            pytest.raises(psycopg.OperationalError, match="permission denied for database"),
            server.login(there.name, f"{here.name}_login", here.password),
        ):
            pass


def test_destroy_leaves_nothing(server: Server, start: Start, unique: str) -> None:
    """Deleting everything in the engine's order works, as each of the administrators."""
    app = provision(start, unique)
    start(Grants).delete(app.grants)
    start(ResultTables).delete(app.tables)
    start(Database).delete(app.database)
    for role in (app.login, app.group, app.owner):
        start(Role).delete(role)
    with server.login() as connection:
        left = connection.execute(
            "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", [unique]
        ).fetchall()
    assert left == []
