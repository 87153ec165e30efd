"""Import: by id, and what is said about an id that leads nowhere."""

from __future__ import annotations

import re

import pytest

from tests.lifecycle import Failed
from tests.provider.conformance.case import Case


def test_the_next_preview_is_empty(case: Case) -> None:
    """The same inputs, a password among them, differ in nothing; refresh stays true."""
    case.prepare()
    life, given = case.world.life(case.resource), case.given()
    made = life.create(given)
    found = life.import_(made.id)
    assert found is not None
    assert life.diff(found, given) == {}
    assert found.state["mark"] == made.state["mark"] if "mark" in made.state else True
    if secret := case.secret():
        assert life.diff(found, given | {secret: made.state[secret]}) == {}
        assert life.diff(found, given | {secret: "wrong"}) == {secret: "ADD"}
    again = life.refresh(found)
    assert again is not None
    assert found.state == again.state
    assert life.diff(again, given) == {}


def test_what_somebody_made_by_hand_is_ours_after_an_import(case: Case) -> None:
    """Read writes nothing; the first update marks it, and leaves a password that it was not told.

    Then it is deleted like any other.
    """
    case.prepare(by_hand=True)
    case.by_hand()
    before = case.server()
    life, given = case.world.life(case.resource), case.given()
    found = life.import_(_id(case))
    assert found is not None
    assert before == case.server()
    assert life.diff(found, given) == {}
    made = life.update(found, given | {"adopt": True})
    if not case.resource.inside:
        assert made.state["mark"] == case.mark()
    if secret := case.secret():
        assert secret not in made.state
        assert case.works("by hand")
        made = life.update(made, given | {secret: "by hand"})
        assert made.state[secret] == "by hand"
    life.delete(made)
    assert case.server() is None


def test_an_import_can_be_deleted_at_once(case: Case) -> None:
    """It counts as adopted, unless somebody else has marked it since."""
    case.prepare(by_hand=True)
    case.by_hand()
    life = case.world.life(case.resource)
    found = life.import_(_id(case))
    assert found is not None
    life.delete(found)
    assert case.server() is None


def test_a_password_that_was_imported_and_given_is_known_after_a_refresh(case: Case) -> None:
    """The program's outputs have it then."""
    secret = case.secret()
    if secret is None:
        pytest.skip("it has no password")
    case.prepare(by_hand=True)
    case.by_hand()
    life = case.world.life(case.resource)
    found = life.import_(_id(case))
    assert found is not None
    given = case.given() | {secret: "by hand"}
    same = type(found)(found.urn, found.id, life.check(given), found.state)
    again = life.refresh(same)
    assert again is not None
    assert again.state[secret] == "by hand"
    assert life.diff(again, given) == {}


def test_ids_that_lead_nowhere(case: Case) -> None:
    """The wrong form is told the right one; a right one without an object is not found."""
    life = case.world.life(case.resource)
    for wrong in case.wrong_ids:
        with pytest.raises(Failed, match=re.escape(case.resource.id_form())):
            life.import_(wrong)
    assert life.import_(case.missing_id) is None


def _id(case: Case) -> str:
    life = case.world.life(case.resource)
    return case.resource.of(life.check(case.given())).id()
