"""Backends that keep results only: what is registered and handed out."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest
from tests.unit.components.world import World, run

from celeriac import (
    CeleryApp,
    MemcachedResults,
    MemcachedServers,
    RedisBroker,
    RedisServer,
    Uses,
)


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
