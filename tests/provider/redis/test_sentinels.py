"""Redis behind sentinels: users and settings are on every node, and outlive a failover."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis.exceptions import AuthenticationError

from celeriac_provider.engine.resource import Resource
from celeriac_provider.redis import AclUser, Config, KeyPrefix
from tests.lifecycle import Failed, Lifecycle
from tests.provider.redis.conftest import Start
from tests.sentinels import NAME, SentinelGroup


@pytest.fixture(scope="module", params=["in clear", "over TLS"])
def group(
    request: pytest.FixtureRequest,
    servers: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[SentinelGroup]:
    """A primary, two replicas, three sentinels with a password of their own."""
    tls = Path(servers["ca"]).parent if request.param == "over TLS" else None
    made = SentinelGroup(tmp_path_factory.mktemp("sentinels"), tls=tls)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def on(group: SentinelGroup, start: Start) -> Any:
    """Starts a provider of one resource type on the group."""

    def make(resource: type[Resource], **changes: Any) -> Lifecycle:
        return start(resource, on=group, **changes)

    return make


USER = {"name": "ann", "password": "pw", "keys": ["ann:*"], "commands": ["+ping", "+get"]}


def logs_in(group: SentinelGroup, port: int) -> bool:
    """Whether the user can log in on a node."""
    try:
        return bool(group.client(port, "ann", "pw").ping())
    except AuthenticationError:
        return False


def test_a_user_is_on_every_node(group: SentinelGroup, on: Any) -> None:
    """Made, changed and deleted everywhere, and saved in every aclfile."""
    life = on(AclUser)
    user = life.create(USER)
    assert [logs_in(group, node.port) for node in group.nodes] == [True] * 3
    for node in group.nodes:
        assert "user ann " in (node.folder / "users.acl").read_text()
    user = life.update(user, USER | {"commands": ["+ping"]})
    for node in group.nodes:
        assert "+get" not in str(group.client(node.port).acl_getuser("ann")["commands"])
    life.delete(user)
    assert [logs_in(group, node.port) for node in group.nodes] == [False] * 3


@pytest.mark.parametrize("replica", [0, 1])
@pytest.mark.parametrize(
    ("command", "drift"),
    [
        (("ACL", "SETUSER", "ann", "+del"), {"commands": "UPDATE"}),
        (("ACL", "SETUSER", "ann", "off"), {"enabled": "UPDATE"}),
        (("ACL", "SETUSER", "ann", "resetpass", ">other"), {"password": "ADD"}),
    ],
)
def test_drift_on_one_replica(
    group: SentinelGroup, on: Any, replica: int, command: tuple[str, ...], drift: dict[str, str]
) -> None:
    """It is seen, though the primary is as it was, and mended."""
    life = on(AclUser)
    user = life.create(USER)
    primary = group.primary()
    port = [node.port for node in group.nodes if node.port != primary][replica]
    group.client(port).execute_command(*command)
    found = life.refresh(user)
    assert life.diff(found, USER) == drift
    life.update(found, USER)
    assert logs_in(group, port)
    assert "+del" not in str(group.client(port).acl_getuser("ann")["commands"])
    life.delete(user)


def test_a_node_without_the_user(group: SentinelGroup, on: Any) -> None:
    """As one that was added: the user counts as one that cannot log in, and is written there."""
    life = on(AclUser)
    user = life.create(USER)
    port = next(node.port for node in group.nodes if node.port != group.primary())
    group.client(port).acl_deluser("ann")
    found = life.refresh(user)
    assert life.diff(found, USER).keys() >= {"enabled", "password", "commands"}
    life.update(found, USER)
    assert logs_in(group, port)
    life.delete(user)


def test_somebody_elses_user_on_a_replica(group: SentinelGroup, on: Any) -> None:
    """It is not taken over."""
    port = next(node.port for node in group.nodes if node.port != group.primary())
    group.client(port).execute_command("ACL", "SETUSER", "ann", "on", ">theirs", "+ping")
    with pytest.raises(Failed, match="exists already and was not made by"):
        on(AclUser).create(USER)
    group.client(port).acl_deluser("ann")


def test_settings_are_on_every_node(group: SentinelGroup, on: Any) -> None:
    """Set, verified, seen to drift on a replica, mended, kept in the file, given back."""
    life, given = on(Config), {"name": "it", "settings": {"slowlog-max-len": "77"}}
    made = life.create(given)

    def values() -> list[str]:
        clients = [group.client(node.port) for node in group.nodes]
        return [client.config_get("slowlog-max-len")["slowlog-max-len"] for client in clients]

    assert values() == ["77"] * 3
    for node in group.nodes:
        assert "slowlog-max-len 77" in (node.folder / "redis.conf").read_text()
    port = next(node.port for node in group.nodes if node.port != group.primary())
    group.client(port).config_set("slowlog-max-len", "5")
    assert life.drift(made, given) == {"settings": "UPDATE"}
    with pytest.raises(Failed, match=r"slowlog-max-len to 77 \(it is 5\)"):
        on(Config).create(given | {"name": "verified", "manage": False})
    made = life.update(life.refresh(made), given)
    assert values() == ["77"] * 3
    life.delete(made)
    assert values() == ["128"] * 3


def test_a_failover(group: SentinelGroup, on: Any) -> None:
    """Everything goes on at the new primary; what misses a change is refused, or said."""
    users, prefixes = on(AclUser), on(KeyPrefix)
    user, prefix = users.create(USER), prefixes.create({"prefix": "ann:"})
    dead = group.fail_over()
    try:
        assert logs_in(group, group.primary())
        found = users.refresh(user)
        assert users.diff(found, USER) == {}
        # The sentinels take a moment to know the old primary as a replica that is down.
        ends = time.monotonic() + 20
        while not users.warnings and time.monotonic() < ends:
            time.sleep(0.2)
            users.refresh(user)
        assert f" at 127.0.0.1:{dead.port}" in users.warnings[0]
        assert prefixes.refresh(prefix) is not None
        with pytest.raises(Failed, match=f"127.0.0.1:{dead.port}.*SENTINEL RESET {NAME}"):
            users.update(user, USER | {"commands": ["+ping"]})
        assert "get" in str(group.client(group.primary()).acl_getuser("ann")["commands"])
    finally:
        group.come_back(dead)
    assert logs_in(group, dead.port), "it kept the user in its file"
    user = users.update(user, USER | {"commands": ["+ping"]})
    users.delete(user)
    prefixes.delete(prefix)


def test_the_primary_dies_without_a_word(group: SentinelGroup, on: Any) -> None:
    """An operation that begins meanwhile waits for the new primary."""
    prefixes = on(KeyPrefix)
    prefix = prefixes.create({"prefix": "bob:"})
    dead = next(node for node in group.nodes if node.port == group.primary())
    dead.end(9)
    assert prefixes.refresh(prefix) is not None
    assert group.primary() != dead.port
    group.come_back(dead)
    prefixes.delete(prefix)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"sentinelPassword": "wrong"}, "the sentinel at .* refused the login"),
        ({"sentinelPassword": None}, "the sentinel at .* refused the login"),
        ({"password": "wrong"}, "refused the administrator's name or password"),
    ],
)
def test_wrong_doors(on: Any, changes: dict[str, Any], sentence: str) -> None:
    """Whose password is wrong is said."""
    with pytest.raises(Failed, match=sentence) as failed:
        on(AclUser, **changes).create(USER)
    assert "wrong" not in failed.value.sentence


def test_a_name_that_the_sentinels_do_not_know(group: SentinelGroup, on: Any) -> None:
    """It is said, with the key to look at."""
    endpoint = group.configuration()["endpoint"].replace(NAME, "nobody")
    with pytest.raises(Failed, match=r"know no primary by the name 'nobody'.*masterName"):
        on(AclUser, endpoint=endpoint).create(USER)


def test_sentinels_that_are_down(group: SentinelGroup, on: Any) -> None:
    """One is enough; with none, the sentence says so within the timeout."""
    prefix = on(KeyPrefix).create({"prefix": "cy:"})
    first, *others = group.sentinels
    first.end()
    life = on(KeyPrefix, timeout=2)
    assert life.refresh(prefix) is not None
    for sentinel in others:
        sentinel.end()
    with pytest.raises(Failed, match=r"the sentinel at .* nothing listens there"):
        life.refresh(prefix)
    for sentinel in group.sentinels:
        sentinel.start()
    assert on(KeyPrefix).refresh(prefix) is not None
    on(KeyPrefix).delete(prefix)
