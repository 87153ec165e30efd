"""Users on a real server."""

from __future__ import annotations

from typing import Any

import amqp
import pytest

from celeriac_provider.rabbitmq import passwords
from celeriac_provider.rabbitmq.permissions import Permissions
from celeriac_provider.rabbitmq.user import User
from tests.lifecycle import Failed
from tests.provider.rabbitmq.conftest import Rabbit

ALL: dict[str, Any] = {"tags": ["monitoring", "team-a"], "maxConnections": 5, "maxChannels": 0}


def logs_in(rabbit: Rabbit, user: str, password: str, vhost: str) -> bool:
    """Whether AMQP lets the user in."""
    try:
        with rabbit.channel(vhost, user, password):
            return True
    except amqp.exceptions.AccessRefused:
        return False


def test_generated_password_logs_in(rabbit: Rabbit) -> None:
    """The user gets a password that works, which is secret and never sent."""
    name, vhost = rabbit.name("users"), rabbit.vhost()
    user = rabbit.life(User).create({"name": name})
    rabbit.life(Permissions).create({"vhost": vhost, "user": name})
    assert user.secret == {"password"}
    assert len(user.state["password"]) == 43
    assert logs_in(rabbit, name, user.state["password"], vhost)
    assert not logs_in(rabbit, name, "wrong", vhost)
    found = rabbit.get("users", name)
    assert found["tags"] == [user.state["mark"]]
    assert passwords.matches(user.state["password"], found["password_hash"], passwords.ALGORITHM)


@pytest.mark.parametrize("key", ALL)
def test_every_property_changes_in_place(rabbit: Rabbit, key: str) -> None:
    """Given, then taken away again, and the password stays."""
    life, name = rabbit.life(User), rabbit.name("users")
    user = life.create({"name": name})
    changed = life.update(user, {"name": name, key: ALL[key]})
    assert changed.state[key] == ALL[key]
    assert changed.state["password"] == user.state["password"]
    again = life.update(changed, {"name": name})
    assert again.state == user.state


def test_password_changes_and_its_drift_shows(rabbit: Rabbit) -> None:
    """A password changed by hand is found without logging in, and set back."""
    life, name = rabbit.life(User), rabbit.name("users")
    given = {"name": name, "password": "first"}
    user = life.create(given)
    given["password"] = "second"
    user = life.update(user, given)
    rabbit.call("PUT", "users", name, body={"password": "third", "tags": [user.state["mark"]]})
    assert life.drift(user, given) == {"password": "ADD"}
    found = life.refresh(user)
    assert found is not None
    user = life.update(found, given)
    stored = rabbit.get("users", name)["password_hash"]
    assert passwords.matches("second", stored, passwords.ALGORITHM)


def test_lost_generated_password_is_made_anew(rabbit: Rabbit) -> None:
    """Nobody knows the old one: the next `up` makes another."""
    life, name = rabbit.life(User), rabbit.name("users")
    user = life.create({"name": name})
    rabbit.call("PUT", "users", name, body={"password": "x", "tags": [user.state["mark"]]})
    found = life.refresh(user)
    assert found is not None
    assert life.diff(found, {"name": name}) == {"password": "ADD"}
    mended = life.update(found, {"name": name})
    assert mended.state["password"] != user.state["password"]


def test_drift_of_the_rest(rabbit: Rabbit) -> None:
    """Emptied tags and lifted limits show."""
    life, name = rabbit.life(User), rabbit.name("users")
    given = {"name": name, "password": "p"} | ALL
    user = life.create(given)
    body = {"password": "p", "tags": [user.state["mark"]]}
    rabbit.call("PUT", "users", name, body=body)
    for limit in ("max-connections", "max-channels"):
        rabbit.call("DELETE", "user-limits", name, limit)
    assert life.drift(user, given) == dict.fromkeys(ALL, "UPDATE")


def test_passwordless(rabbit: Rabbit) -> None:
    """No password, no login by password; and back again to a generated one."""
    life, name, vhost = rabbit.life(User), rabbit.name("users"), rabbit.vhost()
    user = life.create({"name": name, "passwordless": True})
    rabbit.life(Permissions).create({"vhost": vhost, "user": name})
    assert user.state["password"] == ""
    assert rabbit.get("users", name)["password_hash"] == ""
    assert not logs_in(rabbit, name, "", vhost)
    user = life.update(user, {"name": name})
    assert logs_in(rabbit, name, user.state["password"], vhost)
    life.update(user, {"name": name, "passwordless": True})
    assert not logs_in(rabbit, name, user.state["password"], vhost)


def test_foreign_user_is_refused_and_left_alone(rabbit: Rabbit) -> None:
    """A user made by hand keeps its password."""
    life, name = rabbit.life(User), rabbit.name("users")
    rabbit.call("PUT", "users", name, body={"password": "theirs", "tags": ["management"]})
    with pytest.raises(Failed, match="exists already and was not made by this stack"):
        life.create({"name": name})
    found = rabbit.get("users", name)
    assert passwords.matches("theirs", found["password_hash"], passwords.ALGORITHM)
    user = life.create({"name": name, "adopt": True, "password": "ours"})
    assert rabbit.get("users", name)["tags"] == [user.state["mark"]]


def test_import_delete_gone(rabbit: Rabbit) -> None:
    """A given password is tried, not written; delete accepts a gone user."""
    life, name = rabbit.life(User), rabbit.name("users")
    rabbit.call("PUT", "users", name, body={"password": "p", "tags": ["management"]})
    user = life.import_(name)
    assert user is not None
    given = {"name": name, "password": "p", "tags": ["management"]}
    assert life.diff(user, given) == {}
    assert life.diff(user, given | {"password": "q"}) == {"password": "ADD"}
    user = life.update(user, given)
    life.delete(user)
    life.delete(user)
    assert life.import_(name) is None


def test_remade_by_somebody_else_is_not_deleted(rabbit: Rabbit) -> None:
    """A user without our mark is no longer ours."""
    life, name = rabbit.life(User), rabbit.name("users")
    user = life.create({"name": name})
    rabbit.call("PUT", "users", name, body={"password": "p", "tags": []})
    with pytest.raises(Failed, match="no longer carries this stack's mark"):
        life.delete(user)
    assert rabbit.get("users", name) is not None
