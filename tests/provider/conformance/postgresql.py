"""PostgreSQL's resource types: how each is made, changed, marked and guarded.

The administrator is no superuser, who can do less; by hand is by the same administrator where it
must be able to take over, else by the superuser.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, LiteralString

import psycopg
from psycopg import sql

from celeriac_provider.engine.marks import Mark
from celeriac_provider.engine.resource import Resource
from celeriac_provider.postgresql import Database, Grants, ResultTables, Role
from tests.lifecycle import Lifecycle
from tests.provider.conformance import deaths
from tests.provider.conformance.case import Case, Drift
from tests.provider.postgresql.conftest import Row, Server


class PostgresWorld:
    """A PostgreSQL, and a name of this test's own.

    Args:
        servers: servers.json.
    """

    def __init__(self, servers: Mapping[str, Any]) -> None:
        entry = servers["postgresql"]
        self.server = Server(entry, servers["ca"], entry["admin_username"], entry["admin_password"])
        self.name = f"t{secrets.token_hex(6)}"
        self._lives: list[Lifecycle] = []

    def life(self, resource: type[Resource], *, stack: str = "test", **config: Any) -> Lifecycle:
        """A provider, closed after the test."""
        life = Lifecycle(resource, self.server.configuration(**config), stack=stack)
        self._lives.append(life)
        return life

    def watched(self, life: Lifecycle) -> Any:
        """Statements."""
        return deaths.of_postgresql(life)

    def provide(self, resource: type[Resource], **given: Any) -> None:
        """A prerequisite that the same stack made."""
        name = given.get("name", "container")
        self.life(resource).create(given, name=f"prepared {name}", settled=False)

    def run(self, statement: LiteralString, *names: str, database: str = "postgres") -> list[Row]:
        """As the superuser, names in the place of {}."""
        return self.server.run(statement, *names, database=database)

    def query(self, statement: LiteralString, *values: str, database: str = "postgres") -> Any:
        """As the superuser: the first row, or None."""
        with self.server.login(database) as connection:
            return connection.execute(statement, values).fetchone()

    def as_administrator(
        self, statement: LiteralString, *names: str, database: str = "postgres"
    ) -> None:
        """What somebody else does with the same rights."""
        composed = sql.SQL(statement).format(*map(sql.Identifier, names))
        with self.server.login(database, self.server.username, self.server.password) as connection:
            connection.execute(composed)

    def comment(self, on: LiteralString, *name: str, text: str | None, database: str) -> None:
        """COMMENT ON, as the superuser."""
        statement = sql.SQL("COMMENT ON " + on + " {} IS {}").format(
            sql.Identifier(*name), sql.Literal(text)
        )
        with self.server.login(database) as connection:
            connection.execute(statement)

    def clean(self) -> None:
        """Drop what carries the name."""
        for life in self._lives:
            life.close()
        for (database,) in self.run("SELECT datname FROM pg_database"):
            if database.startswith(self.name):
                self.run("DROP DATABASE {} WITH (FORCE)", database)
        for (role,) in self.run("SELECT rolname FROM pg_roles"):
            if role.startswith(self.name):
                self.run("DROP OWNED BY {}", role)
                self.run("DROP ROLE {}", role)


def _mark(comment: str | None) -> str | None:
    found = Mark.find(comment)
    return str(found) if found else None


class PostgresCase(Case):
    """A resource type of PostgreSQL's."""

    def __init__(self, world: PostgresWorld) -> None:
        self.world, self.name = world, world.name
        self.owner, self.other = f"{self.name}_owner", f"{self.name}_other"

    def role(self, name: str, *, by_hand: bool) -> None:
        """A role without login, of this stack or of somebody else."""
        if by_hand:
            self.world.as_administrator("CREATE ROLE {}", name)
        else:
            self.world.provide(Role, name=name, login=False)

    def database(self, *, by_hand: bool) -> None:
        """A database with its owner."""
        self.role(self.owner, by_hand=by_hand)
        if by_hand:
            self.world.run("CREATE DATABASE {} OWNER {}", self.name, self.owner)
        else:
            self.world.provide(Database, name=self.name, owner=self.owner)

    def does(
        self, statement: LiteralString, *names: str, inside: bool = False
    ) -> Callable[[], object]:
        """Runs a statement as the superuser later."""
        database = self.name if inside else "postgres"
        return lambda: self.world.run(statement, *names, database=database)


