"""Exchanges, queues and bindings on a real server."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from celeriac_provider.rabbitmq.binding import Binding
from celeriac_provider.rabbitmq.client import Management
from celeriac_provider.rabbitmq.exchange import Exchange
from celeriac_provider.rabbitmq.queue import Queue
from celeriac_provider.rabbitmq.vhost import Vhost
from tests.lifecycle import Failed
from tests.provider.rabbitmq.conftest import Rabbit

START = {Exchange: {"type": "topic"}, Queue: {"type": "classic"}}


@pytest.mark.parametrize("kind", ["quorum", "classic", "stream"])
def test_type_of_a_queue(rabbit: Rabbit, kind: str) -> None:
    """Each type is made, whatever the vhost's default is."""
    life, vhost = rabbit.life(Queue), rabbit.vhost()
    queue = life.create({"vhost": vhost, "name": "q", "type": kind})
    assert rabbit.get("queues", vhost, "q")["type"] == kind
    if kind != "stream":
        life.delete(queue)


@pytest.mark.parametrize("kind", ["quorum", "classic"])
def test_messages_are_guarded(rabbit: Rabbit, kind: str) -> None:
    """A message of this moment stops delete and replacement, and is still there after it."""
    life, vhost = rabbit.life(Queue), rabbit.vhost()
    given = {"vhost": vhost, "name": "q", "type": kind}
    queue = life.create(given)
    life.create(given | {"name": "other"}, name="other")
    rabbit.publish(vhost, "", "q")
    with pytest.raises(Failed, match="at least 1 message waits in the queue 'q'"):
        life.delete(queue)
    with rabbit.channel(vhost) as channel:
        assert channel.basic_get("q", no_ack=True) is not None
    if kind == "classic":  # a quorum queue's unacknowledged count is up to 5 s late
        life.delete(queue)
        assert not life.exists(queue)


def test_what_celery_declared_is_taken_up_if_it_is_the_same(rabbit: Rabbit) -> None:
    """In our vhost: the same declaration is taken up, another refused, in a sentence."""
    vhost = rabbit.name("vhosts")
    rabbit.life(Vhost).create({"name": vhost})
    with rabbit.channel(vhost) as channel:
        channel.queue_declare("q", durable=True, auto_delete=False)
    life, given = rabbit.life(Queue), {"vhost": vhost, "name": "q"}
    with pytest.raises(Failed, match="exists already with type 'quorum' instead of 'classic'"):
        life.create(given | {"type": "classic"})
    life.create(given)
    with pytest.raises(Failed, match="was not made by this stack"):
        rabbit.life(Queue, stack="other").create(given)


@pytest.mark.parametrize(
    ("key", "arguments"),
    [
        ("", {}),
        ("", {"x-match": "all", "n": 1}),
        ("plain", {}),
        ("plain", {"x-match": "all", "n": 1}),
        ("~", {}),
        ("a/b c#.*+% ü", {"n": 1}),
        ("a/b c#.*~+% ü", {}),
    ],
)
def test_binding(rabbit: Rabbit, key: str, arguments: dict[str, Any]) -> None:
    """Bindings with any key and arguments are made, found, imported and removed alone."""
    life, vhost = rabbit.life(Binding), rabbit.vhost()
    rabbit.life(Queue).create({"vhost": vhost, "name": "q/ü"})
    given: dict[str, Any] = {"vhost": vhost, "source": "amq.topic", "destination": "q/ü"}
    others = life.create(given | {"routingKey": "another"}, name="another")
    given |= {"routingKey": key, "arguments": arguments}
    binding = life.create(given)
    assert life.diff(binding, given | {"routingKey": "b"}) == {"routingKey": "UPDATE_REPLACE"}
    imported = life.import_(binding.id)
    assert imported is not None
    assert life.diff(imported, given) == {}
    life.delete(binding)
    assert not life.exists(binding)
    assert life.exists(others)
    life.delete(binding)


def test_binding_of_exchanges(rabbit: Rabbit) -> None:
    """An exchange as destination; the new binding is made before the old one goes."""
    life, vhost = rabbit.life(Binding), rabbit.vhost()
    given = {
        "vhost": vhost,
        "source": "amq.topic",
        "destination": "amq.fanout",
        "destinationType": "exchange",
        "routingKey": "#",
    }
    binding = life.create(given)
    response = life.raw_diff(binding, given | {"arguments": {"a": "b"}})
    assert (list(response.replaces), response.deleteBeforeReplace) == (["arguments"], False)
    rabbit.call("DELETE", "vhosts", vhost)
    assert not life.exists(binding)
    life.delete(binding)


def test_what_is_missing_is_named(rabbit: Rabbit) -> None:
    """The vhost, the queue and the exchange."""
    vhost = rabbit.vhost()
    for resource in (Queue, Exchange):
        given = {"vhost": "no/where", "name": "x"} | START[resource]
        with pytest.raises(Failed, match="there is no vhost 'no/where'"):
            rabbit.life(resource).create(given)
    given = {"vhost": vhost, "source": "amq.topic", "destination": "nöne"}
    with pytest.raises(Failed, match="there is no queue 'nöne' in the vhost"):
        rabbit.life(Binding).create(given)
    with pytest.raises(Failed, match="there is no exchange 'nöne' in the vhost"):
        rabbit.life(Binding).create(given | {"destinationType": "exchange"})


def test_two_hundred_queues_on_few_connections(rabbit: Rabbit) -> None:
    """64 threads, as the engine may use, share eight connections; none waits in vain."""
    life, vhost = rabbit.life(Queue, timeout=60), rabbit.vhost()

    def make(number: int) -> Any:
        given = {"vhost": vhost, "name": f"q{number}", "type": "classic"}
        return life.create(given, name=f"q{number}", settled=False)

    with ThreadPoolExecutor(64) as threads:
        queues = list(threads.map(make, range(200)))
        assert len(rabbit.get("queues", vhost)) == 200
        management = life.provider._clients.get(Management)
        pool = management._http._transport._pool  # type: ignore[attr-defined]
        assert len(pool.connections) <= 8
        list(threads.map(life.delete, queues))
    assert rabbit.get("queues", vhost) == []


def test_another_type_is_foreseen(rabbit: Rabbit) -> None:
    """The preview says what workers will get; anything else is made anew without a word."""
    life, vhost = rabbit.life(Queue), rabbit.vhost()
    given = {"vhost": vhost, "name": "q", "type": "classic"}
    queue = life.create(given)
    assert life.diff(queue, given | {"name": "other"})
    assert life.warnings == []
    assert life.diff(queue, given | {"type": "quorum"}) == {"type": "UPDATE_REPLACE"}
    (said,) = life.warnings
    assert "the queue 'q' is classic and would be made anew as quorum" in said
    assert "406 PRECONDITION_FAILED" in said
    life.delete(queue)
