"""A socket, sentinels and Valkey in a stack file."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.settings.test_stack_file import changed

from celeriac.contract import RedisSentinels, RedisSocket
from celeriac.settings import RedisServer, Reference, StackFileError, load


def cache(**entry: Any) -> RedisServer:
    """The server `cache` with this entry."""
    full = {"platform": "existing", "kind": "redis", **entry}
    found = load(**changed({"servers/cache": full})).servers["cache"]
    assert isinstance(found, RedisServer)
    return found


def test_a_socket() -> None:
    """A path and a database; nothing to encrypt."""
    found = cache(url="unix:///run/redis/redis.sock", db=2)
    assert (found.form, found.db, found.tls) == (RedisSocket("/run/redis/redis.sock"), 2, False)


def test_sentinels() -> None:
    """With TLS unless it is off; one of them may stand without a list."""
    found = cache(
        url=["sentinel://s1", "sentinel://s2:26380"],
        masterName="mymaster",
        sentinelUsername="watcher",
        sentinelPassword={"env": "SENTINEL_PASSWORD"},
        db=1,
    )
    hosts = (("s1", 26379), ("s2", 26380))
    form = RedisSentinels(hosts=hosts, master_name="mymaster", username="watcher")
    assert (found.form, found.db, found.tls) == (form, 1, True)
    assert found.sentinel_password == Reference(env="SENTINEL_PASSWORD")
    plain = cache(url="sentinel://s1", masterName="m", tls="off")
    assert plain.form == RedisSentinels(hosts=(("s1", 26379),), master_name="m")
    assert not plain.tls


def test_valkey_is_read_as_redis() -> None:
    """Its URLs, its keys and what is on it are those of Redis."""
    found = cache(kind="valkey", url="rediss://cache.example.org/5")
    assert (found.host, found.db, found.tls) == ("cache.example.org", 5, True)


@pytest.mark.parametrize(
    "where",
    [
        {"url": "unix:///run/redis.sock"},
        {"url": ["sentinel://s1", "sentinel://s2"], "masterName": "m"},
    ],
    ids=["socket", "sentinels"],
)
def test_two_entries_of_one_server(where: dict[str, Any]) -> None:
    """What two apps want on it stands against each other, whatever the entry is called."""
    entry = {"platform": "existing", "kind": "redis", **where}
    again = {"server": "again", "prefix": "thumbnails:"}
    change = {
        "servers/cache": entry,
        "servers/again": entry,
        "apps/thumbnails/resultBackend": again,
    }
    with pytest.raises(StackFileError, match="give each a prefix of its own"):
        load(**changed(change))