class RoleCase(PostgresCase):
    """Roles."""

    resource = Role
    any_id = "the name is the id, and a name is any text"
    missing_id = "no_such_role"
    guard = r"cannot be dropped.*owner of table"
    forced = False

    def prepare(self, *, by_hand: bool = False) -> None:
        """A group to be in."""
        self.role(self.other, by_hand=by_hand)

    def given(self) -> dict[str, Any]:
        """In the group, with a comment to lose."""
        return {"name": self.name, "memberOf": [self.other], "comment": "mine"}

    def changes(self) -> dict[str, Any]:
        """All."""
        return {
            "name": f"{self.name}2",
            "login": False,
            "password": "another ü",
            "memberOf": [],
            "inherit": False,
            "connectionLimit": 3,
            "validUntil": "2099-01-01T00:00:00Z",
            "comment": "what it's for",
        }

    def drifts(self) -> dict[str, Drift]:
        """By ALTER ROLE, REVOKE and COMMENT."""

        def comment() -> None:
            text = f"theirs {self.mark()}"
            self.world.comment("ROLE", self.name, text=text, database="postgres")

        def leave() -> None:
            self.world.as_administrator("REVOKE {} FROM {}", self.other, self.name)

        me = self.name
        return {
            "login": Drift(self.does("ALTER ROLE {} NOLOGIN", me)),
            "password": Drift(self.does("ALTER ROLE {} PASSWORD 'theirs'", me), kind="ADD"),
            "memberOf": Drift(leave),
            "inherit": Drift(self.does("ALTER ROLE {} NOINHERIT", me), also={"memberOf": "UPDATE"}),
            "connectionLimit": Drift(self.does("ALTER ROLE {} CONNECTION LIMIT 7", me)),
            "validUntil": Drift(self.does("ALTER ROLE {} VALID UNTIL '2099-01-01'", me)),
            "comment": Drift(comment),
        }

    def server(self) -> Any:
        """All but the verifier."""
        return self.world.query(
            "SELECT rolcanlogin, rolinherit, rolconnlimit, "
            "coalesce(rolvaliduntil, 'infinity')::text, rolpassword IS NOT NULL, "
            "shobj_description(oid, 'pg_authid'), "
            "array(SELECT (roleid::regrole::text, inherit_option)::text FROM pg_auth_members m "
            "  WHERE m.member = a.oid ORDER BY 1) "
            "FROM pg_authid a WHERE rolname = %s",
            self.name,
        )

    def by_hand(self) -> None:
        """CREATE ROLE."""
        me = self.name
        self.world.as_administrator("CREATE ROLE {} LOGIN PASSWORD 'by hand'", me)
        self.world.as_administrator("GRANT {} TO {}", self.other, me)
        self.world.comment("ROLE", me, text="mine", database="postgres")

    def vanish(self) -> None:
        """DROP ROLE."""
        self.world.run("DROP ROLE {}", self.name)

    def mark(self) -> str | None:
        """In the comment."""
        found = self.server()
        return _mark(found[5]) if found else None

    def set_mark(self, mark: str | None) -> None:
        """The same words with another mark, or none."""
        text = f"mine {mark}" if mark else "mine"
        self.world.comment("ROLE", self.name, text=text, database="postgres")

    def beside(self) -> Callable[[], Any]:
        """A setting of the role, which is not managed."""
        self.world.run("ALTER ROLE {} SET work_mem = '9MB'", self.name)
        query = "SELECT rolconfig FROM pg_roles WHERE rolname = %s"
        return lambda: self.world.query(query, self.name)

    def fill(self) -> None:
        """A table of its own."""
        table = f"{self.name}_t"
        self.world.run("CREATE TABLE {} ()", table)
        self.world.run("ALTER TABLE {} OWNER TO {}", table, self.name)

    def works(self, password: str) -> bool:
        """By logging in."""
        try:
            with self.world.server.login(user=self.name, password=password):
                return True
        except psycopg.OperationalError:
            return False


