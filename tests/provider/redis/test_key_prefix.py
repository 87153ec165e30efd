"""The life of a key prefix."""

from __future__ import annotations

import pytest

from celeriac_provider.redis import KeyPrefix
from tests.lifecycle import CheckFailed, Failed
from tests.provider.redis.conftest import Server, Start


def test_life(start: Start, unique: str) -> None:
    """Create, change, import, delete: nothing is left to do after each step."""
    prefixes = start(KeyPrefix)
    given = {"prefix": f"{unique}:", "database": 3}
    life = prefixes.create(given)
    life = prefixes.update(life, given | {"forceDestroy": True})
    imported = prefixes.import_(f"{unique}:")
    assert imported is not None
    assert imported.state["database"] == 3
    assert prefixes.diff(life, {"prefix": f"{unique}:"}) == {
        "database": "UPDATE_REPLACE",
        "forceDestroy": "UPDATE",
    }
    prefixes.delete(life)
    prefixes.delete(life)
    assert not prefixes.exists(life)


@pytest.mark.parametrize("suffix", [":", "", ":more:"])
def test_one_prefix_has_one_owner(start: Start, unique: str, suffix: str) -> None:
    """The same, a shorter or a longer one is refused, in another database too."""
    start(KeyPrefix).create({"prefix": f"{unique}:"})
    other = start(KeyPrefix, stack="other")
    with pytest.raises(Failed, match=r"not made by this stack|overlaps .* another stack"):
        other.create({"prefix": f"{unique}{suffix}", "database": 1})
    with pytest.raises(Failed, match=r"another resource|overlaps .* this stack"):
        start(KeyPrefix).create({"prefix": f"{unique}{suffix}"}, name="second")


def test_guard_and_deletion(server: Server, start: Start, unique: str) -> None:
    """Messages and results keep it; kombu's own keys do not, and go with it; others stay."""
    prefix = f"{unique}[x]:"
    prefixes = start(KeyPrefix)
    life = prefixes.create({"prefix": prefix, "database": 2})
    client = server.login(database=2)
    client.set(f"{unique}x:", "a neighbour that the pattern must not match")
    client.sadd(f"{prefix}_kombu.binding.celery", "x")
    client.sadd(f"{prefix}_kombu.binding.celery.pidbox", "x")
    for number in range(2500):
        client.set(f"{prefix}celery-task-meta-{number}", "result")
    with pytest.raises(Failed, match=r"holds messages or results under .*forceDestroy"):
        prefixes.delete(life)
    prefixes.delete(prefixes.update(life, {"prefix": prefix, "database": 2, "forceDestroy": True}))
    assert list(client.scan_iter(f"{unique}*")) == [f"{unique}x:"]
    client.delete(f"{unique}x:")
    life = prefixes.create({"prefix": prefix, "database": 2})
    client.sadd(f"{prefix}_kombu.binding.celery", "x")
    prefixes.delete(life)
    assert list(client.scan_iter(f"{unique}*")) == []


def test_lost_registry(server: Server, start: Start, unique: str) -> None:
    """A server that lost its data lost prefix and registry; keys alone are still ours."""
    prefixes = start(KeyPrefix)
    given = {"prefix": f"{unique}:"}
    life = prefixes.create(given)
    server.login().hdel("celeriac:registry", f"prefix:{unique}:")
    assert not prefixes.exists(life)
    server.login().set(f"{unique}:a", "1")
    assert prefixes.drift(life, given) == {}


def test_bad_properties(start: Start) -> None:
    """An empty prefix would be the whole server."""
    with pytest.raises(CheckFailed, match="would own every key of the server"):
        start(KeyPrefix).check({"prefix": ""})
