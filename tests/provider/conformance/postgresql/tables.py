"""Celery's tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, LiteralString

from celeriac_provider.postgresql import ResultTables
from tests.provider.conformance.case import Drift
from tests.provider.conformance.postgresql.world import PostgresCase, mark_in


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
        return next((mark_in(row[3]) for row in found if row[1] == "r"), None)

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
