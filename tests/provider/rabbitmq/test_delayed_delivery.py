"""Native delayed delivery on a real server, against kombu itself."""

from __future__ import annotations

import time
from typing import Any, Literal

import amqp
import pytest
from kombu import connection as kombu_connection
from kombu import entity
from kombu.transport import native_delayed_delivery as kombus

from celeriac_provider.rabbitmq import delayed
from celeriac_provider.rabbitmq.delayed_delivery import DelayedDelivery
from celeriac_provider.rabbitmq.exchange import Exchange
from celeriac_provider.rabbitmq.queue import Queue
from celeriac_provider.rabbitmq.vhost import Vhost
from tests.lifecycle import Failed
from tests.provider.rabbitmq.conftest import Rabbit

KIND = pytest.mark.parametrize("kind", ["quorum", "classic"])


def connection(rabbit: Rabbit, vhost: str) -> Any:
    """A connection as Celery has it."""
    return kombu_connection.Connection(
        hostname=rabbit.server["host"],
        port=rabbit.server["amqp_port"],
        userid=rabbit.server["username"],
        password=rabbit.server["password"],
        virtual_host=vhost,
    )


def objects(rabbit: Rabbit, vhost: str) -> Any:
    """All that is declared in a vhost, as it was declared."""
    keys = {
        "queues": ("name", "durable", "auto_delete", "arguments"),
        "exchanges": ("name", "type", "durable", "auto_delete", "internal", "arguments"),
        "bindings": ("source", "destination_type", "destination", "routing_key", "arguments"),
    }
    return delayed.indexed(
        {
            kind: [{key: each[key] for key in keys[kind]} for each in rabbit.get(kind, vhost)]
            for kind in keys
        }
    )


def app_queue(rabbit: Rabbit, vhost: str, name: str) -> Any:
    """A queue with its topic exchange, made by our resources, as Celery knows it."""
    rabbit.life(Exchange).create({"vhost": vhost, "name": name, "type": "topic"})
    rabbit.life(Queue).create({"vhost": vhost, "name": name})
    exchange = entity.Exchange(name, type="topic")
    arguments = {"x-queue-type": "quorum"}
    return entity.Queue(name, exchange, routing_key=name, queue_arguments=arguments)


@KIND
def test_the_same_as_kombus(rabbit: Rabbit, kind: Literal["quorum", "classic"]) -> None:
    """Object for object what kombu declares, bindings included; kombu meets no 406 after it."""
    ours, theirs = rabbit.vhost(), rabbit.vhost()
    queue = app_queue(rabbit, ours, "orders")
    app_queue(rabbit, theirs, "orders")
    given = {"vhost": ours, "queueType": kind, "bindings": {"orders": "orders"}}
    started = time.monotonic()
    rabbit.life(DelayedDelivery).create(given)
    took = time.monotonic() - started
    for vhost in (theirs, ours):
        with connection(rabbit, vhost) as connected:
            kombus.declare_native_delayed_delivery_exchanges_and_queues(connected, kind)
            kombus.bind_queue_to_native_delayed_delivery_exchange(connected, queue)
    assert objects(rabbit, ours) == objects(rabbit, theirs)
    assert took < 20, "measured: 0.3 s on an idle machine"


def test_a_countdown_arrives_before_any_worker(rabbit: Rabbit) -> None:
    """A message of one second, sent to the entry level, comes back to its queue."""
    vhost = rabbit.vhost()
    app_queue(rabbit, vhost, "orders")
    rabbit.life(DelayedDelivery).create({"vhost": vhost, "bindings": {"orders": "orders"}})
    rabbit.publish(vhost, "celery_delayed_27", kombus.calculate_routing_key(1, "orders"))
    with rabbit.channel(vhost) as channel:
        deadline = time.monotonic() + 15
        while channel.basic_get("orders", no_ack=True) is None:
            assert time.monotonic() < deadline
            time.sleep(0.1)


@KIND
def test_what_a_worker_declared_is_taken_up(rabbit: Rabbit, kind: str) -> None:
    """In our vhost; with the other type it is refused where messages could be lost, else mended."""
    vhost = rabbit.name("vhosts")
    rabbit.life(Vhost).create({"name": vhost})
    with connection(rabbit, vhost) as connected:
        kombus.declare_native_delayed_delivery_exchanges_and_queues(connected, kind)
    life = rabbit.life(DelayedDelivery)
    life.create({"vhost": vhost, "queueType": kind})
    other = "classic" if kind == "quorum" else "quorum"
    rabbit.publish(vhost, "celery_delayed_27", kombus.calculate_routing_key(2**27, "orders"))
    with pytest.raises(Failed, match=r"1 message waits .*'celery_delayed_27'.*declared otherwise"):
        life.create({"vhost": vhost, "queueType": other})
    life.create({"vhost": vhost, "queueType": other, "forceDestroy": True})


