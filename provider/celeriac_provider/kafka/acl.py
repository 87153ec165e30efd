"""What a user may do with a topic or a consumer group."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, Literal, Self

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.properties import prop
from celeriac_provider.engine.resource import Key, Resource
from celeriac_provider.kafka import access, marked, names
from celeriac_provider.kafka.access import Entry, Place

_SETTLED: Final = 10.0
"""Seconds that brokers have to show what the controller has written."""


def _operations(values: list[str]) -> str | None:
    wrong = [value for value in values if value not in access.OPERATIONS]
    if wrong or not values:
        what = f"has {wrong[0]!r}" if wrong else "is empty"
        return f"{what}: write some of {', '.join(access.OPERATIONS)}"
    return None


class Acl(Resource):
    """All that one user may do with a topic or a consumer group, or with all whose names begin so.

    Those are entries in Kafka's access control lists; entries that deny something are left alone.
    It carries no mark: it is ours when its `ScramUser` is.
    https://kafka.apache.org/documentation/#security_authz
    """

    token = "kafka:Acl"  # noqa: S105 - a type token
    identity = ("user", "host", "resource", "pattern", "name")
    inside = True

    user: str = prop("The user, without `User:`.", replaces=True, check=names.user)
    host: str = prop(
        "The address that it may do it from; `*`: any.",
        default="*",
        replaces=True,
        check=names.not_empty,
    )
    resource: Literal["topic", "group", "transactionalId", "cluster"] = prop(
        "What `name` is the name of.", replaces=True
    )
    pattern: Literal["literal", "prefixed"] = prop(
        "Whether `name` is the whole name, or what the names begin with.",
        default="literal",
        replaces=True,
    )
    name: str = prop(
        "The topic or group; `*` with a literal pattern is every one.",
        replaces=True,
        check=names.not_empty,
    )
    operations: list[str] = prop(
        "What it may do: Read, Write, Describe … (Kafka lets who may read or write describe, too).",
        unordered=True,
        check=_operations,
    )

    @classmethod
    def normalised(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Operations in order."""
        given = values["operations"]
        if isinstance(given, list) and all(isinstance(one, str) for one in given):
            return values | {"operations": sorted(set(given))}
        return values

    @classmethod
    def container_mark(cls, ctx: Context, key: Key) -> str | None:
        """The user's."""
        return marked.find(ctx, marked.user(key["user"]))

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """The user's entries."""
        del prior
        if key["resource"] not in access.KINDS or key["pattern"] not in ("literal", "prefixed"):
            return None
        place = Place(key["resource"], key["name"], key["pattern"])
        found = access.find(ctx, place, allowed=True, user=key["user"], host=key["host"])
        if not found:
            return None
        operations = sorted({entry.operation for entry in found})
        return cls.of({**key, "operations": operations})

    def create(self, ctx: Context) -> Self:
        """Add the entries, together."""
        return self._write(ctx, ())

    def update(self, old: Self, ctx: Context) -> Self:
        """Add what lacks, then remove what is too much: what stays allowed is so all the time."""
        del old
        found = self.read(ctx, self.identified_by(), None)
        return self._write(ctx, found.operations if found else ())

    def delete(self, ctx: Context) -> None:
        """Remove the entries."""
        found = self.read(ctx, self.identified_by(), None)
        access.remove(ctx, self._place, self._entries(found.operations if found else ()))
        self._settle(ctx, None)

    @property
    def _place(self) -> Place:
        return Place(self.resource, self.name, self.pattern)

    def _entries(self, operations: Any) -> list[Entry]:
        return [Entry(self.user, operation, host=self.host) for operation in operations]

    def _write(self, ctx: Context, there: Any) -> Self:
        wanted = set(self.operations)
        access.add(ctx, self._place, self._entries(sorted(wanted - set(there))))
        access.remove(ctx, self._place, self._entries(sorted(set(there) - wanted)))
        self._settle(ctx, sorted(wanted))
        return self

    def _settle(self, ctx: Context, wanted: list[str] | None) -> None:
        """Wait until the brokers show it."""

        def shown(found: Acl | None) -> bool:
            return (None if found is None else found.operations) == wanted

        patient = replace(ctx, timeout=max(ctx.timeout, _SETTLED))
        patient.wait_for(
            lambda: self.read(ctx, self.identified_by(), None),
            until=shown,
            what=f"Kafka to show the rights of {self.user!r} (look at `endpoint`)",
        )
