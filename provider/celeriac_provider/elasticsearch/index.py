"""The index of an app's results in Elasticsearch."""

from __future__ import annotations

import dataclasses
import re
from typing import Any, Final, Self
from urllib.parse import quote

from celeriac_provider.elasticsearch.client import Elastic
from celeriac_provider.elasticsearch.refusals import NotFound
from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import Refused
from celeriac_provider.engine.properties import prop
from celeriac_provider.engine.resource import Key, Resource

_MARK: Final = "celeriac"
"""Where our mark is in the mapping's _meta, beside what others keep there."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]*")
_LONGEST_NAME: Final = 255
_MAPPING: Final[dict[str, Any]] = {
    # What Celery writes beside it, should it ever, is kept and not indexed.
    "dynamic": False,
    "properties": {
        "@timestamp": {"type": "date"},
        # Any JSON, of any size: it is read by id, and never searched.
        "result": {"type": "object", "enabled": False},
    },
}


def _name(value: str) -> str | None:
    if not _NAME.fullmatch(value):
        return "must be small letters, digits and . _ -, with a letter or digit first"
    if len(value) > _LONGEST_NAME:
        return f"must have at most {_LONGEST_NAME} bytes"
    return None


class ResultIndex(Resource):
    """The index that Celery writes an app's results into, made ahead with its mapping.

    The mark is in the mapping's `_meta`, written by the same request. Results expire by the
    cleanup that deletes by `@timestamp`; never give the index a lifecycle policy with a delete
    phase: Celery writes into one index, and the fresh results would go with it.

    Deleting it deletes the results. While there are any that is refused, unless `forceDestroy` is
    set.
    """

    token = "elasticsearch:ResultIndex"  # noqa: S105 - a type token
    identity = ("name",)

    name: str = prop("The index's name.", replaces=True, check=_name)
    shards: int = prop(
        "How many primary shards it has (`number_of_shards`).",
        default=1,
        replaces=True,
        check=lambda v: None if v > 0 else "must be 1 or more",
    )
    replicas: int = prop(
        "How many copies each shard has beside the first (`number_of_replicas`).",
        default=1,
        check=lambda v: None if v >= 0 else "must be 0 or more",
    )
    force_destroy: bool = prop("Delete it even with results in it.", default=False, local=True)

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """Settings and mapping."""
        del prior
        name = key["name"]
        found = _there(ctx, name)
        if found is None:
            return None
        settings = found["settings"]["index"]
        policy = settings.get("lifecycle", {}).get("name")
        if policy:
            ctx.warn(
                f"the index {name!r} has the lifecycle policy {policy!r}: with a delete phase it "
                f"takes fresh results with it, so take the policy off the index"
            )
        return cls(
            name=name,
            shards=int(settings["number_of_shards"]),
            replicas=int(settings["number_of_replicas"]),
            mark=found["mappings"].get("_meta", {}).get(_MARK),
        )

    def create(self, ctx: Context) -> Self:
        """Make it with mapping and mark."""
        ctx.client(Elastic).ask(
            ctx,
            f"make the index {self.name!r}",
            "PUT",
            self._path,
            {
                "settings": {
                    "number_of_shards": self.shards,
                    "number_of_replicas": self.replicas,
                },
                "mappings": {**_MAPPING, "_meta": {_MARK: self.mark}},
            },
        )
        return self

    def update(self, old: Self, ctx: Context) -> Self:
        """Mark and mapping first, then the replicas; the rest of _meta stays."""
        del old
        elastic, doing = ctx.client(Elastic), f"change the index {self.name!r}"
        found = _there(ctx, self.name) or {"mappings": {}}
        meta = {**found["mappings"].get("_meta", {}), _MARK: self.mark}
        mapping: dict[str, Any] = {"_meta": meta}
        if "@timestamp" not in found["mappings"].get("properties", {}):
            mapping["properties"] = {"@timestamp": _MAPPING["properties"]["@timestamp"]}
        elastic.ask(ctx, doing, "PUT", f"{self._path}/_mapping", mapping)
        settings = {"index": {"number_of_replicas": self.replicas}}
        elastic.ask(ctx, doing, "PUT", f"{self._path}/_settings", settings)
        return dataclasses.replace(self)

    def guard(self, ctx: Context) -> str | None:
        """Results in it."""
        elastic, doing = ctx.client(Elastic), f"look into the index {self.name!r}"
        # What was just written is only counted after a refresh.
        elastic.ask(ctx, doing, "POST", f"{self._path}/_refresh")
        count = elastic.ask(ctx, doing, "GET", f"{self._path}/_count")["count"]
        return f"the index {self.name!r} of Elasticsearch holds {count} results" if count else None

    def delete(self, ctx: Context) -> None:
        """Delete it."""
        try:
            ctx.client(Elastic).ask(ctx, f"delete the index {self.name!r}", "DELETE", self._path)
        except NotFound:
            return

    @property
    def _path(self) -> str:
        return f"/{quote(self.name, safe='')}"


def _there(ctx: Context, name: str) -> dict[str, Any] | None:
    """What the server says of an index; None where there is none.

    Raises:
        Refused: an alias has the name.
    """
    doing, path = f"look for the index {name!r}", f"/{quote(name, safe='')}"
    try:
        said = ctx.client(Elastic).ask(ctx, doing, "GET", path)
    except NotFound:
        return None
    if name not in said:
        raise Refused(
            f"{name!r} is an alias of {', '.join(sorted(said))} on the Elasticsearch of "
            f"`endpoint`, and results are read by their id from one index: choose another name"
        )
    found: dict[str, Any] = said[name]
    return found
