"""MongoDB in bad weather: mongo-java-server behind the stand-in for its users."""

from __future__ import annotations

from typing import Any

from pymongo import MongoClient

from celeriac_provider.mongodb import ResultCollections, User
from tests.provider.weather.worlds import Case, World
from tests.standins.mongodb.users import ADMINISTRATOR, PASSWORD, StandIn


class MongoWorld(World):
    """The stand-in, which goes with its users."""

    system = "MongoDB"
    timeout = 2.5

    def __init__(self, entry: dict[str, Any]) -> None:
        super().__init__({"username": ADMINISTRATOR, "password": PASSWORD})
        self._behind = (entry["host"], entry["port"])
        self._standin = StandIn(self._behind)

    @property
    def target(self) -> tuple[str, int]:
        """The stand-in."""
        return "127.0.0.1", self._standin.port

    def endpoint(self, port: int) -> str:
        """Without TLS."""
        return f"mongodb://127.0.0.1:{port}?tls=false"

    def clean(self) -> None:
        """Databases; the stand-in goes as well."""
        with MongoClient[dict[str, Any]](*self._behind) as client:
            for name in client.list_database_names():
                if name.startswith(self.word):
                    client.drop_database(name)
        self._standin.close()


MONGODB = (
    Case(
        User,
        lambda _, name: {"database": name, "name": "app"},
        {"roles": ["read"]},
        # Each client has threads of its own that watch the server.
        at_once=6,
        sample=6,
    ),
    Case(
        ResultCollections,
        lambda _, name: {"database": name, "expires": 60},
        {"expires": 90},
        at_once=6,
        sample=6,
    ),
)
