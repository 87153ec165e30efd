"""Users."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any, Self

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import CeleriacError, PartlyCreated
from celeriac_provider.engine.properties import Problem, prop
from celeriac_provider.engine.resource import Key, Resource
from celeriac_provider.rabbitmq import limits, marked, names, passwords
from celeriac_provider.rabbitmq.client import Api


def _not_empty(value: str) -> str | None:
    return None if value else "must not be empty: leave it out, and one is generated"


class User(Resource):
    """A RabbitMQ user. It may do nothing until it gets Permissions in a vhost."""

    token = "rabbitmq:User"  # noqa: S105 - a type token
    identity = ("name",)

    name: str = prop("The user's name.", replaces=True, check=names.name)
    password: str | None = prop(
        "The password; generated when not given. Only its salted SHA-256 hash is sent.",
        generated=passwords.generate,
        secret=True,
        check=_not_empty,
    )
    passwordless: bool = prop(
        "A user that logs in with a certificate only: it has no password, and `password` is empty.",
        default=False,
    )
    tags: list[str] = prop(
        "Tags, which give rights to the management API: none for an app, `monitoring` for a "
        "monitor, `administrator`. https://www.rabbitmq.com/docs/management#permissions",
        default=[],
        unordered=True,
        check=names.user_tags,
    )
    max_connections: int = prop(
        "How many connections the user may have at once; -1: no limit.",
        default=limits.UNLIMITED,
        check=names.unlimited,
    )
    max_channels: int = prop(
        "How many channels the user may have at once; -1: no limit.",
        default=limits.UNLIMITED,
        check=names.unlimited,
    )

    def problems(self) -> Iterable[Problem]:
        """A user has a password or is passwordless."""
        if self.passwordless and self.password:
            yield Problem(
                "passwordless",
                f"passwordless of the User {self.name!r} excludes a password: give one of the two",
            )

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """The user; its password is prior's as long as the stored hash is that password's."""
        found = Api.of(ctx).get("users", key["name"])
        if found is None:
            return None
        tags, mark = marked.split(found.get("tags", []))
        bounds = found.get("limits") or {}
        return cls(
            name=key["name"],
            password=_verified(found, prior),
            passwordless=not found.get("password_hash"),
            tags=tags,
            max_connections=_limit(bounds, "max-connections"),
            max_channels=_limit(bounds, "max-channels"),
            mark=mark,
        )

    def create(self, ctx: Context) -> Self:
        """One PUT makes the user with its mark; limits follow."""
        api = Api.of(ctx)
        made = self._put(api, {})
        try:
            ctx.persist(lambda: self._limit(api, {}))
        except CeleriacError as error:
            raise PartlyCreated(str(error), made) from None
        return made

    def update(self, old: Self, ctx: Context) -> Self:
        """Everything but the name changes in place; open connections stay."""
        del old
        api = Api.of(ctx)
        updated = self._put(api, api.get("users", self.name) or {})
        self._limit(api, limits.read(api, "user-limits", self.name))
        return updated

    def delete(self, ctx: Context) -> None:
        """Delete the user with its permissions; RabbitMQ closes its connections."""
        Api.of(ctx).delete("users", self.name)

    def _put(self, api: Api, found: Mapping[str, Any]) -> Self:
        password, stored = self.password, found.get("password_hash")
        body: dict[str, Any] = {"tags": marked.with_mark(self.tags, self.mark)}
        if password is None and stored and not self.passwordless:
            # An imported user's, which nobody told us: it stays.
            body |= {key: found[key] for key in ("password_hash", "hashing_algorithm")}
        else:
            # The empty password of a user that was passwordless is none.
            password = "" if self.passwordless else password or passwords.generate()
            body["password_hash"] = passwords.hashed(password) if password else ""
            body["hashing_algorithm"] = passwords.ALGORITHM
        api.put("users", self.name, body=body)
        return dataclasses.replace(self, password=password)

    def _limit(self, api: Api, found: dict[str, int]) -> None:
        wanted = {"max-connections": self.max_connections, "max-channels": self.max_channels}
        limits.write(api, "user-limits", self.name, wanted, found)


def _limit(bounds: dict[str, int], name: str) -> int:
    return max(bounds.get(name, limits.UNLIMITED), limits.UNLIMITED)


def _verified(found: dict[str, Any], prior: User | None) -> str | None:
    """Prior's password, if the server's hash is that of it; None when it no longer works."""
    known, stored = prior.password if prior else None, found.get("password_hash") or ""
    if not known or not stored:
        return "" if known == stored else None
    algorithm = found.get("hashing_algorithm", passwords.ALGORITHM)
    return known if passwords.matches(known, stored, algorithm) else None
