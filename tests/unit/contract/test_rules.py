"""Timeouts, the default queue, names, and pairs that cannot work."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celeriac.contract import (
    Backend,
    BrokerKind,
    Problem,
    Queue,
    Uses,
    app_problem,
    consumer_timeout,
    database_problem,
    default_queue,
    nested_prefixes,
    pairing_problems,
    prefix_problem,
    proof_queue,
    queue_problem,
    user_problem,
    vhost_problem,
    visibility_timeout,
)

SECONDS = st.integers(1, 10**7)


@given(task=SECONDS, delay=SECONDS, prefetch=st.integers(1, 100))
def test_timeouts_are_above_the_longest_wait(task: int, delay: int, prefetch: int) -> None:
    """A task may be held for its delay, wait for those prefetched before it, and then run."""
    wait = delay + (prefetch + 1) * task
    timeout = visibility_timeout(longest_task=task, longest_delay=delay, prefetch=prefetch)
    assert timeout >= wait + 60
    assert timeout <= wait * 1.1 + 61
    held = consumer_timeout(
        longest_task=task, longest_delay=delay, prefetch=prefetch, delayed_delivery=False
    )
    assert held == max(timeout, 1800)


@pytest.mark.parametrize(
    ("task", "prefetch", "expected"), [(60, 1, 1800), (7200, 1, 15_840), (7200, 4, 39_600)]
)
def test_delays_that_the_broker_holds_do_not_count(task: int, prefetch: int, expected: int) -> None:
    """With native delayed delivery only runs count, and never less than RabbitMQ's default."""
    timeout = consumer_timeout(
        longest_task=task, longest_delay=10**6, prefetch=prefetch, delayed_delivery=True
    )
    assert timeout == expected


def test_the_only_queue_is_the_default() -> None:
    """It need not be marked."""
    assert default_queue([Queue(name="a")]).name == "a"


def test_the_marked_queue_is_the_default() -> None:
    """Order means nothing: Pulumi sorts the keys of a map."""
    assert default_queue([Queue(name="a"), Queue(name="b", default=True)]).name == "b"


@pytest.mark.parametrize(
    ("queues", "message"),
    [
        ([], "no queue is marked default"),
        ([Queue(name="a"), Queue(name="b")], r"no queue is marked default \(a, b\)"),
        (
            [Queue(name="a", default=True), Queue(name="b", default=True)],
            r"more than one queue is marked default \(a, b\)",
        ),
    ],
)
def test_no_default_queue(queues: list[Queue], message: str) -> None:
    """Guessing one would send tasks where nobody looks."""
    with pytest.raises(ValueError, match=message):
        default_queue(queues)


def test_the_proofs_queue() -> None:
    """Its name is one that no app's queue can have."""
    queue = proof_queue("orders")
    assert (queue.name, queue.default) == ("orders.celeriac-proof", True)
    assert queue_problem(queue.name) is not None


@pytest.mark.parametrize("name", ["orders", "bulk.emails", "Q-1_x", "with space", "é", "a" * 199])
def test_names_of_queues(name: str) -> None:
    """What is fine."""
    assert queue_problem(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        " a",
        "a,b",
        "a\nb",
        "\x06",
        "a" * 200,
        "é" * 100,
        "." * 67,
        "amq.gen-1",
        "celeryev",
        "celeryev.x",
        "celery.pidbox",
        "reply.celery.pidbox",
        "celery_delayed_3",
        "celery_delayed_delivery",
        "celeriac.dead-letter",
    ],
)
def test_names_that_no_queue_can_have(name: str) -> None:
    """What RabbitMQ, Celery's command line, native delayed delivery or we would trip over."""
    assert queue_problem(name) is not None


@pytest.mark.parametrize(
    ("problem", "good", "bad"),
    [
        (app_problem, ["a", "my-app_2"], ["", "A", "1a", "a.b", "a:b", "a--b", "a-", "a" * 41]),
        (vhost_problem, ["/", "/a/b", "é"], ["", "a" * 256, "a\0"]),
        (
            prefix_problem,
            ["a:", "a.b-c_d:e:", "é:", '/@%"~&{}:'],
            ["a", "", ":a", "a*:", "a b:", "a\\:", "a\t:"],
        ),
        (
            database_problem,
            ["a", "_a-1", "1a", "a.b~c", "a" * 57],
            ["", "pg_a", "a b", "a%b", "a?b", "a" * 58, "é"],
        ),
        (
            lambda name: user_problem(name, system="rabbitmq"),
            ["a", "a b", "a:b", "é/"],
            ["", "guest", "..", "a" * 256],
        ),
        (
            lambda name: user_problem(name, system="redis"),
            ["a", "a:b", "*~&"],
            ["", "default", "a b"],
        ),
        (
            lambda name: user_problem(name, system="postgresql"),
            ["a", "app-1", "PUBLIC", "\"; a'", "..", "é" * 31],
            ["", "public", "none", "pg_a", "a" * 64, "é" * 32],
        ),
    ],
)
def test_names_of_other_things(problem: object, good: list[str], bad: list[str]) -> None:
    """Each system's own limits."""
    assert callable(problem)
    assert [name for name in good if problem(name) is not None] == []
    assert [name for name in bad if problem(name) is None] == []


def test_prefixes_that_are_not_apart() -> None:
    """A rule for `a:*` lets in at `a:b:`, whichever comes first."""
    assert nested_prefixes("a:", "a:b:")
    assert nested_prefixes("a:b:", "a:")
    assert nested_prefixes("a:", "a:")
    assert not nested_prefixes("a:", "ab:")


@pytest.mark.parametrize(
    ("broker", "backend", "uses"),
    [
        ("rabbitmq", "rpc", Uses(priorities=2, remote_control=True, events=True)),
        ("rabbitmq", "postgresql", Uses(chords=True, shared_results=True, beat=True)),
        ("rabbitmq", "redis", Uses(chords=True, beat=False)),
        ("redis", "redis", Uses(chords=True, priorities=10, largest_message=10**8)),
        ("redis", "postgresql", Uses()),
        ("rabbitmq", "rpc", Uses(chords=False, shared_results=False, beat=False)),
        ("rabbitmq", None, Uses(chords=True)),
    ],
)
def test_pairs_that_work(broker: BrokerKind, backend: Backend | None, uses: Uses) -> None:
    """Nothing is refused that works, and nothing that was not declared."""
    assert pairing_problems(broker=broker, backend=backend, expires=60, uses=uses) == []


def test_every_problem_of_a_pair_at_once() -> None:
    """All of them, each with the key it is about."""
    problems = pairing_problems(
        broker="rabbitmq",
        backend="rpc",
        delayed_delivery="off",
        uses=Uses(chords=True, shared_results=True, priorities=3, largest_message=2**25),
    )
    assert [problem.where for problem in problems] == [
        "broker.delayedDelivery",
        "uses.priorities",
        "uses.largestMessage",
        "uses.chords",
        "uses.sharedResults",
    ]


def test_a_problem_says_what_to_write() -> None:
    """One sentence, with the mend after a colon."""
    (problem,) = pairing_problems(
        broker="rabbitmq", backend="postgresql", expires=60, uses=Uses(beat=False)
    )
    assert problem == Problem(
        "uses.beat",
        "is false, and nothing but beat deletes expired results in postgresql: run beat, or write "
        "expires: never in resultBackend",
    )
