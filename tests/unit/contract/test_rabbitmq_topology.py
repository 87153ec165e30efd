"""What we declare ahead on RabbitMQ is what Celery declares: nothing is refused with 406."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from unittest.mock import MagicMock

import pytest
from celery import Celery
from celery.utils.quorum_queues import detect_quorum_queues
from hypothesis import given
from hypothesis import strategies as st
from kombu.transport.native_delayed_delivery import (
    bind_queue_to_native_delayed_delivery_exchange,
    calculate_routing_key,
    level_name,
)
from kombu.transport.virtual.exchange import TopicExchange

from celeriac.contract import (
    DEAD_LETTER,
    DELAYED_DELIVERY,
    DELAYED_ENTRY,
    BindingDeclaration,
    ExchangeDeclaration,
    Queue,
    QueueDeclaration,
    Tls,
    amqp_url,
    delayed_bindings,
    queue_problem,
    rabbitmq_settings,
    routing_key,
    to_json,
    topology,
)

if TYPE_CHECKING:
    from celeriac.contract import QueueType

QUEUES = (
    Queue(name="orders", default=True),
    Queue(name="bulk.emails", max_length=5),
    Queue(name="emails"),
)
QUEUE_NAMES = st.text(
    st.one_of(
        st.sampled_from("ab.*#%"),
        st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters=","),
    ),
    min_size=1,
    max_size=30,
).filter(lambda name: queue_problem(name) is None)


def celery_app(**options: Any) -> Celery:
    """A Celery app that has only what an app gets from us: the URL and the settings' JSON."""
    app = Celery("t", set_as_current=False)
    app.conf.broker_url = amqp_url(
        host="localhost", port=5671, user="u", password="p", vhost="v", tls="tls" in options
    )
    app.conf.update(json.loads(to_json(rabbitmq_settings(QUEUES, host="localhost", **options))))
    return app


@pytest.mark.parametrize("queue_type", ["quorum", "classic"])
def test_celery_declares_the_same(queue_type: QueueType) -> None:
    """Exchanges, queues, arguments and bindings of Celery's own queues are those of `topology`."""
    exchanges, queues, bindings = set(), {}, set()
    app = celery_app(queue_type=queue_type, priorities=2)
    for queue in app.amqp.queues.values():
        exchange = queue.exchange
        assert (exchange.durable, exchange.auto_delete, exchange.arguments) == (True, False, None)
        assert (queue.durable, queue.auto_delete, queue.exclusive) == (True, False, False)
        assert (queue.expires, queue.message_ttl, queue.max_length) == (None, None, None)
        exchanges.add(ExchangeDeclaration(name=exchange.name, type=exchange.type))
        queues[queue.name] = queue.queue_arguments
        bindings.add(
            BindingDeclaration(
                source=exchange.name,
                destination=queue.name,
                destination_type="queue",
                routing_key=queue.routing_key,
            )
        )
    ours = topology(QUEUES, queue_type=queue_type, priorities=2)
    dead = ExchangeDeclaration(name=DEAD_LETTER, type="fanout")
    assert exchanges == set(ours.exchanges) - {dead}
    assert queues == {one.name: one.arguments for one in ours.queues if one.name != DEAD_LETTER}
    assert bindings == {one for one in ours.bindings if one.source != DEAD_LETTER}


def test_dead_letters_have_a_quorum_queue_and_keep_their_routing_key() -> None:
    """A fanout exchange takes every key, and at-least-once needs a queue that is replicated."""
    ours = topology(QUEUES, queue_type="classic")
    assert ExchangeDeclaration(name=DEAD_LETTER, type="fanout") in ours.exchanges
    assert QueueDeclaration(name=DEAD_LETTER, arguments={"x-queue-type": "quorum"}) in ours.queues


def test_queues_of_a_worker_without_q() -> None:
    """It consumes every queue of the stack file."""
    assert set(celery_app().amqp.queues.consume_from) == {"orders", "bulk.emails", "emails"}


@pytest.mark.parametrize(("queue_type", "found"), [("quorum", True), ("classic", False)])
def test_celery_detects_quorum_queues(queue_type: QueueType, found: bool) -> None:
    """Without x-queue-type in the settings Celery would set global QoS and not delay natively."""
    detected, _ = detect_quorum_queues(celery_app(queue_type=queue_type), "amqp")
    assert detected is found


def test_classic_queues_have_no_delayed_delivery_setting() -> None:
    """The setting has no meaning there."""
    settings = rabbitmq_settings(QUEUES, host="h", queue_type="classic")
    assert "broker_native_delayed_delivery_queue_type" not in settings
    assert settings["task_default_exchange_type"] == "direct"


def test_classic_queues_have_priorities_as_an_argument() -> None:
    """x-max-priority is the highest priority, one less than the number of levels."""
    ours = topology(QUEUES[:1], queue_type="classic", priorities=10)
    assert ours.queues[0].arguments == {"x-queue-type": "classic", "x-max-priority": 9}
    assert topology(QUEUES[:1], priorities=2).queues[0].arguments == {"x-queue-type": "quorum"}


