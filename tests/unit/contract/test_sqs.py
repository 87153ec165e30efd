"""SQS: names and settings are read back by kombu's own transport; nothing leaves the machine."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import pytest
from celery import Celery
from hypothesis import given
from hypothesis import strategies as st
from kombu.asynchronous.aws.connection import AsyncHTTPSConnection
from kombu.connection import Connection
from kombu.transport.SQS import Channel
from kombu.transport.SQS.exceptions import UndefinedQueueException

from celeriac.contract import (
    SQS_LONGEST,
    Problem,
    Queue,
    Uses,
    is_fifo,
    merge,
    pairing_problems,
    postgresql_settings,
    redis_result_settings,
    sqs_dead_letter_name,
    sqs_names,
    sqs_prefix_problem,
    sqs_queue_name,
    sqs_queue_problem,
    sqs_queue_settings,
    sqs_settings,
    sqs_url,
    sqs_visibility_timeout,
    to_json,
)
from celeriac.contract.pairing import SQS_MESSAGE

if TYPE_CHECKING:
    from collections.abc import Callable

QUEUES = (
    Queue(name="mails", default=True),
    Queue(name="bulk.mails"),
    Queue(name="orders.eu.fifo"),
)
PREFIX = "shop-"
AWS = "https://sqs.eu-west-1.amazonaws.com/123456789012"
URLS = {queue.name: f"{AWS}/{sqs_queue_name(PREFIX, queue.name)}" for queue in QUEUES}
MANGLE: Callable[[str], str] = partial(Channel.entity_name, cast("Channel", None))
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60)


def settings(**changes: Any) -> dict[str, Any]:
    """Settings of an app with three queues."""
    given: dict[str, Any] = {
        "urls": URLS,
        "prefix": PREFIX,
        "region": "eu-west-1",
        "visibility_timeout": 6000,
    }
    return sqs_settings(QUEUES, **(given | changes))


def channel(url: str = "sqs://", **changes: Any) -> Channel:
    """The channel that kombu makes from the settings as JSON."""
    options = json.loads(to_json(settings(**changes)))["broker_transport_options"]
    made = Connection(url, transport_options=options).channel()
    assert isinstance(made, Channel)
    return made


# --- names


@given(prefix=st.from_regex(r"[A-Za-z0-9_-]{0,20}", fullmatch=True), queue=NAMES)
def test_names_are_those_of_kombu(prefix: str, queue: str) -> None:
    """Whatever the name, kombu looks for the queue that we make."""
    assert sqs_queue_name(prefix, queue) == MANGLE(prefix + queue)


@pytest.mark.parametrize(
    ("queue", "name", "dead_letter"),
    [
        ("mails", "shop-mails", "shop-mails-dead-letter"),
        ("a.b:c/d", "shop-a-b_c_d", "shop-a-b_c_d-dead-letter"),
        ("a.b.fifo", "shop-a-b.fifo", "shop-a-b-dead-letter.fifo"),
        ("fifo", "shop-fifo", "shop-fifo-dead-letter"),
    ],
)
def test_names_of_dead_letters(queue: str, name: str, dead_letter: str) -> None:
    """A FIFO queue's dead letters are a FIFO queue, as SQS wants it, and kombu mangles neither."""
    assert (sqs_queue_name("shop-", queue), sqs_dead_letter_name("shop-", queue)) == (
        (name, dead_letter)
    )
    assert is_fifo(dead_letter) is is_fifo(queue)


@pytest.mark.parametrize("queue", ["a b", "é", "a\u200b", ".fifo"])
def test_names_that_kombu_leaves_as_they_are(queue: str) -> None:
    """Neither kombu nor SQS can do anything with them."""
    problem = sqs_queue_problem("", queue)
    assert problem is not None
    assert "SQS does not take" in problem


def test_names_that_are_too_long() -> None:
    """The longest of the names that come from it counts, and `.fifo` counts too."""
    assert sqs_queue_problem("", "a" * 68) is None
    assert sqs_queue_problem("", "a" * 69) == (
        f"is {'a' * 69}-dead-letter on SQS, 81 characters where 80 are the most: use a shorter "
        "name or prefix"
    )
    assert sqs_queue_problem("", "a" * 80, dead_letter=False) is None
    assert sqs_queue_problem("b", "a" * 80, dead_letter=False) is not None
    assert sqs_queue_problem("", "a" * 63 + ".fifo") is None
    assert sqs_queue_problem("", "a" * 64 + ".fifo") is not None


