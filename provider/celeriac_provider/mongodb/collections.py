"""Celery's collections of results, with the index by which MongoDB lets them expire."""

from __future__ import annotations

import dataclasses
from typing import Any, Final, Self

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.marks import Mark
from celeriac_provider.engine.properties import prop
from celeriac_provider.engine.resource import Key, Resource
from celeriac_provider.mongodb.client import Mongo
from celeriac_provider.mongodb.names import database_problem
from celeriac_provider.mongodb.refusals import NotFound

COLLECTIONS: Final = ("celery_taskmeta", "celery_groupmeta")
"""Of results and of groups (celery/backends/mongodb.py)."""
_KEY: Final = {"date_done": -1}
"""Another key than {date_done: 1}: Celery makes that index itself, and MongoDB has no two indexes
with one key and different options (error 85)."""
_UNMARKED: Final = "celeriac-expiry"
"""Name of an index whose mark is not known."""


class ResultCollections(Resource):
    """The collections of Celery's results in a database, and that MongoDB deletes old results.

    Each has an index on `{date_done: -1}` with `expireAfterSeconds`; MongoDB deletes about once a
    minute what is older. The index's name is our mark: a collection has no other room for one.

    Deleting it drops the collections. While there are results in them that is refused, unless
    `forceDestroy` is set.
    """

    token = "mongodb:ResultCollections"  # noqa: S105 - a type token
    identity = ("database",)

    database: str = prop("The database.", replaces=True, check=database_problem)
    expires: int = prop(
        "How long MongoDB keeps a result, in seconds; 0 for ever. The same as Celery's "
        "`result_expires`.",
        check=lambda v: None if v >= 0 else "must be 0 or more seconds",
    )
    collections: list[str] = prop(
        "The collections: Celery's `taskmeta_collection` and `groupmeta_collection`.",
        default=list(COLLECTIONS),
        unordered=True,
        check=lambda v: None if v else "must name a collection at least",
    )
    force_destroy: bool = prop("Delete them even with results in them.", default=False, local=True)

    @classmethod
    def normalised(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Collections in the order in which they are read."""
        names = values["collections"]
        return values | ({"collections": sorted(names)} if isinstance(names, list) else {})

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """By their indexes; a collection without one counts as missing where others have one."""
        database = key["database"]
        names = prior.collections if prior else COLLECTIONS
        found = {name: _indexes(ctx, database, name) for name in names}
        there = {name: indexes for name, indexes in found.items() if indexes is not None}
        if not there:
            return None
        expiring = {name: one for name, every in there.items() if (one := _expiry(every))}
        seconds = [int(one.get("expireAfterSeconds", 0)) for one in expiring.values()]
        wanted = prior.expires if prior else 0
        marks = [str(mark) for one in expiring.values() if (mark := Mark.find(one["name"]))]
        return cls(
            database=database,
            expires=next((s for s in seconds if s != wanted), wanted),
            collections=sorted(expiring or there) if prior is None else sorted(expiring),
            mark=marks[0] if marks else None,
        )

    def create(self, ctx: Context) -> Self:
        """Make each by making its index."""
        for name in self.collections:
            self._make(ctx, name)
        return self

    def update(self, old: Self, ctx: Context) -> Self:
        """Make each index anew that is another one; take it from collections no longer named.

        One after the other: until the last is made one of them carries a mark.
        """
        for name in self.collections:
            there = _expiry(_indexes(ctx, self.database, name) or [])
            if there is None:
                self._make(ctx, name)
            elif (there["name"], int(there.get("expireAfterSeconds", 0))) != (
                self._index(name),
                self.expires,
            ):
                _drop_index(ctx, self.database, name, there["name"])
                self._make(ctx, name)
        for name in set(old.collections) - set(self.collections):
            there = _expiry(_indexes(ctx, self.database, name) or [])
            if there is not None:
                _drop_index(ctx, self.database, name, there["name"])
        return dataclasses.replace(self)

    def guard(self, ctx: Context) -> str | None:
        """Results in any of them."""
        for name in self.collections:
            said = ctx.client(Mongo).command(
                ctx, f"look into {name}", self.database, find=name, limit=1
            )
            if said["cursor"]["firstBatch"]:
                return f"the database {self.database!r} of MongoDB holds results in {name}"
        return None

    def delete(self, ctx: Context) -> None:
        """Drop them; a database without collections is none."""
        for name in self.collections:
            doing = f"drop the collection {name} of {self.database!r}"
            try:
                ctx.client(Mongo).command(ctx, doing, self.database, drop=name)
            except NotFound:
                continue

    def _index(self, collection: str) -> str:
        """The index's name; of each collection another, so that one can be told in a log."""
        return f"{self.mark or _UNMARKED}-{collection}"

    def _make(self, ctx: Context, name: str) -> None:
        index: dict[str, Any] = {"key": _KEY, "name": self._index(name)}
        if self.expires:
            index["expireAfterSeconds"] = self.expires
        ctx.client(Mongo).command(
            ctx,
            f"make the collection {name} of {self.database!r} with its index",
            self.database,
            createIndexes=name,
            indexes=[index],
        )


def _indexes(ctx: Context, database: str, name: str) -> list[dict[str, Any]] | None:
    """Every index of a collection; None where there is no such collection."""
    doing = f"look at the collection {name} of {database!r}"
    try:
        said = ctx.client(Mongo).command(ctx, doing, database, listIndexes=name)
    except NotFound:
        return None
    found: list[dict[str, Any]] = said["cursor"]["firstBatch"]
    return found or None


def _expiry(indexes: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The one by which documents expire."""
    return next((one for one in indexes if dict(one["key"]) == _KEY), None)


def _drop_index(ctx: Context, database: str, name: str, index: str) -> None:
    doing = f"drop the index {index} of {name} in {database!r}"
    try:
        ctx.client(Mongo).command(ctx, doing, database, dropIndexes=name, index=index)
    except NotFound:
        return
