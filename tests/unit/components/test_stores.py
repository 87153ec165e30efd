"""Backends that keep results only: what is registered and handed out."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from tests.unit.components.world import World, run

from celeriac import (
    CeleryApp,
    DjangoMemcachedResults,
    ElasticsearchResults,
    ElasticsearchServer,
    MemcachedResults,
    MemcachedServers,
    MongoDBResults,
    MongoDBServer,
    RedisBroker,
    RedisServer,
    Reference,
    Uses,
)
from celeriac.settings import SshVia


def broker(name: str) -> RedisBroker:
    """A broker on Redis."""
    return RedisBroker(name, server=RedisServer("redis", host="redis.example.com"))


def in_memcached(**more: Any) -> CeleryApp:
    """Redis and two memcached servers."""
    servers = (("one.example.com", 11211), ("::1", 11212))
    cache = MemcachedServers("cache", servers=servers, max_item_size=8_000_000)
    results = MemcachedResults("thumbs", server=cache, **more)
    return CeleryApp(
        "thumbs", broker=broker("thumbs"), result_backend=results, uses=Uses(chords=True)
    )


def in_mongodb() -> CeleryApp:
    """Redis and a replica set, over TLS."""
    server = MongoDBServer(
        "docs",
        servers=(("one.example.com", 27017), ("two.example.com", 27018)),
        replica_set="rs0",
        username="deployer",
        password=Reference(env="MONGO"),
        ca="CA1\n",
        ca_path="/etc/ca.pem",
    )
    results = MongoDBResults("mails", server=server, expires=3600)
    return CeleryApp("mails", broker=broker("mails"), result_backend=results)


def in_elasticsearch() -> CeleryApp:
    """Redis and Elasticsearch with users."""
    server = ElasticsearchServer(
        "search", host="search.example.com", username="deployer", password=Reference(env="ES")
    )
    results = ElasticsearchResults(
        "bills", server=server, username="bills", password="p@ss", expires=3600
    )
    return CeleryApp("bills", broker=broker("bills"), result_backend=results)


def registered(app: Callable[[], CeleryApp]) -> tuple[World, dict[str, Any]]:
    """What an app registers, and its outputs."""

    def program() -> dict[str, pulumi.Output[Any]]:
        return app().outputs()

    return run(program)


def handed_out(**more: Any) -> tuple[World, dict[str, Any]]:
    """What the app registers, and its outputs."""

    def program() -> dict[str, pulumi.Output[Any]]:
        return in_memcached(**more).outputs()

    return run(program)


def test_memcached_is_verified_and_nothing_else_is_made() -> None:
    """One provider for all servers; the URL is no secret, there is none in it."""
    world, outputs = handed_out()
    provider = world.registered["pulumi:providers:celeriac::cache"]
    assert provider["endpoint"] == "memcached://one.example.com:11211,[::1]:11212"
    verified = world.one("memcached:Servers", "cache-servers")
    assert verified == {"name": "cache", "largestItem": 8_000_000}
    url = "cache+memcached://one.example.com:11211;[::1]:11212/"
    assert outputs["result_backend"] == (url, False)
    settings = json.loads(outputs["settings"][0])
    assert settings["result_expires"] == 86_400
    assert settings["result_backend_transport_options"]["global_keyprefix"] == "thumbs-results:"
    proof = world.one("celery:RoundTrip", "thumbs")
    assert "celeriac:memcached:Servers::cache-servers" in proof["triggers"]


def test_memcached_keeps_nothing_longer_than_a_month() -> None:
    """It would take the number for a date."""
    with pytest.raises(ValueError, match="memcached keeps nothing longer than 30 days"):
        handed_out(expires=31 * 86_400)


def test_mongodb() -> None:
    """A user, collections that expire after it, a secret URL and the CA."""
    world, outputs = registered(in_mongodb)
    provider = world.registered["pulumi:providers:celeriac::docs"]
    assert provider["endpoint"] == (
        "mongodb://one.example.com:27017,two.example.com:27018"
        "?replicaSet=rs0&authSource=admin&tls=true"
    )
    assert world.one("mongodb:User", "mails-user") == {
        "database": "mails",
        "name": "mails",
        "adopt": False,
    }
    assert world.one("mongodb:ResultCollections", "mails-collections") == {
        "database": "mails",
        "expires": 3600,
        "forceDestroy": False,
        "adopt": False,
    }
    url, secret = outputs["result_backend"]
    assert secret
    assert url == (
        "mongodb://mails:mails-user-password@one.example.com:27017,two.example.com:27018/mails"
        "?authSource=mails&authMechanism=SCRAM-SHA-256&replicaSet=rs0&tls=true"
        "&tlsCAFile=%2Fetc%2Fca.pem"
    )
    assert outputs["ca"][0] == "CA1\n"
    assert "cleanup_command" not in outputs
    assert outputs["results_cleaned_by"] == ("server", False)
    triggers = world.one("celery:RoundTrip", "mails")["triggers"]
    assert {"celeriac:mongodb:User::mails-user"} < triggers.keys()


def test_elasticsearch() -> None:
    """An index, a secret URL, and the command that deletes what has expired."""
    world, outputs = registered(in_elasticsearch)
    provider = world.registered["pulumi:providers:celeriac::search"]
    assert provider["endpoint"] == "https://search.example.com:9200"
    assert world.one("elasticsearch:ResultIndex", "bills-index") == {
        "name": "bills",
        "replicas": 1,
        "forceDestroy": False,
        "adopt": False,
    }
    assert outputs["result_backend"] == (
        "elasticsearch+https://bills:p%40ss@search.example.com:9200/bills",
        True,
    )
    assert outputs["cleanup_command"] == ("celeriac-cleanup", False)
    assert outputs["results_cleaned_by"] == ("command", False)


BASTION = SshVia(host="bastion.example.com", port=2222)


def behind_a_bastion(kind: str) -> CeleryApp:
    """An app whose results are reached through a bastion."""
    results: Any
    if kind in ("memcached", "django"):
        cache = MemcachedServers("store", servers=[("one.example.com", 1)], via=BASTION)
        made = MemcachedResults if kind == "memcached" else DjangoMemcachedResults
        results = made("thumbs", server=cache)
    elif kind == "mongodb":
        docs = MongoDBServer(
            "store",
            servers=[("one.example.com", 1)],
            username="deployer",
            password=pulumi.Output.secret("p"),
            via=BASTION,
        )
        results = MongoDBResults("thumbs", server=docs)
    else:
        search = ElasticsearchServer("store", host="one.example.com", via=BASTION)
        results = ElasticsearchResults("thumbs", server=search)
    return CeleryApp("thumbs", broker=broker("thumbs"), result_backend=results)


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])
@pytest.mark.parametrize("kind", ["memcached", "django", "mongodb", "elasticsearch"])
def test_the_way_is_the_providers_and_the_proofs(kind: str, preview: bool) -> None:
    """Apps are handed the server's own name."""
    world, outputs = run(lambda: behind_a_bastion(kind).outputs(), preview=preview)
    way = {"ssh": {"host": "bastion.example.com", "port": 2222}}
    assert world.registered["pulumi:providers:celeriac::store"]["via"] == way
    proof = world.one("celery:RoundTrip", "thumbs")
    assert proof["resultBackendVia"] == way
    assert "brokerVia" not in proof
    assert "bastion" not in str(outputs)
