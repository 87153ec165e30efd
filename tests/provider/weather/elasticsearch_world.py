"""Elasticsearch in bad weather."""

from __future__ import annotations

from typing import Any

import httpx

from celeriac_provider.elasticsearch import ResultIndex
from tests.provider.weather.worlds import Case, World


class ElasticWorld(World):
    """A real one, without users."""

    system = "Elasticsearch"
    timeout = 6.0

    def __init__(self, entry: dict[str, Any]) -> None:
        super().__init__({"username": "", "password": "canary"})
        self._url, self._port = str(entry["url"]), int(entry["port"])

    @property
    def target(self) -> tuple[str, int]:
        """The server."""
        return "127.0.0.1", self._port

    def endpoint(self, port: int) -> str:
        """Without TLS."""
        return f"http://127.0.0.1:{port}"

    def configuration(self, **changes: Any) -> dict[str, Any]:
        """Nobody logs in."""
        found = super().configuration(**changes)
        return {key: value for key, value in found.items() if key not in ("username", "password")}

    def clean(self) -> None:
        """Indexes."""
        for name in httpx.get(f"{self._url}/{self.word}*", timeout=30).json():
            httpx.delete(f"{self._url}/{name}", timeout=30)


ELASTICSEARCH = (
    Case(
        ResultIndex,
        lambda _, name: {"name": name, "replicas": 0},
        {"replicas": 1},
        # An index is much for one processor.
        at_once=4,
        sample=6,
    ),
)