class DatabaseCase(PostgresCase):
    """Databases."""

    resource = Database
    any_id = "the name is the id, and a name is any text"
    missing_id = "no_such_database"
    guard = "holds the table public.orders, which is not one of Celery's"
    keeps_its_place = "its owner role carries our mark"

    def prepare(self, *, by_hand: bool = False) -> None:
        """Two owners."""
        for role in (self.owner, self.other):
            self.role(role, by_hand=by_hand)

    def given(self) -> dict[str, Any]:
        """For its owner."""
        return {"name": self.name, "owner": self.owner, "locale": "C"}

    def changes(self) -> dict[str, Any]:
        """All."""
        return {
            "name": f"{self.name}2",
            "owner": self.other,
            "encoding": "LATIN1",
            "locale": "C.UTF-8",
            "template": "template1",
            "connectionLimit": 5,
            "revokePublic": False,
        }

    def drifts(self) -> dict[str, Drift]:
        """By ALTER DATABASE and GRANT; or dropped and made anew by somebody."""

        def anew(options: LiteralString) -> Callable[[], None]:
            def act() -> None:
                self.vanish()
                self.world.run(
                    "CREATE DATABASE {} OWNER {} TEMPLATE template0 " + options,
                    self.name,
                    self.owner,
                )
                self.world.run("REVOKE ALL ON DATABASE {} FROM PUBLIC", self.name)
                self.world.run("REVOKE ALL ON SCHEMA public FROM PUBLIC", database=self.name)

            return act

        me = self.name
        return {
            "owner": Drift(self.does("ALTER DATABASE {} OWNER TO {}", me, self.other)),
            "encoding": Drift(anew("ENCODING LATIN1 LOCALE 'C'"), kind="UPDATE_REPLACE"),
            "locale": Drift(anew("ENCODING UTF8 LOCALE 'C.UTF-8'"), kind="UPDATE_REPLACE"),
            "connectionLimit": Drift(self.does("ALTER DATABASE {} CONNECTION LIMIT 3", me)),
            "revokePublic": Drift(self.does("GRANT CONNECT ON DATABASE {} TO PUBLIC", me)),
        }

    def server(self) -> Any:
        """The catalog's row, and what PUBLIC may do in it."""
        row = self.world.query(
            "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, "
            "datconnlimit, shobj_description(oid, 'pg_database'), "
            "EXISTS (SELECT FROM aclexplode(coalesce(datacl, acldefault('d', datdba))) "
            "  WHERE grantee = 0) FROM pg_database WHERE datname = %s",
            self.name,
        )
        if row is None:
            return None
        inside = self.world.query(
            "SELECT EXISTS (SELECT FROM aclexplode(nspacl) WHERE grantee = 0) "
            "FROM pg_namespace WHERE nspname = 'public'",
            database=self.name,
        )
        return (*row, *inside)

    def by_hand(self) -> None:
        """CREATE DATABASE."""
        self.world.run(
            "CREATE DATABASE {} OWNER {} TEMPLATE template0 LOCALE 'C'", self.name, self.owner
        )
        self.world.run("REVOKE ALL ON SCHEMA public FROM PUBLIC", database=self.name)
        self.world.run("REVOKE ALL ON DATABASE {} FROM PUBLIC", self.name)
        self.world.run("GRANT CONNECT ON DATABASE {} TO {}", self.name, self.world.server.username)

    def vanish(self) -> None:
        """DROP DATABASE."""
        self.world.run("DROP DATABASE {} WITH (FORCE)", self.name)

    def mark(self) -> str | None:
        """In the comment."""
        found = self.server()
        return _mark(found[4]) if found else None

    def set_mark(self, mark: str | None) -> None:
        """Another comment, or none."""
        self.world.comment("DATABASE", self.name, text=mark, database="postgres")

    def beside(self) -> Callable[[], Any]:
        """A setting of the database, which is not managed."""
        self.world.run("ALTER DATABASE {} SET work_mem = '9MB'", self.name)
        query: LiteralString = (
            "SELECT setconfig FROM pg_db_role_setting s JOIN pg_database d "
            "ON d.oid = setdatabase WHERE datname = %s"
        )
        return lambda: self.world.query(query, self.name)

    def fill(self) -> None:
        """A table that is not Celery's."""
        self.world.run("CREATE TABLE orders ()", database=self.name)


