"""A real Elasticsearch without users, beside the provider."""

from __future__ import annotations

import secrets
from typing import Any

import httpx

from celeriac_provider.engine.resource import Resource
from tests.lifecycle import Lifecycle
from tests.provider.conformance import deaths


class ElasticWorld:
    """The server, and a name of this test's own.

    Args:
        url: where.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx.Client(base_url=url, timeout=60)
        self.name = f"t{secrets.token_hex(6)}"
        self._lives: list[Lifecycle] = []

    def life(self, resource: type[Resource], *, stack: str = "test", **config: Any) -> Lifecycle:
        """A provider, closed after the test."""
        configuration = {"endpoint": self.url, "timeout": 60} | config
        life = Lifecycle(resource, configuration, stack=stack)
        self._lives.append(life)
        return life

    def watched(self, life: Lifecycle) -> Any:
        """Requests."""
        return deaths.of_elasticsearch(life)

    def clean(self) -> None:
        """Nothing is left for the next test."""
        for life in self._lives:
            life.close()
        for name in self.http.get(f"/{self.name}*").json():
            self.http.delete(f"/{name}")
        self.http.close()
