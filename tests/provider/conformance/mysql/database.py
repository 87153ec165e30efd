"""Databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celeriac_provider.mysql import Database
from tests.provider.conformance.case import Drift
from tests.provider.conformance.mysql.world import MysqlCase, mark_in


class DatabaseCase(MysqlCase):
    """Databases."""

    resource = Database
    any_id = "the name is the id, and a name is any text"
    missing_id = "no_such_database"
    guard = r"holds the table \w+\.orders, which is not one of Celery's"

    def prepare(self, *, by_hand: bool = False) -> None:
        """It needs nothing."""

    def given(self) -> dict[str, Any]:
        """A name."""
        return {"name": self.name}

    def changes(self) -> dict[str, Any]:
        """All."""
        return {
            "name": f"{self.name}2",
            "collation": "latin1_bin",
        }

    def drifts(self) -> dict[str, Drift]:
        """By ALTER DATABASE."""

        def does(options: str) -> Callable[[], object]:
            return lambda: self.world.run(f"ALTER DATABASE {self.me} {options}")

        return {
            "collation": Drift(does("COLLATE utf8mb4_unicode_ci")),
        }

    def server(self) -> Any:
        """The row of information_schema, and its mark."""
        found = self.world.run(
            "SELECT default_character_set_name, default_collation_name "
            "FROM information_schema.schemata WHERE schema_name = %s",
            self.name,
        )
        return (*found[0], self.mark()) if found else None

    def by_hand(self) -> None:
        """CREATE DATABASE."""
        self.database(by_hand=True)

    def vanish(self) -> None:
        """DROP DATABASE."""
        self.world.run(f"DROP DATABASE {self.me}")

    def mark(self) -> str | None:
        """In the comment, or borne by an account."""
        return mark_in(self.world.server.mark_of_database(self.name))

    def set_mark(self, mark: str | None) -> None:
        """Another, or none."""
        if self.mariadb:
            self.world.run(f"ALTER DATABASE {self.me} COMMENT '{mark or ''}'")
        else:
            self.world.bearer(mark)

    def beside(self) -> Callable[[], Any]:
        """A table of somebody else's."""
        self.fill()
        return lambda: self.world.run(f"SHOW TABLES FROM {self.me}")

    def fill(self) -> None:
        """A table that is not Celery's."""
        self.world.run(f"CREATE TABLE {self.me}.orders (a int)")
