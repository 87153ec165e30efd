"""Django's tables for Celery."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celeriac_provider.django.layout import MIGRATIONS, RESULTS
from celeriac_provider.mysql import DjangoTables
from tests.provider.conformance.case import Drift
from tests.provider.conformance.mysql.tables import ResultTablesCase

TABLES = (MIGRATIONS, *RESULTS)
COUNTERS = "django_celery_results_chordcounter"


class DjangoTablesCase(ResultTablesCase):
    """Tables of django-celery-results: as Celery's own, but for their names."""

    resource = DjangoTables
    guard = r"hold results, 1 row in \w+\.django_celery_results_chordcounter"

    def changes(self) -> dict[str, Any]:
        """All."""
        return {"database": "other", "holds": "cache", "cacheTable": "another"}

    def drifts(self) -> dict[str, Drift]:
        """A table dropped."""
        drop = f"DROP TABLE {self.me}.{COUNTERS}"
        return {"layout": Drift(lambda: self.world.run(drop))}

    def vanish(self) -> None:
        """DROP."""
        for table in TABLES:
            self.world.run(f"DROP TABLE {self.me}.{table}")

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
