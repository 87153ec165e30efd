"""What a sentence suggests instead works with what else the app says."""

from __future__ import annotations

import itertools
import re
from typing import get_args

import pytest

from celeriac.contract import Uses, pairing_problems
from celeriac.contract.pairing import broadcasting, keeping_results
from celeriac.contract.results import Backend

DAY = 86_400
KINDS = frozenset(get_args(Backend)) - {"rpc", "django-db", "django-cache"}
"""Those that are a server of their own: a project of Django's keeps its results in one of these."""
USES = [
    Uses(chords=chords, shared_results=shared, beat=beat, largest_message=size)
    for chords, shared, beat, size in itertools.product(
        (None, True), (None, True), (None, False), (None, 70_000)
    )
]


def named(sentence: str) -> set[str]:
    """The backends that a sentence names."""
    return {kind for kind in KINDS if kind in re.findall(r"\w+", sentence)}


@pytest.mark.parametrize("expires", [DAY, None])
@pytest.mark.parametrize("uses", USES, ids=str)
def test_the_backends_that_are_suggested_are_those_that_work(
    uses: Uses, expires: int | None
) -> None:
    """All of them, and no other."""
    working = {
        kind
        for kind in KINDS
        if not pairing_problems(broker="rabbitmq", backend=kind, expires=expires, uses=uses)
    }
    assert named(keeping_results(expires, uses)) == working


def test_the_brokers_that_are_suggested_reach_every_worker() -> None:
    """Where remote control works, and nowhere else."""
    assert broadcasting() == "a rabbitmq, redis or pubsub server"
    for kind in ("rabbitmq", "redis", "pubsub"):
        asked = Uses(remote_control=True, events=True)
        assert pairing_problems(broker=kind, backend=None, uses=asked) == []
