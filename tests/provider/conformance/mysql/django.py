"""Django's tables for Celery."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from celeriac_provider.django.layout import MIGRATIONS, RESULTS
from celeriac_provider.mysql import DjangoTables
from tests.provider.conformance.case import Drift
from tests.provider.conformance.mysql.world import MysqlCase, mark_in

TABLES = (MIGRATIONS, *RESULTS)
COUNTERS = "django_celery_results_chordcounter"


class DjangoTablesCase(MysqlCase):
    """Tables of django-celery-results."""

    resource = DjangoTables
    wrong_ids = ("x", "a/b", "a/b/c/d")
    guard = r"hold results, 1 row in \w+\.django_celery_results_chordcounter"
    no_change: ClassVar[Mapping[str, str]] = {"layout": "it has one value: it shows what is lost"}

    def prepare(self, *, by_hand: bool = False) -> None:
        """A database."""
        self.database(by_hand=by_hand)

    def given(self) -> dict[str, Any]:
        """In the database."""
        return {"database": self.name}

    def changes(self) -> dict[str, Any]:
        """All."""
        return {"database": "other", "holds": "cache", "cacheTable": "another"}

    def drifts(self) -> dict[str, Drift]:
        """A table dropped."""
        drop = f"DROP TABLE {self.me}.{COUNTERS}"
        return {"layout": Drift(lambda: self.world.run(drop))}

    def server(self) -> Any:
        """Columns by table, comments."""
        tables = self.world.run(
            "SELECT table_name, table_comment FROM information_schema.tables "
            "WHERE table_schema = %s ORDER BY 1",
            self.name,
        )
        columns = self.world.run(
            "SELECT table_name, column_name, column_type, extra, column_key "
            "FROM information_schema.columns WHERE table_schema = %s ORDER BY 1, 2",
            self.name,
        )
        return (tables, columns) if tables else None

    def by_hand(self) -> None:
        """As the provider makes them, without marks: they are Django's own anyway."""
        self.world.life(DjangoTables, stack="other").create(self.given(), settled=False)
        self.set_mark(None)

    def vanish(self) -> None:
        """DROP."""
        for table in TABLES:
            self.world.run(f"DROP TABLE {self.me}.{table}")

    def mark(self) -> str | None:
        """In the tables' comments."""
        found = self.server()
        return next((mark_in(row[1]) for row in found[0]), None) if found else None

    def set_mark(self, mark: str | None) -> None:
        """All comments."""
        for name in TABLES:
            self.world.run(f"ALTER TABLE {self.me}.{name} COMMENT '{mark or ''}'")

    def beside(self) -> Callable[[], Any]:
        """A column and a row more, of somebody else's."""
        self.world.run(f"ALTER TABLE {self.me}.{COUNTERS} ADD COLUMN theirs int")
        self.fill()
        query = f"SELECT group_id, theirs FROM {self.me}.{COUNTERS}"  # noqa: S608 - our own name
        return lambda: self.world.run(query)

    def fill(self) -> None:
        """A chord under way."""
        self.world.run(
            f"INSERT INTO {self.me}.{COUNTERS} (group_id, sub_tasks, count) "  # noqa: S608 - as above
            "VALUES ('a', '[]', 1)"
        )

    @property
    def missing_id(self) -> str:
        """In a database that is not there."""
        return f"{self.name}_none/results/celery_cache"