class ResultTablesCase(PostgresCase):
    """Result tables."""

    resource = ResultTables
    wrong_ids = ("x", "a/b/c", "a/b/c/d/e")
    guard = r"hold results, 1 row in public\.celery_taskmeta"
    no_change: ClassVar[Mapping[str, str]] = {"layout": "it has one value: it shows what is lost"}

    def prepare(self, *, by_hand: bool = False) -> None:
        """A database, and a second owner who may create in it."""
        self.database(by_hand=by_hand)
        self.role(self.other, by_hand=by_hand)
        self.world.run("GRANT ALL ON SCHEMA public TO {}", self.other, database=self.name)
        if by_hand:
            self.world.run(
                "GRANT CONNECT ON DATABASE {} TO {}", self.name, self.world.server.username
            )

    def given(self) -> dict[str, Any]:
        """For the owner."""
        return {"database": self.name, "owner": self.owner}

    def changes(self) -> dict[str, Any]:
        """All."""
        return {
            "database": "other",
            "schema": "other",
            "taskTable": "tasks",
            "groupTable": "groups",
            "owner": self.other,
        }

    def drifts(self) -> dict[str, Drift]:
        """A column dropped, another owner."""
        drop = self.does("ALTER TABLE celery_taskmeta DROP COLUMN children", inside=True)
        give = self.does("ALTER TABLE celery_tasksetmeta OWNER TO {}", self.other, inside=True)
        return {"layout": Drift(drop), "owner": Drift(give)}

    def server(self) -> Any:
        """Columns by table, owners, indexes."""
        if not self.world.query("SELECT 1 FROM pg_database WHERE datname = %s", self.name):
            return None
        found = self.world.run(
            "SELECT relname, relkind::text, pg_get_userbyid(relowner), "
            "obj_description(c.oid, 'pg_class'), "
            "array(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid "
            "  AND attnum > 0 AND NOT attisdropped ORDER BY 1) "
            "FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
            "WHERE nspname = 'public' AND relname ~ 'task' ORDER BY 1",
            database=self.name,
        )
        return found or None

    def by_hand(self) -> None:
        """As the provider makes them, without marks: Celery's own tests prove them the same."""
        self.world.life(ResultTables, stack="other").create(self.given(), settled=False)
        for kind, names in self._objects().items():
            for name in names:
                self.world.comment(kind, "public", name, text=None, database=self.name)

    @staticmethod
    def _objects() -> dict[LiteralString, tuple[str, str]]:
        return {
            "TABLE": ("celery_taskmeta", "celery_tasksetmeta"),
            "SEQUENCE": ("task_id_sequence", "taskset_id_sequence"),
        }

    def vanish(self) -> None:
        """DROP."""
        self.does("DROP TABLE celery_taskmeta, celery_tasksetmeta", inside=True)()
        self.does("DROP SEQUENCE task_id_sequence, taskset_id_sequence", inside=True)()

    def mark(self) -> str | None:
        """In the tables' comments."""
        found = self.server() or []
        return next((_mark(row[3]) for row in found if row[1] == "r"), None)

    def set_mark(self, mark: str | None) -> None:
        """All comments."""
        for kind, names in self._objects().items():
            for name in names:
                self.world.comment(kind, "public", name, text=mark, database=self.name)

    def beside(self) -> Callable[[], Any]:
        """A column and a row more, of somebody else's."""
        self.does("ALTER TABLE celery_taskmeta ADD COLUMN theirs int", inside=True)()
        self.fill()
        query: LiteralString = "SELECT id, theirs FROM celery_taskmeta"
        return lambda: self.world.run(query, database=self.name)

    def fill(self) -> None:
        """A result."""
        self.does("INSERT INTO celery_taskmeta (id) VALUES (7)", inside=True)()

    @property
    def missing_id(self) -> str:
        """In a database that is not there."""
        return f"{self.name}_none/public/celery_taskmeta/celery_tasksetmeta"