def test_a_task_goes_to_its_queues_exchange() -> None:
    """`apply_async(queue=…)` and no queue at all both publish where the queue is bound."""
    assert published() == ("orders", "orders")
    assert published(queue="bulk.emails") == ("bulk.emails", "bulk%2Eemails")


def test_a_delayed_task_goes_through_the_broker() -> None:
    """A countdown is published to the first delay exchange with the queue's own routing key."""
    exchange, key = published(queue="bulk.emails", countdown=5)
    assert exchange.name == DELAYED_ENTRY
    assert key == calculate_routing_key(5, "bulk%2Eemails")


def published(**options: Any) -> tuple[Any, Any]:
    """Exchange and routing key of a task sent with these options."""
    app = celery_app()
    producer = MagicMock()
    app.send_task("t.add", producer=producer, **options)
    arguments = producer.publish.call_args.kwargs
    return arguments["exchange"], arguments["routing_key"]


def test_an_unknown_queue_is_refused_by_celery_itself() -> None:
    """The app's user may not declare it, so the name is a mistake and is said to be one."""
    with pytest.raises(Exception, match=r"Queue 'oders' missing from task_queues"):
        celery_app().amqp.router.route({"queue": "oders"}, "t.add")


def test_names_of_delayed_delivery_are_kombus() -> None:
    """Exchanges of native delayed delivery have the names that kombu gives them."""
    assert level_name(27) == DELAYED_ENTRY


def test_delayed_bindings_are_kombus() -> None:
    """The bindings made ahead are those that a worker makes when it starts."""
    made: set[BindingDeclaration] = set()
    for queue in celery_app().amqp.queues.values():
        channel = MagicMock()
        bind_queue_to_native_delayed_delivery_exchange(channel_of(channel), queue)
        for call in channel.exchange_bind.call_args_list:
            made.add(binding(call.kwargs, "exchange"))
        for call in channel.queue_bind.call_args_list:
            made.add(binding(call.kwargs, "queue"))
    assert made == set(delayed_bindings(QUEUES))
    assert {one.source for one in made} > {DELAYED_DELIVERY}


def channel_of(channel: MagicMock) -> MagicMock:
    """A connection whose channel notes what is asked of it."""
    connection = MagicMock()
    connection.channel.return_value = channel
    return connection


def binding(call: dict[str, Any], kind: Any) -> BindingDeclaration:
    """A call of py-amqp as a binding."""
    return BindingDeclaration(
        source=call["source"] if kind == "exchange" else call["exchange"],
        destination=call["destination"] if kind == "exchange" else call["queue"],
        destination_type=kind,
        routing_key=call["routing_key"],
    )


@given(names=st.lists(QUEUE_NAMES, min_size=2, max_size=2, unique=True))
def test_a_delayed_task_reaches_its_own_queue_only(names: list[str]) -> None:
    """`#.<key>` of one queue never matches the key of another, whatever dots are in its name."""
    one, other = names
    exchange: Any = TopicExchange(MagicMock())
    pattern = exchange.key_to_pattern(f"#.{routing_key(one)}")
    message = calculate_routing_key(5, routing_key(one))
    foreign = calculate_routing_key(5, routing_key(other))
    found = [bool(exchange._match(pattern, key)) for key in (message, foreign)]
    assert found == [True, False]


@given(name=QUEUE_NAMES)
def test_a_delayed_key_fits(name: str) -> None:
    """A name that is accepted leaves room for the 28 words before it in a short string."""
    assert len(calculate_routing_key(5, routing_key(name)).encode()) <= 255


def test_settings_of_a_connection() -> None:
    """What must match apart from queues, whole."""
    settings = rabbitmq_settings(
        QUEUES[:1], host="h", prefetch=4, delayed_delivery="classic", tls=Tls("/ca.pem")
    )
    assert settings == {
        "broker_connection_retry_on_startup": True,
        "broker_native_delayed_delivery_queue_type": "classic",
        "broker_transport_options": {"confirm_publish": True},
        "broker_use_ssl": {"ca_certs": "/ca.pem", "cert_reqs": 2, "server_hostname": "h"},
        "task_create_missing_queues": False,
        "task_default_exchange": "orders",
        "task_default_exchange_type": "topic",
        "task_default_queue": "orders",
        "task_default_queue_type": "quorum",
        "task_default_routing_key": "orders",
        "task_queues": {
            "orders": {
                "binding_key": "orders",
                "exchange": "orders",
                "exchange_type": "topic",
                "queue_arguments": {"x-queue-type": "quorum"},
            }
        },
        "worker_prefetch_multiplier": 4,
    }


def test_tls_reaches_py_amqp() -> None:
    """Kombu hands the options to py-amqp, with the host's name as it is in the URL."""
    app = celery_app(tls=Tls())
    connection = app.connection_for_write()
    made = connection.transport
    made.Connection = MagicMock()
    made.establish_connection()
    arguments = made.Connection.call_args.kwargs
    assert arguments["ssl"] == {"cert_reqs": 2, "server_hostname": "localhost"}
    assert arguments["confirm_publish"] is True
