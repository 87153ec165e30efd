"""Users on a real server."""

from __future__ import annotations

import amqp

from celeriac_provider.rabbitmq import passwords
from celeriac_provider.rabbitmq.permissions import Permissions
from celeriac_provider.rabbitmq.user import User
from tests.provider.rabbitmq.conftest import Rabbit


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
