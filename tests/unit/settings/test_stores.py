"""Servers of the stack file that keep results only: what is read, and what is said of bad ones."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from celeriac.settings import (
    ElasticsearchResults,
    ElasticsearchServer,
    MemcachedResults,
    MemcachedServer,
    MongodbResults,
    MongodbServer,
    Reference,
    SshVia,
    SsmVia,
    StackFileError,
    load,
)

SECRET = "hunter2"
GOOD = yaml.safe_load(
    """
    servers:
      rabbit:
        kind: rabbitmq
        platform: existing
        url: amqps://rabbit.example.org
        management: https://rabbit.example.org:15671
        username: admin
        password: hunter2
      cache: {kind: memcached, platform: existing, url: "memcached://one,[::1]:11212", tls: off}
      docs:
        kind: mongodb
        platform: existing
        url: mongodb://one,two:27018
        replicaSet: rs0
        username: deployer
        password: hunter2
      search:
        kind: elasticsearch
        platform: existing
        url: https://search.example.org
        username: deployer
        password: hunter2
    apps:
      orders: {broker: {server: rabbit}, resultBackend: {server: cache}}
      mails: {broker: {server: rabbit}, resultBackend: {server: docs}}
      bills:
        broker: {server: rabbit}
        resultBackend: {server: search, username: bills, password: hunter2}
    """
)
BAD = yaml.safe_load((Path(__file__).parent / "bad_store_stack_files.yaml").read_text())


def changed(change: dict[str, Any]) -> dict[str, Any]:
    """The good file with changes at paths of keys."""
    file: dict[str, Any] = copy.deepcopy(GOOD)
    for path, value in change.items():
        *way, last = path.split("/")
        place: Any = file
        for key in way:
            place = place.setdefault(key, {})
        if value == "MISSING":
            del place[last]
        else:
            place[last] = value
    return file


@pytest.mark.parametrize("bad", BAD, ids=[bad["name"] for bad in BAD])
def test_a_bad_file_gets_its_sentences(bad: dict[str, Any]) -> None:
    """All of them, no others, one line each, and no secret among them."""
    with pytest.raises(StackFileError) as caught:
        load(**changed(bad["change"]))
    assert list(caught.value.problems) == bad["says"]
    assert SECRET not in str(caught.value)


def test_memcached() -> None:
    """Several servers, and every key with another value than its default."""
    found = load(**GOOD)
    assert found.servers["cache"] == MemcachedServer(
        name="cache", servers=(("one", 11211), ("::1", 11212)), max_item_size=1024 * 1024
    )
    assert found.apps["orders"].results == MemcachedResults(
        server="cache", prefix="orders-results:", expires=86_400
    )
    more = {
        "servers/cache/maxItemSize": "8MiB",
        "servers/cache/timeout": "5s",
        "servers/cache/via": {"ssh": {"host": "bastion", "user": "me"}},
    }
    results = {"server": "cache", "prefix": "o:", "expires": "30d"}
    found = load(**changed(more | {"apps/orders/resultBackend": results}))
    cache = found.servers["cache"]
    assert isinstance(cache, MemcachedServer)
    assert (cache.max_item_size, cache.timeout) == (8 * 1024**2, 5)
    assert cache.via == SshVia(host="bastion", port=22, user="me")
    assert found.apps["orders"].results == MemcachedResults(
        server="cache", prefix="o:", expires=30 * 86_400
    )


def test_mongodb() -> None:
    """A replica set; and every key with another value than its default."""
    found = load(**GOOD)
    assert found.servers["docs"] == MongodbServer(
        name="docs",
        servers=(("one", 27017), ("two", 27018)),
        tls=True,
        replica_set="rs0",
        username="deployer",
        password=Reference(value=SECRET),
    )
    assert found.apps["mails"].results == MongodbResults(
        server="docs", database="mails", user="mails", expires=86_400
    )
    more = {
        "servers/docs/url": "mongodb://h",
        "servers/docs/tls": "off",
        "servers/docs/replicaSet": "MISSING",
        "servers/docs/authSource": "people",
        "servers/docs/via": {"ssm": {"target": "i-0123456789abcdef0", "region": "eu-west-1"}},
        "apps/mails/resultBackend": {
            "server": "docs",
            "database": "d",
            "user": "U",
            "expires": "never",
        },
    }
    found = load(**changed(more))
    docs = found.servers["docs"]
    assert isinstance(docs, MongodbServer)
    assert (docs.tls, docs.replica_set, docs.auth_source) == (False, None, "people")
    assert docs.via == SsmVia(target="i-0123456789abcdef0", region="eu-west-1")
    assert found.apps["mails"].results == MongodbResults(
        server="docs", database="d", user="U", expires=None
    )


def test_elasticsearch() -> None:
    """With users and without."""
    found = load(**GOOD)
    assert found.servers["search"] == ElasticsearchServer(
        name="search",
        host="search.example.org",
        port=9200,
        tls=True,
        username="deployer",
        password=Reference(value=SECRET),
    )
    assert found.apps["bills"].results == ElasticsearchResults(
        server="search",
        index="bills",
        replicas=1,
        expires=86_400,
        username="bills",
        password=Reference(value=SECRET),
    )
    more = {
        "servers/search": {
            "kind": "elasticsearch",
            "platform": "existing",
            "url": "http://h:1",
            "tls": "off",
            "via": {"ssh": {"host": "bastion", "port": 2222}},
        },
        "apps/bills/resultBackend": {
            "server": "search",
            "index": "i",
            "replicas": 0,
            "expires": "never",
        },
    }
    found = load(**changed(more))
    search = found.servers["search"]
    assert isinstance(search, ElasticsearchServer)
    assert (search.host, search.port, search.tls, search.username) == ("h", 1, False, None)
    assert search.via == SshVia(host="bastion", port=2222)
    assert found.apps["bills"].results == ElasticsearchResults(
        server="search", index="i", replicas=0, expires=None
    )