def test_drift_is_seen_and_mended(rabbit: Rabbit) -> None:
    """A missing queue, exchange and binding, and a queue declared otherwise."""
    life, vhost = rabbit.life(DelayedDelivery), rabbit.vhost()
    app_queue(rabbit, vhost, "orders")
    given = {"vhost": vhost, "bindings": {"orders": "orders"}}
    made = life.create(given)
    before = objects(rabbit, vhost)
    rabbit.call("DELETE", "queues", vhost, "celery_delayed_3")
    rabbit.call("DELETE", "exchanges", vhost, "celery_delayed_5")
    rabbit.call("DELETE", "queues", vhost, "celery_delayed_9")
    body = {"durable": True, "arguments": {"x-queue-type": "classic"}}
    rabbit.call("PUT", "queues", vhost, "celery_delayed_9", body=body)
    rabbit.call("DELETE", "bindings", vhost, "e", "orders", "q", "orders", "%23.orders")
    found = life.refresh(made)
    assert found is not None
    assert {
        "queue celery_delayed_3",
        "queue celery_delayed_9",
        "exchange celery_delayed_5",
        "binding of celery_delayed_3 to the queue celery_delayed_3",
        "binding of celery_delayed_6 to the exchange celery_delayed_5",
    } <= set(found.state["missing"])
    assert life.diff(found, given) == {"missing": "UPDATE", "bindings": "UPDATE"}
    life.update(found, given)
    assert objects(rabbit, vhost) == before


def test_bindings_change_in_place(rabbit: Rabbit) -> None:
    """A queue comes, changes its key and goes; a worker's own bindings stay."""
    life, vhost = rabbit.life(DelayedDelivery), rabbit.vhost()
    for name in ("a", "b", "workers"):
        queue = app_queue(rabbit, vhost, name)
    made = life.create({"vhost": vhost, "bindings": {"a": "a"}})
    with connection(rabbit, vhost) as connected:
        kombus.bind_queue_to_native_delayed_delivery_exchange(connected, queue)
    assert life.drift(made, {"vhost": vhost, "bindings": {"a": "a"}}) == {}
    made = life.update(made, {"vhost": vhost, "bindings": {"a": "x.y", "b": "b"}})
    assert delayed.bound(objects(rabbit, vhost), None) == {
        "a": "x.y",
        "b": "b",
        "workers": "workers",
    }
    life.update(made, {"vhost": vhost})
    assert delayed.bound(objects(rabbit, vhost), None) == {"workers": "workers"}


@KIND
def test_delayed_messages_are_guarded(rabbit: Rabbit, kind: str) -> None:
    """A countdown of this moment stops the delete; everything goes when nothing waits."""
    life, vhost = rabbit.life(DelayedDelivery), rabbit.vhost()
    app_queue(rabbit, vhost, "orders")
    before = objects(rabbit, vhost)
    given = {"vhost": vhost, "queueType": kind, "bindings": {"orders": "orders"}}
    made = life.create(given)
    rabbit.publish(vhost, "celery_delayed_27", kombus.calculate_routing_key(2**20, "orders"))
    with pytest.raises(Failed, match=r"1 message waits in the delayed delivery .*_20'"):
        life.delete(made)
    rabbit.call("DELETE", "queues", vhost, "celery_delayed_20", "contents")
    made = life.update(made, given | {"forceDestroy": True})
    life.delete(made)
    assert objects(rabbit, vhost) == before
    life.delete(made)


def test_missing_queue_and_vhost_are_named(rabbit: Rabbit) -> None:
    """The app's queue and exchange must be there first."""
    life, vhost = rabbit.life(DelayedDelivery), rabbit.vhost()
    with pytest.raises(Failed, match="there is no exchange 'orders' in the vhost"):
        life.create({"vhost": vhost, "bindings": {"orders": "orders"}})
    with pytest.raises(Failed, match="there is no vhost 'no/where'"):
        life.create({"vhost": "no/where"})


def test_an_administrator_without_permissions_in_the_vhost(rabbit: Rabbit) -> None:
    """It may define, but not delete queues: a sentence says what to give it."""
    name, vhost = rabbit.name("users"), rabbit.vhost()
    rabbit.call("PUT", "users", name, body={"password": "p", "tags": "administrator"})
    life = rabbit.life(DelayedDelivery, username=name, password="p")
    made = life.create({"vhost": vhost, "forceDestroy": True})
    with pytest.raises(Failed, match=r"the administrator .* may not do this in the vhost: give it"):
        life.delete(made)
    with pytest.raises(amqp.exceptions.NotAllowed), rabbit.channel(vhost, name, "p"):
        pass
