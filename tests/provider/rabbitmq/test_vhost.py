"""Vhosts on a real server."""

from __future__ import annotations

import base64
import json
import random
import socket
import time
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from celeriac_provider.rabbitmq.vhost import Vhost
from tests.lifecycle import UNKNOWN, Failed
from tests.provider.rabbitmq.conftest import Rabbit

ALL: dict[str, Any] = {
    "description": "orders, €",
    "defaultQueueType": "classic",
    "tags": ["eu", "team a"],
    "maxConnections": 5,
    "maxQueues": 0,
}


def test_defaults(rabbit: Rabbit) -> None:
    """A vhost with only a name is of quorum queues, carries the mark and hides it."""
    name = rabbit.name("vhosts")
    vhost = rabbit.life(Vhost).create({"name": name})
    assert vhost.state == {
        "adopt": False,
        "forceDestroy": False,
        "mark": vhost.state["mark"],
        "name": name,
        "description": "",
        "defaultQueueType": "quorum",
        "tags": [],
        "maxConnections": -1,
        "maxQueues": -1,
    }
    found = rabbit.get("vhosts", name)
    assert found["default_queue_type"] == "quorum"
    assert found["tags"] == [vhost.state["mark"]]


def test_default_queue_type_is_honoured(rabbit: Rabbit) -> None:
    """A queue that is declared without a type gets the vhost's."""
    name = rabbit.name("vhosts")
    rabbit.life(Vhost).create({"name": name})
    with rabbit.channel(name) as channel:
        channel.queue_declare("q", durable=True, auto_delete=False)
    assert rabbit.get("queues", name, "q")["type"] == "quorum"


def test_a_create_that_was_cut_short_leaves_the_administrator_outside(rabbit: Rabbit) -> None:
    """RabbitMQ lets the maker in after it has made the vhost: the next create does that."""
    life, name = rabbit.life(Vhost), rabbit.name("vhosts")
    life.create({"name": name})
    administrator = rabbit.server["username"]
    rabbit.call("DELETE", "permissions", name, administrator)
    life.create({"name": name})
    assert rabbit.get("permissions", name, administrator)["configure"] == ".*"


def test_a_create_that_was_cut_short_leaves_a_vhost_that_is_down(rabbit: Rabbit) -> None:
    """RabbitMQ starts a vhost after it has written it down: the next create does that."""
    life, name = rabbit.life(Vhost), rabbit.name("vhosts")
    mark = life.create({"name": name}).state["mark"]
    for _ in range(50):
        rabbit.call("DELETE", "vhosts", name)
        _put_and_hang_up(rabbit.server, name, {"tags": mark})
        found = rabbit.get("vhosts", name) or {"cluster_state": {}}
        if "stopped" in found["cluster_state"].values():
            break
    else:
        pytest.fail("no vhost was ever caught between being written down and being started")
    life.create({"name": name})
    with rabbit.channel(name) as channel:
        channel.queue_declare("q", durable=True, auto_delete=False)


def _put_and_hang_up(server: dict[str, Any], name: str, body: dict[str, Any]) -> None:
    """Ask for a vhost as a client that dies a moment later; come back when it is written down."""
    url = httpx.URL(server["management"])
    user = base64.b64encode(f"{server['username']}:{server['password']}".encode()).decode()
    content = json.dumps(body)
    head = (
        f"PUT /api/vhosts/{quote(name, safe='')} HTTP/1.1",
        f"Host: {url.host}",
        f"Authorization: Basic {user}",
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
    )
    with socket.create_connection((url.host, url.port)) as line:
        line.sendall("\r\n".join((*head, "", content)).encode())
        # Milliseconds on an idle machine with its data in memory, tens of them on a busy disk.
        time.sleep(10 ** random.uniform(-3.7, -1.3))  # noqa: S311 - nothing is kept secret by it
    time.sleep(0.3)  # long enough to start it, if it is to be started


def test_created_with_everything(rabbit: Rabbit) -> None:
    """All properties at once."""
    life, name = rabbit.life(Vhost), rabbit.name("vhosts")
    vhost = life.create({"name": name} | ALL)
    assert vhost.state | ALL == vhost.state
    limits = rabbit.get("vhost-limits", name)[0]["value"]
    assert limits == {"max-connections": 5, "max-queues": 0}


def test_a_limit_nobody_asked_for_is_drift(rabbit: Rabbit) -> None:
    """No limit is a wish too."""
    life, name = rabbit.life(Vhost), rabbit.name("vhosts")
    vhost = life.create({"name": name})
    rabbit.call("PUT", "vhost-limits", name, "max-queues", body={"value": 3})
    assert life.drift(vhost, {"name": name}) == {"maxQueues": "UPDATE"}


def test_preview_touches_nothing(rabbit: Rabbit) -> None:
    """A preview with an unknown property knows the rest."""
    name = rabbit.name("vhosts")
    seen = rabbit.life(Vhost).preview({"name": name, "description": UNKNOWN})
    assert (seen["description"], seen["defaultQueueType"]) == (UNKNOWN, "quorum")
    assert rabbit.get("vhosts", name) is None


@pytest.mark.parametrize("kind", ["classic", "quorum"])
def test_waiting_messages_are_guarded(rabbit: Rabbit, kind: str) -> None:
    """A message of this moment stops the delete, unless forceDestroy is in the state."""
    life, name = rabbit.life(Vhost), rabbit.name("vhosts")
    vhost = life.create({"name": name})
    with rabbit.channel(name) as channel:
        channel.queue_declare(
            "q", durable=True, auto_delete=False, arguments={"x-queue-type": kind}
        )
    rabbit.publish(name, "", "q")
    with pytest.raises(
        Failed, match=r"at least 1 message waits in the vhost .*in 'q'.*forceDestro"
    ):
        life.delete(vhost)
    with rabbit.channel(name) as channel:
        assert channel.basic_get("q") is not None, "the message was lost by looking"
    vhost = life.update(vhost, {"name": name, "forceDestroy": True})
    life.delete(vhost)
    assert rabbit.get("vhosts", name) is None
    life.delete(vhost)


def test_a_message_in_a_consumers_hands_is_guarded(rabbit: Rabbit) -> None:
    """A task that runs with acks_late is lost as well when its queue goes."""
    life, name = rabbit.life(Vhost), rabbit.name("vhosts")
    vhost = life.create({"name": name})
    with rabbit.channel(name) as channel:
        channel.queue_declare(
            "q", durable=True, auto_delete=False, arguments={"x-queue-type": "classic"}
        )
        rabbit.publish(name, "", "q")
        assert channel.basic_get("q") is not None
        with pytest.raises(Failed, match="at least 1 message waits"):
            life.delete(vhost)


def test_empty_queues_stop_nothing(rabbit: Rabbit) -> None:
    """A vhost with empty queues is deleted at once."""
    life, name = rabbit.life(Vhost), rabbit.name("vhosts")
    vhost = life.create({"name": name})
    with rabbit.channel(name) as channel:
        for kind in ("classic", "quorum"):
            arguments = {"x-queue-type": kind}
            channel.queue_declare(kind, durable=True, auto_delete=False, arguments=arguments)
    life.delete(vhost)
    assert rabbit.call("GET", "vhosts", name).status_code == httpx.codes.NOT_FOUND
