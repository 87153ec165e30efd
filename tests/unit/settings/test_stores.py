"""Servers of the stack file that keep results only: what is read, and what is said of bad ones."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from celeriac.settings import (
    MemcachedResults,
    MemcachedServer,
    StackFileError,
    load,
)

ROOT = Path(__file__).resolve().parents[3]
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
    apps:
      orders: {broker: {server: rabbit}, resultBackend: {server: cache}}
    """
)
BAD = yaml.safe_load((Path(__file__).parent / "bad_store_stack_files.yaml").read_text())
EXAMPLES = sorted((ROOT / "stacks").glob("Pulumi.example-*.yaml"))


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
    more = {"servers/cache/maxItemSize": "8MiB", "servers/cache/timeout": "5s"}
    results = {"server": "cache", "prefix": "o:", "expires": "30d"}
    found = load(**changed(more | {"apps/orders/resultBackend": results}))
    cache = found.servers["cache"]
    assert isinstance(cache, MemcachedServer)
    assert (cache.max_item_size, cache.timeout) == (8 * 1024**2, 5)
    assert found.apps["orders"].results == MemcachedResults(
        server="cache", prefix="o:", expires=30 * 86_400
    )


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_is_a_good_stack_file(path: Path) -> None:
    """As `pulumi up` reads it, apart from secrets; each line of it is explained."""
    config = yaml.safe_load(path.read_text())["config"]
    found = load(
        servers=config["celeriac:servers"],
        apps=config["celeriac:apps"],
        force_destroy=config.get("celeriac:forceDestroy"),
    )
    assert found.apps
    assert path.read_text().startswith("#")
