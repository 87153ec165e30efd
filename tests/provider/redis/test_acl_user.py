"""The life of a Redis ACL user."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import redis

from celeriac_provider.redis import AclUser
from tests.lifecycle import UNKNOWN, CheckFailed, Failed
from tests.provider.redis.conftest import OwnServer, Server, Start


def _given(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "keys": [f"{name}:*"],
        "channels": [f"{name}:/0.celery.pidbox", f"{name}:/0.celeryev/*"],
        "commands": ["-@all", "+ping", "+get", "+set", "+client|setinfo"],
    }


def test_life(server: Server, start: Start, unique: str) -> None:
    """Create, change each property, import, delete: nothing is left to do after each step."""
    users = start(AclUser)
    given = _given(unique)
    user = users.create(given)
    assert user.secret == {"password"}
    login = server.login(unique, user.state["password"])
    assert login.set(f"{unique}:a", "1")
    with pytest.raises(redis.exceptions.NoPermissionError):
        login.get("other")
    changes: tuple[dict[str, Any], ...] = (
        {"password": "p@ss/w#1 ü"},
        {"keys": [f"{unique}:*", f"{unique}_*"], "readKeys": ["r:*"], "writeKeys": ["w:*"]},
        {"channels": []},
        {"commands": ["+@read", "-get", "+get", "-@read", "+@all", "-@dangerous"]},
        {"commands": ["-@all"]},
        {"optionalCommands": ["+client|setname", "+client|not-yet"]},
        {"enabled": False},
        {"persist": False},
        {},
    )
    for change in changes:
        user = users.update(user, given | change)
    imported = users.import_(unique)
    assert imported is not None
    for key in ("keys", "channels", "mark"):
        assert imported.state[key] == user.state[key]
    users.delete(user)
    users.delete(user)
    assert not users.exists(user)


def test_password_goes_as_a_hash(server: Server, start: Start, unique: str) -> None:
    """No command that reached the server held the password."""
    with server.login().monitor() as monitor:
        start(AclUser).create(_given(unique) | {"password": "hunter2"})
        server.login().echo("done")
        seen = []
        while "done" not in (command := monitor.next_command()["command"]):
            seen.append(command)
    assert seen
    assert not any("hunter2" in command for command in seen)


def test_drift_of_every_property(server: Server, start: Start, unique: str) -> None:
    """What somebody changed by hand shows; an update writes the whole user anew."""
    users = start(AclUser)
    given = _given(unique)
    user = users.create(given)
    client = server.login()
    for rules, expected in (
        (["off"], {"enabled": "UPDATE"}),
        (["resetpass", ">other"], {"password": "ADD"}),
        ([">second"], {"commands": "UPDATE"}),
        (["nopass"], {"commands": "UPDATE", "password": "ADD"}),
        (["~other:*"], {"keys": "UPDATE"}),
        (["%R~other:*"], {"readKeys": "UPDATE"}),
        (["resetchannels"], {"channels": "UPDATE"}),
        (["+del"], {"commands": "UPDATE"}),
        (["(+@all ~*)"], {"commands": "UPDATE"}),
    ):
        client.execute_command("ACL SETUSER", unique, *rules)
        assert users.drift(user, given) == expected, rules
        found = users.refresh(user)
        assert found is not None
        user = users.update(found, given)


def test_restart_locks_nobody_out(own: OwnServer, start: Start, unique: str) -> None:
    """After a restart the user logs in, is still ours, and a deleted one stays deleted."""
    users = start(AclUser, on=own)
    user = users.create(_given(unique))
    gone = users.create(_given(f"{unique}2"), name="gone")
    users.delete(gone)
    own.stop()
    own.start()
    assert own.login(unique, user.state["password"]).ping()
    assert users.drift(user, _given(unique)) == {}
    assert not users.exists(gone)
    with pytest.raises(Failed, match="not made by this stack"):
        start(AclUser, on=own, stack="other").create(_given(unique))
    users.delete(user)


def test_waits_for_a_server_that_starts(own: OwnServer, start: Start, unique: str) -> None:
    """A server that is up in a moment is waited for."""
    users = start(AclUser, on=own)
    own.stop()
    late = threading.Timer(0.5, own.start)
    late.start()
    try:
        users.create(_given(unique))
    finally:
        late.join()


def test_nothing_to_persist_to(bare: Server, start: Start, unique: str) -> None:
    """Without aclfile and configuration file nothing is made, unless persist is false."""
    users = start(AclUser, on=bare)
    with pytest.raises(Failed, match=r"cannot keep ACL users over a restart.*`persist: false`"):
        users.create(_given(unique))
    assert unique not in bare.login().acl_users()
    user = users.create(_given(unique) | {"persist": False})
    users.delete(user)


def test_bad_properties_and_preview(start: Start, unique: str) -> None:
    """Each gets its sentence; a preview with unknowns knows the rest."""
    users = start(AclUser)
    with pytest.raises(CheckFailed) as failed:
        users.check({"name": "default", "keys": ["a b"], "commands": ["get"]})
    assert failed.value.problems == {
        "name": (
            "name ('default') is the server's own user, who cannot be deleted: choose another name"
        ),
        "keys": "keys (['a b']) has 'a b': a pattern has no white space",
        "commands": "commands (['get']) has 'get': write +get, -@dangerous, +client|setinfo",
    }
    with pytest.raises(CheckFailed, match="must not be empty"):
        users.check({"name": "a", "password": ""})
    with pytest.raises(Failed, match=r"refused to write the ACL user.*nonsense"):
        users.create({"name": unique, "commands": ["+nonsense"]})
    seen = users.preview({"name": unique, "keys": [UNKNOWN]})
    assert (seen["keys"], seen["password"]) == ([UNKNOWN], UNKNOWN)
    user = users.create({"name": unique})
    assert users.diff(user, {"name": f"{unique}2"}) == {"name": "UPDATE_REPLACE"}
