"""Grants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, LiteralString

from celeriac_provider.postgresql import Grants, ResultTables
from tests.provider.conformance.case import Drift
from tests.provider.conformance.postgresql.world import PostgresCase, mark_in


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
        return mark_in(found[0]) if found else None

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