def test_prefixes() -> None:
    """A prefix stands on SQS as it is written; none is one too."""
    assert [sqs_prefix_problem(good) for good in ("", "shop-", "A_1")] == [None] * 3
    assert all(sqs_prefix_problem(bad) for bad in ("a.", "a:", "a b", "é", "a\n"))


def test_all_names_of_an_app() -> None:
    """Each queue and its dead letters, unless it has none."""
    queues = [Queue(name="a.b"), Queue(name="c.fifo", dead_letter=False)]
    assert sqs_names("p-", queues) == [
        ("p-a-b", "a.b"),
        ("p-a-b-dead-letter", "a.b"),
        ("p-c.fifo", "c.fifo"),
    ]


# --- settings


def test_the_settings() -> None:
    """All of them, and no credential among them."""
    assert settings(prefetch=4) == {
        "task_default_queue": "mails",
        "task_default_exchange": "mails",
        "task_default_exchange_type": "direct",
        "task_default_routing_key": "mails",
        "task_queues": {
            name: {"exchange": name, "exchange_type": "direct", "binding_key": name}
            for name in ("mails", "bulk.mails", "orders.eu.fifo")
        },
        "task_create_missing_queues": False,
        "broker_transport_options": {
            "region": "eu-west-1",
            "queue_name_prefix": "shop-",
            "predefined_queues": {
                "mails": {"url": f"{AWS}/shop-mails"},
                "bulk.mails": {"url": f"{AWS}/shop-bulk-mails"},
                "orders.eu.fifo": {"url": f"{AWS}/shop-orders-eu.fifo"},
                "shop-mails": {"url": f"{AWS}/shop-mails"},
                "shop-bulk-mails": {"url": f"{AWS}/shop-bulk-mails"},
                "shop-orders-eu.fifo": {"url": f"{AWS}/shop-orders-eu.fifo"},
            },
            "visibility_timeout": 6000,
            "wait_time_seconds": 10,
            "polling_interval": 1,
        },
        "result_backend_transport_options": {"visibility_timeout": 6000},
        "visibility_timeout": 6000,
        "worker_enable_remote_control": False,
        "worker_send_task_events": False,
        "task_send_sent_event": False,
        "broker_connection_retry_on_startup": True,
        "worker_prefetch_multiplier": 4,
    }


def test_the_settings_fit_any_result_backend() -> None:
    """Nothing of one contradicts the other."""
    with_redis = merge(settings(), redis_result_settings(prefix="r:", expires=60))
    assert with_redis["result_backend_transport_options"] == {
        "visibility_timeout": 6000,
        "global_keyprefix": "r:",
    }
    assert merge(settings(), postgresql_settings(expires=60))["result_expires"] == 60


def test_kombu_finds_every_queue() -> None:
    """By Celery's name, without a call; another queue is refused and never made."""
    found = channel()
    for name, url in URLS.items():
        assert found._resolve_queue_url(name) == url
    with pytest.raises(UndefinedQueueException):
        found._new_queue("other")


@pytest.mark.parametrize("name", URLS)
def test_workers_without_an_event_loop_find_every_queue(name: str) -> None:
    """Kombu asks for the client by the plain name there, and by the mangled one elsewhere."""
    found = channel("sqs://AKID:key@")
    for asked in (name, found.canonical_queue_name(name)):
        client = found.sqs(queue=asked)
        assert client.meta.endpoint_url == "https://sqs.eu-west-1.amazonaws.com"
        assert client.meta.region_name == "eu-west-1"


def test_a_plain_name_that_is_anothers_mangled_name() -> None:
    """The mangled name wins: URLs are found by it."""
    urls = {"a": "https://h/0/p-a", "p-a": "https://h/0/p-p-a"}
    queues = [Queue(name="a", default=True), Queue(name="p-a")]
    known = sqs_queue_settings(queues, urls=urls, prefix="p-", region="r")
    assert known["broker_transport_options"]["predefined_queues"] == {
        "a": {"url": urls["a"]},
        "p-a": {"url": urls["a"]},
        "p-p-a": {"url": urls["p-a"]},
    }


def test_celery_knows_the_queues() -> None:
    """A worker without -Q consumes all, and none that is only known."""
    app = Celery("t", set_as_current=False)
    urls = URLS | {"proof": f"{AWS}/shop-proof"}
    app.conf.update(json.loads(to_json(settings(urls=urls))), broker_url="sqs://")
    assert set(app.amqp.queues.consume_from) == set(URLS)
    assert app.amqp.default_queue.name == "mails"
    options = app.connection_for_write().transport_options
    assert options["predefined_queues"]["shop-proof"] == {"url": urls["proof"]}
    assert type(options["visibility_timeout"]) is int


