"""Indexes of results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celeriac_provider.elasticsearch import ResultIndex
from tests.provider.conformance.case import Case, Drift
from tests.provider.conformance.elasticsearch.world import ElasticWorld


class ResultIndexCase(Case):
    """On a real Elasticsearch."""

    resource = ResultIndex
    any_id = "the name is the id"
    missing_id = "no-such-index"
    guard = "holds 1 results"
    no_drift = {"shards": "an index keeps its number of shards"}  # noqa: RUF012 - as in the base

    def __init__(self, world: ElasticWorld) -> None:
        self.world = world
        self.http, self.name = world.http, world.name

    def prepare(self, *, by_hand: bool = False) -> None:
        """It needs nothing."""

    def given(self) -> dict[str, Any]:
        """Without copies: there is one node."""
        return {"name": self.name, "replicas": 0}

    def changes(self) -> dict[str, Any]:
        """All."""
        return {"name": f"{self.name}-2", "shards": 2, "replicas": 1}

    def _put(self, path: str, body: dict[str, Any]) -> None:
        self.http.put(f"/{self.name}{path}", json=body).raise_for_status()

    def drifts(self) -> dict[str, Drift]:
        """By its settings."""
        return {"replicas": Drift(lambda: self._put("/_settings", {"number_of_replicas": 2}))}

    def _there(self) -> dict[str, Any] | None:
        found = self.http.get(f"/{self.name}")
        return None if found.status_code == 404 else dict(found.json()[self.name])

    def server(self) -> Any:
        """Shards, replicas, mapping and mark."""
        found = self._there()
        if found is None:
            return None
        settings = found["settings"]["index"]
        return settings["number_of_shards"], settings["number_of_replicas"], found["mappings"]

    def by_hand(self) -> None:
        """Without a mapping."""
        self._put("", {"settings": {"number_of_replicas": 0}})

    def vanish(self) -> None:
        """Deleted."""
        self.http.delete(f"/{self.name}").raise_for_status()

    def mark(self) -> str | None:
        """In _meta."""
        found = self._there() or {"mappings": {}}
        mark: str | None = found["mappings"].get("_meta", {}).get("celeriac")
        return mark

    def set_mark(self, mark: str | None) -> None:
        """Another one there, or none."""
        self._put("/_mapping", {"_meta": {} if mark is None else {"celeriac": mark}})

    def beside(self) -> Callable[[], Any]:
        """What somebody else keeps in _meta, and another index."""
        self._put("/_mapping", {"_meta": {"celeriac": self.mark(), "team": "orders"}})
        self.http.put(f"/{self.name}-theirs").raise_for_status()

        def look() -> Any:
            found = self._there()
            there = self.http.get(f"/{self.name}-theirs").status_code
            return found and found["mappings"]["_meta"].get("team"), there

        return look

    def fill(self) -> None:
        """A result."""
        body = {"result": "{}", "@timestamp": "2026-01-01T00:00:00.000Z"}
        self._put("/_doc/1", body)
