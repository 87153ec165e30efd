"""The provider dies, or loses an answer, after each call of a create; then the next run goes on."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from tests.lifecycle import Failed, Life
from tests.provider.conformance.case import Case
from tests.provider.conformance.deaths import Killed

REFUSED = r"not made by this stack|another stack has|is managed by another"


# redis-py sends UNWATCH when a pipeline is collected: a dead process does not.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_kill_between_every_two_calls_of_create(case: Case) -> None:
    """Another stack is refused what is there; the same resource goes on; all of it can be deleted.

    The state knows nothing of the object: create did not return.
    """
    case.prepare()
    given = case.full()
    total, wanted = _undisturbed(case)
    for last in range(total + 1):
        dying = case.world.life(case.resource)
        with case.world.watched(dying) as calls:
            calls.last = last
            with suppress(Killed):
                dying.create(given, settled=False)
            assert calls.made <= last
        dying.close()
        left = case.server()
        if left is not None:
            with pytest.raises(Failed, match=REFUSED):
                case.world.life(case.resource, stack="other").create(given, settled=False)
            assert (last, left) == (last, case.server())
        next_run = case.world.life(case.resource)
        made = next_run.create(given)
        assert (last, wanted) == (last, case.server())
        if secret := case.secret():
            assert case.works(made.state[secret])
        next_run.delete(made)
        assert (last, None) == (last, case.server())


def test_a_lost_answer_to_every_call_of_create(case: Case) -> None:
    """What the provider then records can be deleted; what it does not, is taken up again."""
    case.prepare()
    given = case.full()
    total, wanted = _undisturbed(case)
    for unanswered in range(1, total + 1):
        unlucky = case.world.life(case.resource)
        with case.world.watched(unlucky) as calls:
            calls.unanswered = unanswered
            try:
                made = unlucky.create(given, settled=False)
            except Failed as failed:
                recorded = failed.partly
            else:
                recorded = made.state
        next_run = case.world.life(case.resource)
        if recorded is None:
            made = next_run.create(given)
            assert (unanswered, wanted) == (unanswered, case.server())
        else:
            made = Life(unlucky.urn(), case.resource.of(recorded).id(), {}, recorded)
        next_run.delete(made)
        assert (unanswered, None) == (unanswered, case.server())


def _undisturbed(case: Case) -> tuple[int, Any]:
    """How many calls a create takes, and what is on the server then."""
    life = case.world.life(case.resource)
    with case.world.watched(life) as calls:
        made = life.create(case.full(), settled=False)
        total = calls.made
    wanted = case.server()
    life.delete(made)
    assert case.server() is None
    assert total > 1
    return total, wanted
