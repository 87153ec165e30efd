"""Every broker with every result backend, whatever an app uses: it works, or is refused with why.

A new kind of either adds a row to a table here, and until then its tests fail.
"""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest
from tests.pairs import PAGE, RAN, table

from celeriac.contract import Backend, BrokerKind, Uses, pairing_problems

BROKERS: tuple[BrokerKind, ...] = get_args(BrokerKind)
BACKENDS: tuple[Backend, ...] = get_args(Backend)
PAIRS = list(product(BROKERS, BACKENDS))
USES = {
    "nothing": Uses(),
    "chords": Uses(chords=True),
    "priorities": Uses(priorities=2),
    "remoteControl": Uses(remote_control=True),
    "events": Uses(events=True),
    "sharedResults": Uses(shared_results=True),
    "beat": Uses(beat=False),
    "100 kB": Uses(largest_message=100_000),
    "800 kB": Uses(largest_message=800_000),
    "20 MB": Uses(largest_message=20_000_000),
    "1 GB": Uses(largest_message=1_000_000_000),
}
_SIZES = {"20 MB", "1 GB"}
BROKER_REFUSES: dict[str, set[str]] = {
    "rabbitmq": _SIZES,
    "redis": {"1 GB"},
    "sqs": {"priorities", "remoteControl", "events", "800 kB"} | _SIZES,
    "kafka": {"priorities", "remoteControl", "events", "800 kB"} | _SIZES,
    "pubsub": {"priorities"} | _SIZES,
}
"""Which of these uses a broker cannot have, whatever the result backend."""
BACKEND_REFUSES: dict[str, set[str]] = {
    "rpc": {"chords", "sharedResults"},
    "redis": set(),
    "postgresql": {"beat"},
    "mysql": {"beat", "100 kB", "800 kB"} | _SIZES,
    "memcached": set(),
    "mongodb": set(),
    "elasticsearch": set(),
    "django-db": {"beat"},
    "django-cache": set(),
}
"""Which a result backend cannot have, whatever the broker."""
ONLY: dict[str, set[str]] = {"rpc": {"rabbitmq"}}
"""Result backends that want a certain broker."""


def key_of(use: str) -> str:
    """The key below `uses` that says it."""
    return "largestMessage" if use.endswith("B") else use


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize(("broker", "backend"), PAIRS)
def test_a_pair_is_decided(broker: BrokerKind, backend: Backend, use: str) -> None:
    """Refused at the keys that the tables name, and nowhere else; each with what to write."""
    places = [
        f"uses.{key_of(use)}"
        for refused in (BROKER_REFUSES[broker], BACKEND_REFUSES[backend])
        if use in refused
    ]
    if broker not in ONLY.get(backend, BROKERS):
        places.append("resultBackend.kind")
    found = pairing_problems(broker=broker, backend=backend, expires=3600, uses=USES[use])
    assert sorted(problem.where for problem in found) == sorted(places)
    assert all(": " in problem.what for problem in found)


def test_every_kind_is_in_a_pair_that_ran() -> None:
    """In two of them, or in all that are allowed; none that is refused is said to have run."""
    allowed = {
        (broker, backend)
        for broker, backend in PAIRS
        if not pairing_problems(broker=broker, backend=backend, expires=3600)
    }
    assert RAN.keys() <= allowed
    for kind in BROKERS:
        assert sum(broker == kind for broker, _ in RAN) >= 2, kind
    for backend in BACKENDS:
        most = sum(pair[1] == backend for pair in allowed)
        assert sum(pair[1] == backend for pair in RAN) >= min(2, most), backend


@pytest.mark.parametrize(("pair", "file"), RAN.items(), ids=str)
def test_what_ran_is_there(pair: tuple[str, str], file: str) -> None:
    """The file of tests."""
    assert (PAGE.parents[1] / "tests" / "e2e" / file).is_file(), pair


def test_the_page_says_so() -> None:
    """`python -m tests.pairs` writes it."""
    assert table() in PAGE.read_text(encoding="utf-8")
