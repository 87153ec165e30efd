"""Servers that keep results only, under names that only the bastion knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from celeriac_provider.elasticsearch import ResultIndex
from celeriac_provider.engine.resource import Resource
from celeriac_provider.memcached import Servers
from celeriac_provider.mongodb import User
from tests.provider.stores.tls_front import tls_front
from tests.standins.mongodb.users import ADMINISTRATOR, PASSWORD, StandIn, member, standing_in

TLS = Path(__file__).resolve().parents[3] / ".local" / "servers" / "test" / "tls"
STORES: dict[str, tuple[type[Resource], Callable[[str], dict[str, Any]]]] = {
    "memcached": (Servers, lambda name: {"name": name, "largestItem": 1000}),
    "mongodb": (User, lambda name: {"database": name, "name": "app"}),
    "elasticsearch": (ResultIndex, lambda name: {"name": name, "replicas": 0}),
}
"""A resource of each system, and its inputs."""
DOMAIN = "private.example"
APP: dict[str, Any] = {"user": "app", "password": "canary/of an app%", "database": "reach"}
"""A user of MongoDB, and its database."""


@dataclass(frozen=True)
class Stores:
    """Where they are.

    Args:
        ports: by what listens there.
        members: two MongoDBs, which say of themselves what a test wants.
    """

    ports: dict[str, int]
    members: tuple[StandIn, StandIn] = field(repr=False)

    @property
    def endpoints(self) -> dict[str, str]:
        """The provider's: two memcached servers, a MongoDB and an Elasticsearch with TLS."""
        ports = self.ports
        return {
            "memcached": f"memcached://memcached.{DOMAIN}:{ports['memcached']},"
            f"memcached-second.{DOMAIN}:{ports['memcached-second']}",
            "mongodb": f"mongodb://mongodb.{DOMAIN}:{ports['mongodb-tls']}",
            "elasticsearch": f"https://elasticsearch.{DOMAIN}:{ports['elasticsearch-tls']}",
        }

    def configuration(self, system: str, **others: Any) -> dict[str, Any]:
        """The provider's."""
        login = {"username": ADMINISTRATOR, "password": PASSWORD} if system == "mongodb" else {}
        endpoint = {"endpoint": self.endpoints[system], "caFile": str(TLS / "ca.pem")}
        return endpoint | login | {"timeout": 10} | others

    @property
    def named(self) -> list[str]:
        """The two MongoDBs, in clear."""
        names = (f"mongodb.{DOMAIN}", f"mongodb-second.{DOMAIN}")
        return [f"{name}:{one.port}" for name, one in zip(names, self.members, strict=True)]

    @contextmanager
    def replica_set(self, *hosts: str) -> Iterator[None]:
        """Let the two be in a set whose members are said to be there; the first is primary."""
        for one, me in zip(self.members, self.named, strict=True):
            one.member = member("rs0", hosts, me)
        yield
        for one in self.members:
            one.member = {}


@contextmanager
def stores(start_server: Callable[[str], dict[str, Any]]) -> Iterator[Stores]:
    """All of them."""
    ports = {
        name: int(start_server(name)["port"])
        for name in ("memcached", "memcached-second", "elasticsearch", "mongo-java")
    }
    behind = ("127.0.0.1", ports["mongo-java"])
    with ExitStack() as stack:
        one, other = (stack.enter_context(standing_in(behind)) for _ in range(2))
        other.users = one.users  # as in a replica set
        ports["mongodb"] = one.port
        _make_app(one.port)
        for system in ("mongodb", "elasticsearch"):
            for name, certificate in (("tls", "private-stores"), ("wrong-host", "wrong-host")):
                front = tls_front(("127.0.0.1", ports[system]), TLS / f"{certificate}.pem")
                ports[f"{system}-{name}"] = stack.enter_context(front)
        yield Stores(ports, (one, other))


def _make_app(port: int) -> None:
    with MongoClient[dict[str, Any]](
        "127.0.0.1",
        port,
        username=ADMINISTRATOR,
        password=PASSWORD,
        authMechanism="SCRAM-SHA-256",
    ) as client:
        roles = [{"role": "readWrite", "db": APP["database"]}]
        client[APP["database"]].command("createUser", APP["user"], pwd=APP["password"], roles=roles)
