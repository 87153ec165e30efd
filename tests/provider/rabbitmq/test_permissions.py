"""Permissions on a real server."""

from __future__ import annotations

import amqp
import pytest

from celeriac_provider.rabbitmq.permissions import Permissions, TopicPermissions
from celeriac_provider.rabbitmq.user import User
from tests.lifecycle import Failed
from tests.provider.rabbitmq.conftest import Rabbit

PATTERNS = {"configure": "^a$", "write": "^(a|amq\\.default)$", "read": "^a$"}


def test_life(rabbit: Rabbit) -> None:
    """Nothing by default; every pattern changes in place, drifts, is imported, and goes."""
    life, vhost, user = rabbit.life(Permissions), rabbit.vhost(), rabbit.name("users")
    rabbit.life(User).create({"name": user})
    given = {"vhost": vhost, "user": user}
    row = life.create(given)
    assert rabbit.get("permissions", vhost, user) == {
        "vhost": vhost,
        "user": user,
        "configure": "^$",
        "write": "^$",
        "read": "^$",
    }
    for key, pattern in PATTERNS.items():
        given[key] = pattern
        row = life.update(row, given)
    body = dict.fromkeys(PATTERNS, ".*")
    rabbit.call("PUT", "permissions", vhost, user, body=body)
    assert life.drift(row, given) == dict.fromkeys(PATTERNS, "UPDATE")
    imported = life.import_(row.id)
    assert imported is not None
    assert life.diff(imported, given | body) == {}
    life.delete(row)
    life.delete(row)
    assert rabbit.get("permissions", vhost, user) is None


def test_the_user_may_do_just_that(rabbit: Rabbit) -> None:
    """As the user: the declared queue is made, another is refused."""
    vhost, user = rabbit.vhost(), rabbit.name("users")
    made = rabbit.life(User).create({"name": user})
    rabbit.life(Permissions).create({"vhost": vhost, "user": user} | PATTERNS)
    with rabbit.channel(vhost, user, made.state["password"]) as channel:
        channel.queue_declare("a", durable=True, auto_delete=False)
        with pytest.raises(amqp.exceptions.AccessRefused):
            channel.queue_declare("b", durable=True, auto_delete=False)


def test_gone_with_its_vhost_or_user(rabbit: Rabbit) -> None:
    """Deleting permissions whose vhost or user went first is fine."""
    life, vhost, user = rabbit.life(Permissions), rabbit.vhost(), rabbit.name("users")
    rabbit.life(User).create({"name": user})
    row = life.create({"vhost": vhost, "user": user})
    rabbit.call("DELETE", "users", user)
    assert not life.exists(row)
    life.delete(row)
    rabbit.call("DELETE", "vhosts", vhost)
    life.delete(row)


def test_missing_vhost_and_user_are_named(rabbit: Rabbit) -> None:
    """The sentence says which of the two is missing."""
    life, vhost = rabbit.life(Permissions), rabbit.vhost()
    with pytest.raises(Failed, match="there is no user 'nobody' on the server"):
        life.create({"vhost": vhost, "user": "nobody"})
    with pytest.raises(Failed, match="there is no vhost 'nowhere' on the server"):
        life.create({"vhost": "nowhere", "user": "nobody"})


def test_topic_permissions(rabbit: Rabbit) -> None:
    """One row per exchange; the others stay as they are."""
    life, vhost, user = rabbit.life(TopicPermissions), rabbit.vhost(), rabbit.name("users")
    rabbit.life(User).create({"name": user})
    given = {"vhost": vhost, "user": user, "exchange": "amq.topic"}
    row = life.create(given)
    other = life.create(given | {"exchange": "amq.rabbitmq.trace"}, name="other")
    for key in ("write", "read"):
        given[key] = "^a$"
        row = life.update(row, given)
    body = {"exchange": "amq.topic", "write": "", "read": ""}
    rabbit.call("PUT", "topic-permissions", vhost, user, body=body)
    assert life.drift(row, given) == {"write": "UPDATE", "read": "UPDATE"}
    imported = life.import_(row.id)
    assert imported is not None
    assert life.diff(imported, given | {"write": "", "read": ""}) == {}
    life.delete(row)
    life.delete(row)
    assert life.exists(other)
    assert not life.exists(row)


def test_missing_user_of_topic_permissions_is_named(rabbit: Rabbit) -> None:
    """As with Permissions."""
    with pytest.raises(Failed, match="there is no user 'nobody'"):
        rabbit.life(TopicPermissions).create(
            {"vhost": rabbit.vhost(), "user": "nobody", "exchange": "e"}
        )


def test_missing_exchange_is_named_or_allowed(rabbit: Rabbit) -> None:
    """RabbitMQ 4.0 takes a row for an exchange to come; later ones refuse it, in a sentence."""
    life, vhost, user = rabbit.life(TopicPermissions), rabbit.vhost(), rabbit.name("users")
    rabbit.life(User).create({"name": user})
    given = {"vhost": vhost, "user": user, "exchange": "later"}
    if rabbit.get("version").startswith("4.0."):
        life.create(given)
    else:
        with pytest.raises(Failed, match="there is no exchange 'later' in the vhost"):
            life.create(given)