@pytest.mark.parametrize(("secure", "scheme"), [(True, "https"), (False, "http")])
def test_an_endpoint_of_ones_own(secure: bool, scheme: str) -> None:
    """Kombu takes it for http unless it is told."""
    found = channel(sqs_url(host="sqs.example.com", port=9324), endpoint=True, secure=secure)
    assert found.endpoint_url == f"{scheme}://sqs.example.com:9324"
    assert found.sqs(queue="mails").meta.endpoint_url == found.endpoint_url


def test_a_long_poll_ends_before_kombus_request() -> None:
    """SQS would allow 20 s, after which kombu's worker has given the request up."""
    found = channel()
    request = AsyncHTTPSConnection(http_client=object()).getrequest()
    assert found.wait_time_seconds < request.request_timeout == 20
    assert found.connection.polling_interval == 1


class Asked:
    """A connection to SQS that notes for how many messages it is asked."""

    def __init__(self) -> None:
        self.messages: dict[str, int] = {}

    def receive_message(self, name: str, url: str, *, number_messages: int, **_: object) -> None:
        """Note it, and never answer."""
        self.messages[name] = number_messages


def test_a_worker_asks_every_queue_for_as_much_as_it_has_room_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All at once: that is why prefetch counts once per queue in the visibility timeout."""
    found, asked = channel(), Asked()
    monkeypatch.setattr(found, "asynsqs", lambda queue: asked)
    found.basic_qos(0, 4, apply_global=False)
    found._consumers.add("tag")
    for name in URLS:
        found._active_queues.append(name)
        found._schedule_queue(name)
    assert asked.messages == dict.fromkeys(
        ("shop-mails", "shop-bulk-mails", "shop-orders-eu.fifo"), 4
    )
    assert sqs_visibility_timeout(longest_task=100, longest_delay=0, prefetch=4, queues=3) == 1430
    assert SQS_LONGEST == 12 * 60 * 60


# --- what cannot work


def test_every_problem_at_once() -> None:
    """What SQS has not, each with the key it is about."""
    problems = pairing_problems(
        broker="sqs",
        backend="rpc",
        uses=Uses(priorities=2, remote_control=True, events=True, largest_message=2**20),
    )
    assert [problem.where for problem in problems] == [
        "uses.priorities",
        "uses.remoteControl",
        "uses.events",
        "uses.largestMessage",
        "resultBackend.kind",
    ]


def test_what_works() -> None:
    """Nothing is refused that works, or that is said not to be used."""
    uses = Uses(remote_control=False, events=False, chords=True, beat=True, largest_message=1000)
    assert pairing_problems(broker="sqs", backend="postgresql", expires=60, uses=uses) == []
    assert pairing_problems(broker="sqs", backend="redis", uses=uses) == []


@pytest.mark.parametrize(
    ("size", "limit", "what"),
    [
        (SQS_MESSAGE * 9 // 16, None, None),
        (
            SQS_MESSAGE * 9 // 16 + 1,
            None,
            (
                "is 589825 bytes, which kombu's base64 makes 1048578 on SQS, and a queue takes at "
                "most 1048576: keep large data elsewhere and send a reference to it"
            ),
        ),
        (144, 256, None),
        (
            1440,
            2000,
            (
                "is 1440 bytes, which kombu's base64 makes 2560 on SQS, and a queue takes at most "
                "2000: write a maxMessageSize from 2560 to 1048576 in the server's entry"
            ),
        ),
    ],
)
def test_large_messages(size: int, limit: int | None, what: str | None) -> None:
    """A body is base64 twice on its way; the queue's own limit counts where it is lower."""
    found = pairing_problems(
        broker="sqs", backend=None, max_message_size=limit, uses=Uses(largest_message=size)
    )
    assert found == ([] if what is None else [Problem("uses.largestMessage", what)])


def test_kombus_base64_grows_by_what_we_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body of Celery's, as kombu hands it to boto3, less its envelope."""
    sent: list[int] = []

    class Client:
        """Notes how long a message is."""

        def send_message(self, **call: str) -> None:
            """Note it."""
            sent.append(len(call["MessageBody"]))

    found = channel()
    monkeypatch.setattr(found, "sqs", lambda queue: Client())
    for length in (0, 90_000):
        found.basic_publish(
            found.prepare_message("x" * length), exchange="", routing_key="bulk.mails"
        )
    assert sent[1] - sent[0] == pytest.approx(90_000 * 16 / 9, abs=4)
