"""Changes by the program, changes behind its back, and objects that are gone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lifecycle import Lifecycle
from tests.provider.conformance.case import Case, mended


def _other(case: Case, key: str) -> Any:
    changes = case.changes()
    return changes.get(key, not case.inputs()[key].default)


def _normal(life: Lifecycle, given: dict[str, Any], key: str) -> Any:
    return life.check(given).get(key)


def test_every_property_changes_as_declared(case: Case) -> None:
    """In place or by a new object, named in the detailed diff as the program's change.

    In place: the server follows, and follows back. A local one changes nothing there.
    """
    case.prepare()
    life, given = case.world.life(case.resource), case.given()
    now = life.create(given)
    before = case.server()
    for key, declared in case.inputs().items():
        if key in case.no_change:
            continue
        changed = given | {key: _other(case, key)}
        answer = life.raw_diff(now, changed)
        kind = "UPDATE_REPLACE" if declared.replaces else "UPDATE"
        if key not in now.state:
            kind = kind.replace("UPDATE", "ADD", 1)
        assert (key, {key: kind}) == (key, life.diff(now, changed))
        assert (key, [key] if declared.replaces else []) == (key, list(answer.replaces))
        assert (key, True) == (key, answer.detailedDiff[key].inputDiff)
        assert (key, key in case.keeps_name()) == (key, answer.deleteBeforeReplace)
        if declared.replaces or key in case.only_named:
            continue
        changed_life = life.update(now, changed)
        assert (key, _normal(life, changed, key)) == (key, changed_life.state[key])
        follows = not declared.local and not declared.secret
        if not declared.local or key in ("adopt", "forceDestroy"):
            assert (key, follows) == (key, case.server() != before)
        if declared.secret:
            assert case.works(changed[key])
        now = life.update(changed_life, given)
        assert (key, before) == (key, case.server())
    life.delete(now)
    assert case.server() is None


def test_drift_of_every_property_is_named_and_mended(case: Case) -> None:
    """What somebody changed on the server shows after a refresh, and an update puts it right."""
    case.prepare()
    life = case.world.life(case.resource)
    now = life.create(case.given())
    for key, drift in case.drifts().items():
        given = case.given() | dict(drift.given)
        if drift.given:
            now = life.update(now, given)
        before = case.server()
        drift.act()
        found = life.refresh(now)
        assert found is not None, key
        expected = {key: drift.kind} | dict(drift.also)
        assert (key, expected) == (key, life.diff(found, given))
        known = now.state
        now = mended(life, found, given)
        assert (key, before) == (key, case.server())
        if secret := case.secret():
            assert case.works(now.state[secret])
            if secret not in expected:
                assert (key, known[secret]) == (key, now.state[secret])
        if drift.given:
            now = life.update(now, case.given())
    life.delete(now)


def test_a_deleted_object_is_gone_and_made_again(case: Case) -> None:
    """Refresh finds nothing; delete accepts it; create and update both make it again."""
    if case.never_gone:
        pytest.skip(case.never_gone)
    case.prepare()
    life, given = case.world.life(case.resource), case.given()
    made = life.create(given)
    before = case.server()
    case.vanish()
    assert life.refresh(made) is None
    life.delete(made)
    life = case.world.life(case.resource)
    made = life.create(given)
    assert before == case.server()
    case.vanish()
    life = case.world.life(case.resource)
    if not case.resource.inside:
        made = life.update(made, given | {"adopt": True})
        assert before == case.server()
    life.delete(made)
    life.delete(made)
    assert case.server() is None


def test_what_is_not_managed_is_left_alone(case: Case) -> None:
    """Somebody else's things near it: no drift, no change by an update."""
    case.prepare()
    life, given = case.world.life(case.resource), case.given()
    made = life.create(given)
    look = case.beside()
    there = look()
    assert there
    assert life.drift(made, given) == {}
    now = given
    for key in case.changes():
        declared = case.inputs()[key]
        if not declared.replaces and not declared.local and not declared.secret:
            now = now | {key: _other(case, key)}
            break
    life.update(made, now | {"adopt": True})
    assert there == look()
