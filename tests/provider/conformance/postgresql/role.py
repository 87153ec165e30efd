"""Roles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg

from celeriac_provider.postgresql import Role
from tests.provider.conformance.case import Drift
from tests.provider.conformance.postgresql.world import PostgresCase, mark_in


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
        return mark_in(found[5]) if found else None

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