class GrantsCase(PostgresCase):
    """Grants."""

    resource = Grants
    wrong_ids = ("x", "a/b/c/d")
    unguarded = "a right can be given again"

    def prepare(self, *, by_hand: bool = False) -> None:
        """A database with Celery's tables, and a role."""
        self.database(by_hand=by_hand)
        self.role(self.other, by_hand=by_hand)
        if by_hand:
            self.world.run(
                "GRANT CONNECT ON DATABASE {} TO {}", self.name, self.world.server.username
            )
            self.world.run("GRANT ALL ON SCHEMA public TO {}", self.owner, database=self.name)
            self.world.life(ResultTables, stack="other").create(
                {"database": self.name, "owner": self.owner}, settled=False
            )
        else:
            self.world.provide(ResultTables, database=self.name, owner=self.owner)

    def given(self) -> dict[str, Any]:
        """A right of each kind."""
        return {
            "database": self.name,
            "role": self.other,
            "databasePrivileges": ["CONNECT"],
            "schemaPrivileges": ["USAGE"],
            "tablePrivileges": {"celery_taskmeta": ["SELECT"]},
            "sequencePrivileges": {"task_id_sequence": ["USAGE"]},
        }

    def changes(self) -> dict[str, Any]:
        """All."""
        return {
            "database": "other",
            "role": "other",
            "schema": "other",
            "databasePrivileges": ["temp", "connect"],
            "schemaPrivileges": ["ALL"],
            "tablePrivileges": {"celery_taskmeta": ["SELECT", "INSERT"]},
            "sequencePrivileges": {},
        }

    def drifts(self) -> dict[str, Drift]:
        """Rights given, and taken."""
        role = self.other
        give = self.does("GRANT CREATE ON SCHEMA public TO {}", role, inside=True)
        table = self.does("GRANT DELETE ON celery_tasksetmeta TO {}", role, inside=True)
        option: LiteralString = "GRANT USAGE ON SEQUENCE task_id_sequence TO {} WITH GRANT OPTION"
        return {
            "databasePrivileges": Drift(
                self.does("REVOKE CONNECT ON DATABASE {} FROM {}", self.name, role)
            ),
            "schemaPrivileges": Drift(give),
            "tablePrivileges": Drift(table),
            "sequencePrivileges": Drift(self.does(option, role, inside=True)),
        }

    no_drift: ClassVar[Mapping[str, str]] = {"schema": "it says where the rights are looked for"}

    def server(self) -> Any:
        """Every access list that names the role."""
        if not self.world.query("SELECT 1 FROM pg_database WHERE datname = %s", self.name):
            return None
        with self.world.server.login(self.name) as connection:
            found = connection.execute(
                "SELECT what, privilege_type, is_grantable FROM ("
                "  SELECT datname AS what, datacl AS acl FROM pg_database "
                "    WHERE datname = current_database() "
                "  UNION ALL SELECT nspname, nspacl FROM pg_namespace "
                "  UNION ALL SELECT relname, relacl FROM pg_class) AS each, aclexplode(acl) "
                "WHERE grantee = %s::regrole ORDER BY 1, 2",
                [self.other],
            ).fetchall()
        return found or None

    def by_hand(self) -> None:
        """GRANT."""
        role = self.other
        self.does("GRANT CONNECT ON DATABASE {} TO {}", self.name, role)()
        self.does("GRANT USAGE ON SCHEMA public TO {}", role, inside=True)()
        self.does("GRANT SELECT ON celery_taskmeta TO {}", role, inside=True)()
        self.does("GRANT USAGE ON SEQUENCE task_id_sequence TO {}", role, inside=True)()

    def vanish(self) -> None:
        """REVOKE."""
        role = self.other
        self.does("REVOKE ALL ON DATABASE {} FROM {}", self.name, role)()
        self.does("REVOKE ALL ON SCHEMA public FROM {}", role, inside=True)()
        self.does("REVOKE ALL ON celery_taskmeta FROM {}", role, inside=True)()
        self.does("REVOKE ALL ON SEQUENCE task_id_sequence FROM {}", role, inside=True)()

    def mark(self) -> str | None:
        """The role's."""
        query: LiteralString = (
            "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = %s"
        )
        found = self.world.query(query, self.other)
        return _mark(found[0]) if found else None

    def set_mark(self, mark: str | None) -> None:
        """The role's, and the database's, which stands in for it."""
        self.world.comment("ROLE", self.other, text=mark, database="postgres")
        self.world.comment("DATABASE", self.name, text=mark, database="postgres")
        self.world.comment("ROLE", self.owner, text=mark, database="postgres")

    def beside(self) -> Callable[[], Any]:
        """Another role's rights."""
        third = f"{self.name}_third"
        self.role(third, by_hand=True)
        self.does("GRANT SELECT ON celery_taskmeta TO {}", third, inside=True)()
        query: LiteralString = (
            "SELECT privilege_type FROM information_schema.table_privileges WHERE grantee = %s"
        )
        return lambda: self.world.query(query, third, database=self.name)

    @property
    def missing_id(self) -> str:
        """Of a role that is not there."""
        return f"{self.name}/{self.name}_none"


CASES: tuple[type[PostgresCase], ...] = (RoleCase, DatabaseCase, ResultTablesCase, GrantsCase)
