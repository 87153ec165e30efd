"""MongoDB users: an app logs in as one, in its own database."""

from __future__ import annotations

import dataclasses
import secrets
from typing import Any, Final, Self

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.properties import prop
from celeriac_provider.engine.resource import Key, Resource
from celeriac_provider.mongodb.client import Mongo
from celeriac_provider.mongodb.names import database_problem
from celeriac_provider.mongodb.refusals import NotFound

_MARK: Final = "celeriac"
"""Where our mark is in the user's customData, beside what others keep there."""


class User(Resource):
    """A user of one database of MongoDB, where it also logs in (`authSource`).

    Its mark is in its `customData`, written by the same command. Passwords are of
    SCRAM-SHA-256 and cannot be read: whether one still works is found by logging in.
    """

    token = "mongodb:User"  # noqa: S105 - a type token
    identity = ("database", "name")

    database: str = prop("The database that it belongs to.", replaces=True, check=database_problem)
    name: str = prop(
        "The user's name.",
        replaces=True,
        check=lambda v: None if v.strip() else "must not be empty",
    )
    password: str = prop("The password.", secret=True, generated=lambda: secrets.token_urlsafe(32))
    roles: list[str] = prop(
        "Its roles: names of roles in its database, `ROLE@DATABASE` for one in another.",
        default=["readWrite"],
        unordered=True,
    )

    @classmethod
    def normalised(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Roles in the order in which they are read, one in its own database by its name alone."""
        roles, own = values["roles"], f"@{values['database']}"
        if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
            return values
        return values | {"roles": sorted(role.removesuffix(own) for role in roles)}

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """By usersInfo; the password by logging in."""
        database, name = key["database"], key["name"]
        mongo = ctx.client(Mongo)
        found = _info(mongo, ctx, database, name)
        if found is None:
            return None
        password = prior.password if prior else None
        if password is not None and not mongo.opens(ctx, database, name, password):
            password = None
        return cls(
            database=database,
            name=name,
            password=password,  # type: ignore[arg-type] # None: it is not known, or another one
            roles=sorted(_spelt(role, database) for role in found["roles"]),
            mark=(found.get("customData") or {}).get(_MARK),
        )

    def create(self, ctx: Context) -> Self:
        """Make it with its mark."""
        ctx.client(Mongo).command(
            ctx,
            f"create the user {self.name!r} in {self.database!r}",
            self.database,
            createUser=self.name,
            pwd=self.password,
            roles=self._roles(),
            customData={_MARK: self.mark},
            mechanisms=["SCRAM-SHA-256"],
        )
        return self

    def update(self, old: Self, ctx: Context) -> Self:
        """Roles, mark, and the password where it is known; the rest of customData stays."""
        del old
        mongo = ctx.client(Mongo)
        there = _info(mongo, ctx, self.database, self.name) or {}
        password = {} if self.password is None else {"pwd": self.password}
        mongo.command(
            ctx,
            f"change the user {self.name!r} in {self.database!r}",
            self.database,
            updateUser=self.name,
            **password,
            roles=self._roles(),
            customData={**(there.get("customData") or {}), _MARK: self.mark},
        )
        return dataclasses.replace(self)

    def delete(self, ctx: Context) -> None:
        """Drop it."""
        doing = f"drop the user {self.name!r} in {self.database!r}"
        try:
            ctx.client(Mongo).command(ctx, doing, self.database, dropUser=self.name)
        except NotFound:
            return

    def _roles(self) -> list[dict[str, str]]:
        found = []
        for role in self.roles:
            name, _, database = role.partition("@")
            found.append({"role": name, "db": database or self.database})
        return found


def _info(mongo: Mongo, ctx: Context, database: str, name: str) -> dict[str, Any] | None:
    said = mongo.command(
        ctx,
        f"look for the user {name!r} in {database!r}",
        database,
        usersInfo={"user": name, "db": database},
    )
    users: list[dict[str, Any]] = said["users"]
    return users[0] if users else None


def _spelt(role: dict[str, str], database: str) -> str:
    return role["role"] if role["db"] == database else f"{role['role']}@{role['db']}"
