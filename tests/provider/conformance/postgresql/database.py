"""Databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, LiteralString

from celeriac_provider.postgresql import Database
from tests.provider.conformance.case import Drift
from tests.provider.conformance.postgresql.world import PostgresCase, mark_in


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
        return mark_in(found[4]) if found else None

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
