"""Deleting what holds somebody's data."""

from __future__ import annotations

import pytest

from tests.lifecycle import Failed
from tests.provider.conformance.case import Case


def test_data_is_not_deleted_unasked(case: Case) -> None:
    """Refused with what is in it; a replacement under the same name deletes first, so as well.

    `forceDestroy` lets it go, once it is in the state.
    """
    if case.unguarded:
        pytest.skip(case.unguarded)
    case.prepare()
    life, given = case.world.life(case.resource), case.given()
    made = life.create(given)
    case.fill()
    before = case.server()
    forced = given | {"forceDestroy": True}
    with pytest.raises(Failed, match=case.guard + (".*forceDestroy" if case.forced else "")):
        life.delete(made)
    assert before == case.server()
    for key in case.keeps_name():
        answer = life.raw_diff(made, given | {key: case.changes()[key]})
        assert (key, True) == (key, answer.deleteBeforeReplace)
    if case.forced:
        life.delete(life.update(made, forced))
        assert case.server() is None


def test_a_new_name_is_made_before_the_old_one_goes(case: Case) -> None:
    """A replacement by another name never deletes first."""
    case.prepare()
    life, given = case.world.life(case.resource), case.given()
    made = life.create(given)
    for key, declared in case.inputs().items():
        if declared.name in case.resource.identity:
            answer = life.raw_diff(made, given | {key: case.changes()[key]})
            assert (key, [key], False) == (key, [*answer.replaces], answer.deleteBeforeReplace)
