"""Policies and operator policies on a real server."""

from __future__ import annotations

import time
from typing import Any

import pytest

from celeriac_provider.engine.resource import Resource
from celeriac_provider.rabbitmq.policy import OperatorPolicy, Policy
from tests.lifecycle import Failed
from tests.provider.rabbitmq.conftest import Rabbit

KINDS: dict[type[Resource], str] = {Policy: "policies", OperatorPolicy: "operator-policies"}


def minimal(rabbit: Rabbit) -> dict[str, Any]:
    """The least that is a policy."""
    return {"vhost": rabbit.vhost(), "name": "p/ü", "pattern": "^a$", "definition": {}}


@pytest.mark.parametrize("resource", KINDS)
def test_a_key_that_nobody_asked_for_is_drift(rabbit: Rabbit, resource: type[Resource]) -> None:
    """A limit added by hand shows in the definition, and the next `up` takes it away."""
    life, given = rabbit.life(resource), minimal(rabbit) | {"maxLength": 5}
    policy = life.create(given)
    path = (KINDS[resource], given["vhost"], given["name"])
    body = {"pattern": "^a$", "definition": {"max-length": 5, "message-ttl": 1}}
    rabbit.call("PUT", *path, body=body)
    assert life.drift(policy, given) == {"definition": "UPDATE"}
    found = life.refresh(policy)
    assert found is not None
    life.update(found, given)
    assert rabbit.get(*path)["definition"] == {"max-length": 5}


def test_a_queue_gets_it(rabbit: Rabbit) -> None:
    """The server applies the policy to the queue that its pattern names."""
    vhost = rabbit.vhost()
    with rabbit.channel(vhost) as channel:
        channel.queue_declare("a", durable=True, auto_delete=False)
    rabbit.life(Policy).create({"vhost": vhost, "name": "p", "pattern": "^a$", "maxLength": 3})
    deadline = time.monotonic() + 10
    while rabbit.now("queues", vhost)[0].get("policy") != "p":
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_servers_refusal_is_a_sentence(rabbit: Rabbit) -> None:
    """What only the server knows to be wrong is told in its words, on one line."""
    given = minimal(rabbit) | {"definition": {"bogus": "x"}}
    with pytest.raises(Failed) as failed:
        rabbit.life(Policy).create(given)
    expected = "RabbitMQ refused it: [{bogus,x}] are not recognised policy settings"
    assert failed.value.sentence == expected
