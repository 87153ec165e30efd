"""Django's tables for Celery."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from celeriac_provider.django.layout import MIGRATIONS, RESULTS
from celeriac_provider.postgresql import DjangoTables
from tests.provider.conformance.case import Drift
from tests.provider.conformance.postgresql.world import PostgresCase, mark_in

TABLES = (MIGRATIONS, *RESULTS)
FILL = (
    "INSERT INTO django_celery_results_chordcounter (group_id, sub_tasks, count) "
    "VALUES ('a', '[]', 1)"
)


class DjangoTablesCase(PostgresCase):
    """Tables of django-celery-results."""

    resource = DjangoTables
    wrong_ids = ("x", "a/b", "a/b/c/d")
    guard = r"hold results, 1 row in public\.django_celery_results_chordcounter"
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
            "holds": "cache",
            "cacheTable": "another",
            "owner": self.other,
        }

    def drifts(self) -> dict[str, Drift]:
        """A table dropped, another owner."""
        drop = self.does("DROP TABLE django_celery_results_chordcounter", inside=True)
        give = self.does(
            "ALTER TABLE django_celery_results_groupresult OWNER TO {}", self.other, inside=True
        )
        return {"layout": Drift(drop), "owner": Drift(give)}

    def server(self) -> Any:
        """Columns by table, owners, comments."""
        if not self.world.query("SELECT 1 FROM pg_database WHERE datname = %s", self.name):
            return None
        found = self.world.run(
            "SELECT relname, pg_get_userbyid(relowner), obj_description(c.oid, 'pg_class'), "
            "array(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid "
            "  AND attnum > 0 AND NOT attisdropped ORDER BY 1) "
            "FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
            "WHERE nspname = 'public' AND relkind = 'r' AND relname ~ 'django' ORDER BY 1",
            database=self.name,
        )
        return found or None

    def by_hand(self) -> None:
        """As the provider makes them, without marks: they are Django's own anyway."""
        self.world.life(DjangoTables, stack="other").create(self.given(), settled=False)
        self.set_mark(None)

    def vanish(self) -> None:
        """DROP."""
        for table in TABLES:
            self.world.run("DROP TABLE {}", table, database=self.name)

    def mark(self) -> str | None:
        """In the tables' comments."""
        return next((mark_in(row[2]) for row in self.server() or []), None)

    def set_mark(self, mark: str | None) -> None:
        """All comments."""
        for table in TABLES:
            self.world.comment("TABLE", "public", table, text=mark, database=self.name)

    def beside(self) -> Callable[[], Any]:
        """A column and a row more, of somebody else's."""
        self.does(
            "ALTER TABLE django_celery_results_chordcounter ADD COLUMN theirs int", inside=True
        )()
        self.fill()
        return lambda: self.world.run(
            "SELECT group_id, theirs FROM django_celery_results_chordcounter", database=self.name
        )

    def fill(self) -> None:
        """A chord under way."""
        self.does(FILL, inside=True)()

    @property
    def missing_id(self) -> str:
        """In a database that is not there."""
        return f"{self.name}_none/results/celery_cache"
