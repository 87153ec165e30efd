"""Celery's tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from celeriac_provider.engine.resource import Resource
from celeriac_provider.mysql import ResultTables
from tests.provider.conformance.case import Drift
from tests.provider.conformance.mysql.world import MysqlCase, mark_in

_TABLES = ("celery_taskmeta", "celery_tasksetmeta")
_SEQUENCES = ("task_id_sequence", "taskset_id_sequence")


class ResultTablesCase(MysqlCase):
    """Result tables."""

    resource: ClassVar[type[Resource]] = ResultTables
    wrong_ids = ("x", "a/b", "a/b/c/d")
    guard = r"hold results, 1 row in \w+\.celery_taskmeta"
    no_change: ClassVar[Mapping[str, str]] = {"layout": "it has one value: it shows what is lost"}

    def prepare(self, *, by_hand: bool = False) -> None:
        """A database."""
        self.database(by_hand=by_hand)

    def given(self) -> dict[str, Any]:
        """In the database."""
        return {"database": self.name}

    def changes(self) -> dict[str, Any]:
        """All."""
        return {"database": "other", "taskTable": "tasks", "groupTable": "groups"}

    def drifts(self) -> dict[str, Drift]:
        """A column dropped."""
        drop = f"ALTER TABLE {self.me}.celery_taskmeta DROP COLUMN stamps"
        return {"layout": Drift(lambda: self.world.run(drop))}

    def server(self) -> Any:
        """Columns by table, comments, indexes."""
        tables = self.world.run(
            "SELECT table_name, table_type, table_comment, table_collation "
            "FROM information_schema.tables WHERE table_schema = %s ORDER BY 1",
            self.name,
        )
        columns = self.world.run(
            "SELECT table_name, column_name, column_type, extra, column_key "
            "FROM information_schema.columns WHERE table_schema = %s ORDER BY 1, 2",
            self.name,
        )
        return (tables, columns) if tables else None

    def by_hand(self) -> None:
        """As the provider makes them, without marks: Celery's own tests prove them the same."""
        self.world.life(self.resource, stack="other").create(self.given(), settled=False)
        self.set_mark(None)

    def vanish(self) -> None:
        """DROP."""
        for table in _TABLES:
            self.world.run(f"DROP TABLE {self.me}.{table}")
        for sequence in self._sequences():
            self.world.run(f"DROP SEQUENCE {self.me}.{sequence}")

    def _sequences(self) -> tuple[str, ...]:
        return _SEQUENCES if self.mariadb else ()

    def mark(self) -> str | None:
        """In the tables' comments."""
        found = self.server()
        return next((mark_in(row[2]) for row in found[0]), None) if found else None

    def set_mark(self, mark: str | None) -> None:
        """All comments."""
        for name in (*_TABLES, *self._sequences()):
            self.world.run(f"ALTER TABLE {self.me}.{name} COMMENT '{mark or ''}'")

    def beside(self) -> Callable[[], Any]:
        """A column and a row more, of somebody else's."""
        self.world.run(f"ALTER TABLE {self.me}.celery_taskmeta ADD COLUMN theirs int")
        self.fill()
        query = f"SELECT id, theirs FROM {self.me}.celery_taskmeta"  # noqa: S608 - our own name
        return lambda: self.world.run(query)

    def fill(self) -> None:
        """A result."""
        statement = f"INSERT INTO {self.me}.celery_taskmeta (id) VALUES (7)"  # noqa: S608 - as above
        self.world.run(statement)

    @property
    def missing_id(self) -> str:
        """In a database that is not there."""
        return f"{self.name}_none/celery_taskmeta/celery_tasksetmeta"
