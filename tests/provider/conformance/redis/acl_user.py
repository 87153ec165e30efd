"""ACL users."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from celeriac_provider.engine.marks import Mark
from celeriac_provider.redis import AclUser
from tests.provider.conformance.case import Drift
from tests.provider.conformance.redis.world import RedisCase


class AclUserCase(RedisCase):
    """ACL users."""

    resource = AclUser
    any_id = "the name is the id, and a name is any text"
    missing_id = "no-such-user"
    unguarded = "a user holds nothing: its keys are its KeyPrefix's"

    def given(self) -> dict[str, Any]:
        """Something of each kind to lose."""
        return {
            "name": self.name,
            "keys": [f"{self.name}:*"],
            "channels": [f"{self.name}:c"],
            "commands": ["-@all", "+get", "+set"],
        }

    def changes(self) -> dict[str, Any]:
        """All."""
        return {
            "name": f"{self.name}2",
            "password": "another ü",
            "enabled": False,
            "keys": ["a:*", "b:*"],
            "readKeys": ["r:*"],
            "writeKeys": ["w:*"],
            "channels": [],
            "commands": ["+@all", "-@dangerous"],
            "optionalCommands": ["+client|setname"],
        }

    def drifts(self) -> dict[str, Drift]:
        """By ACL SETUSER."""

        def rule(*rules: str) -> Callable[[], object]:
            return self.run("ACL", "SETUSER", self.name, *rules)

        return {
            "password": Drift(rule("resetpass", ">theirs"), kind="ADD"),
            "enabled": Drift(rule("off")),
            "keys": Drift(rule("~other:*")),
            "readKeys": Drift(rule("%R~other:*")),
            "writeKeys": Drift(rule("%W~other:*")),
            "channels": Drift(rule("resetchannels")),
            "commands": Drift(rule("+del")),
            "optionalCommands": Drift(
                rule("-client|setname"),
                given={"optionalCommands": ["+client|setname"]},
                also={"commands": "UPDATE"},
            ),
        }

    def server(self) -> Any:
        """All but its passwords."""
        found = self.client.execute_command("ACL GETUSER", self.name)
        if found is None:
            return None
        return {k: v for k, v in self._plain(found).items() if k != "passwords"}

    @staticmethod
    def _plain(found: Any) -> dict[str, Any]:
        return dict(found if isinstance(found, Mapping) else zip(found[::2], found[1::2]))  # noqa: B905

    def by_hand(self) -> None:
        """ACL SETUSER."""
        given = self.given()
        keys, channels = f"~{given['keys'][0]}", f"&{given['channels'][0]}"
        rules = ["on", ">by hand", keys, channels, *given["commands"]]
        self.run("ACL", "SETUSER", self.name, "reset", *rules)()

    def vanish(self) -> None:
        """ACL DELUSER."""
        self.client.acl_deluser(self.name)

    def _line(self) -> list[str]:
        lines = self.client.execute_command("ACL LIST")
        return list(next(line for line in lines if line.split()[1] == self.name).split()[2:])

    def mark(self) -> str | None:
        """Among its rules."""
        found = Mark.find(" ".join(self._line()))
        return str(found) if found else None

    def set_mark(self, mark: str | None) -> None:
        """The same rules but for it."""
        rules = [rule for rule in self._line() if Mark.find(rule) is None]
        rules += [f"%R~{mark}"] if mark else []
        self.run("ACL", "SETUSER", self.name, "reset", *rules)()

    def beside(self) -> Callable[[], Any]:
        """Another user."""
        other = f"{self.name}x"
        self.run("ACL", "SETUSER", other, "on", "~*")()
        return lambda: self._plain(self.client.execute_command("ACL GETUSER", other))

    def works(self, password: str) -> bool:
        """By its hash."""
        held = self._plain(self.client.execute_command("ACL GETUSER", self.name))["passwords"]
        return hashlib.sha256(password.encode()).hexdigest() in {h.lstrip("#") for h in held}
