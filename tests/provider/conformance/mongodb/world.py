"""An imitation of MongoDB behind a stand-in for its users, beside the provider."""

from __future__ import annotations

import secrets
from typing import Any

from pymongo import MongoClient

from celeriac_provider.engine.resource import Resource
from tests.lifecycle import Lifecycle
from tests.provider.conformance import deaths
from tests.provider.conformance.case import Case
from tests.standins.mongodb.users import ADMINISTRATOR, PASSWORD, StandIn


class MongoWorld:
    """The stand-in, and a name of this test's own.

    Args:
        standin: where.
    """

    def __init__(self, standin: StandIn) -> None:
        self.standin = standin
        self.client = self.login(ADMINISTRATOR, PASSWORD, "admin")
        self.name = f"t{secrets.token_hex(6)}"
        self._lives: list[Lifecycle] = []

    def login(self, user: str, password: str, source: str) -> MongoClient[dict[str, Any]]:
        """A client as somebody."""
        return MongoClient(
            "127.0.0.1",
            self.standin.port,
            username=user,
            password=password,
            authSource=source,
            authMechanism="SCRAM-SHA-256",
            serverSelectionTimeoutMS=10_000,
        )

    def configuration(self, **changes: Any) -> dict[str, Any]:
        """The provider's."""
        return {
            "endpoint": f"mongodb://127.0.0.1:{self.standin.port}?tls=false",
            "username": ADMINISTRATOR,
            "password": PASSWORD,
            "timeout": 15,
        } | changes

    def life(self, resource: type[Resource], *, stack: str = "test", **config: Any) -> Lifecycle:
        """A provider, closed after the test."""
        life = Lifecycle(resource, self.configuration(**config), stack=stack)
        self._lives.append(life)
        return life

    def watched(self, life: Lifecycle) -> Any:
        """Commands."""
        return deaths.of_mongodb(life)

    def clean(self) -> None:
        """Nothing is left for the next test."""
        for life in self._lives:
            life.close()
        for database in (self.name, f"{self.name}-2"):
            self.client.drop_database(database)
        for at in [at for at in self.standin.users if at[0].startswith(self.name)]:
            del self.standin.users[at]
        self.client.close()


class MongoCase(Case):
    """A resource type of MongoDB's."""

    def __init__(self, world: MongoWorld) -> None:
        self.world = world
        self.client, self.name = world.client, world.name

    def prepare(self, *, by_hand: bool = False) -> None:
        """It needs nothing."""
