"""Users."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pymysql

from celeriac_provider.mysql import User
from tests.provider.conformance.case import Drift
from tests.provider.conformance.mysql.world import MysqlCase, mark_in

_TABLE = "orders"


class UserCase(MysqlCase):
    """Users."""

    resource = User
    wrong_ids = ("a/b/c",)
    missing_id = "no_such_user"
    unguarded = "in MySQL a user owns nothing"

    @property
    def account(self) -> str:
        """As a statement names it."""
        return f"'{self.name}'@'%'"

    def prepare(self, *, by_hand: bool = False) -> None:
        """A table to have rights on."""
        self.database(by_hand=by_hand)
        self.world.run(f"CREATE TABLE {self.me}.{_TABLE} (a int)")

    def given(self) -> dict[str, Any]:
        """With rights on rows."""
        return {"name": self.name, "privileges": {f"{self.name}.{_TABLE}": ["SELECT", "insert"]}}

    def changes(self) -> dict[str, Any]:
        """All."""
        return {
            "name": f"{self.name}2",
            "host": "10.0.0.0/255.0.0.0",
            "password": "another' %s \\ one",
            "requireTls": True,
            "connectionLimit": 3,
            "locked": True,
            "privileges": {
                f"{self.name}.{_TABLE}": ["select", "UPDATE"],
                f"{self.name}.*": ["CREATE", "GRANT OPTION"],
            },
        }

    def drifts(self) -> dict[str, Drift]:
        """By ALTER USER and GRANT."""
        me = self.account

        def does(statement: str) -> Callable[[], object]:
            return lambda: self.world.run(statement)

        return {
            "password": Drift(does(f"ALTER USER {me} IDENTIFIED BY 'theirs'"), kind="ADD"),
            "requireTls": Drift(does(f"ALTER USER {me} REQUIRE SSL")),
            "connectionLimit": Drift(does(f"ALTER USER {me} WITH MAX_USER_CONNECTIONS 7")),
            "locked": Drift(does(f"ALTER USER {me} ACCOUNT LOCK")),
            "privileges": Drift(does(f"GRANT DELETE ON {self.me}.* TO {me} WITH GRANT OPTION")),
        }

    def server(self) -> Any:
        """All but what is kept of the password."""
        account = self.world.server.account(self.name)
        if account is None:
            return None
        grants = [
            line.partition(" IDENTIFIED ")[0]
            for (line,) in self.world.run(f"SHOW GRANTS FOR {self.account}")
        ]
        return account, sorted(grants)

    def by_hand(self) -> None:
        """CREATE USER."""
        self.world.run(f"CREATE USER {self.account} IDENTIFIED BY 'by hand'")
        self.world.run(f"GRANT SELECT, INSERT ON {self.me}.{_TABLE} TO {self.account}")

    def vanish(self) -> None:
        """DROP USER."""
        self.world.run(f"DROP USER {self.account}")

    def mark(self) -> str | None:
        """In its attributes, or among its ways to log in."""
        account = self.world.server.account(self.name)
        return mark_in(account[-1]) if account else None

    def set_mark(self, mark: str | None) -> None:
        """Another, or none."""
        self.world.server.mark_user(self.name, mark)

    def beside(self) -> Callable[[], Any]:
        """A limit that is not managed."""
        self.world.run(f"ALTER USER {self.account} WITH MAX_QUERIES_PER_HOUR 77")
        return lambda: self.world.server.queries_per_hour(self.name)

    def works(self, password: str) -> bool:
        """By logging in."""
        try:
            self.world.server.login(self.name, password).close()
        except pymysql.OperationalError:
            return False
        return True
