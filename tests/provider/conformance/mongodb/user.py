"""Users, on the stand-in: mongo-java-server has none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pymongo.errors import OperationFailure

from celeriac_provider.mongodb import User
from tests.provider.conformance.case import Drift
from tests.provider.conformance.mongodb.world import MongoCase


class UserCase(MongoCase):
    """Users of a database."""

    resource = User
    wrong_ids = ("a", "a/b/c")
    missing_id = "nobody/nobody"
    unguarded = "a user holds nothing"

    def given(self) -> dict[str, Any]:
        """In a database of the test's own."""
        return {"database": self.name, "name": "app"}

    def changes(self) -> dict[str, Any]:
        """All."""
        return {
            "database": f"{self.name}-2",
            "name": "other",
            "password": "another ü",
            "roles": ["read", "readWrite@elsewhere"],
        }

    def _change(self, **values: Any) -> Callable[[], object]:
        return lambda: self.client[self.name].command("updateUser", "app", **values)

    def drifts(self) -> dict[str, Drift]:
        """By updateUser."""
        more = [{"role": "readWrite", "db": self.name}, {"role": "read", "db": "elsewhere"}]
        return {
            "password": Drift(self._change(pwd="theirs"), kind="ADD"),
            "roles": Drift(self._change(roles=more)),
        }

    def _info(self) -> dict[str, Any] | None:
        asked = {"user": "app", "db": self.name}
        users = self.client[self.name].command("usersInfo", asked)["users"]
        return dict(users[0]) if users else None

    def server(self) -> Any:
        """As usersInfo shows it."""
        return self._info()

    def by_hand(self) -> None:
        """By createUser."""
        roles = [{"role": "readWrite", "db": self.name}]
        self.client[self.name].command("createUser", "app", pwd="by hand", roles=roles)

    def vanish(self) -> None:
        """By dropUser."""
        self.client[self.name].command("dropUser", "app")

    def mark(self) -> str | None:
        """In customData."""
        found = self._info()
        mark: str | None = (found or {}).get("customData", {}).get("celeriac")
        return mark

    def set_mark(self, mark: str | None) -> None:
        """Another one there, or none."""
        self._change(customData={} if mark is None else {"celeriac": mark})()

    def beside(self) -> Callable[[], Any]:
        """What somebody else keeps in customData."""
        found = self._info()
        assert found is not None
        self._change(customData=found["customData"] | {"team": "orders"})()
        return lambda: (self._info() or {})["customData"].get("team")

    def works(self, password: str) -> bool:
        """By logging in."""
        client = self.world.login("app", password, self.name)
        try:
            client[self.name].command("ping")
        except OperationFailure:
            return False
        finally:
            client.close()
        return True
