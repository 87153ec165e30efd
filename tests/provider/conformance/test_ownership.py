"""Ours or not: what create does with what it finds, what update and delete do with strangers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.lifecycle import Failed
from tests.provider.conformance.case import FOREIGN_MARK, Case

FOREIGN = r"exists already and was not made by this stack.*`adopt: true`.*`pulumi import celeriac:"

SCOPES: dict[str, dict[str, Any]] = {
    "stack": {"stack": "other"},
    "organization": {"organization": "other"},
    "owner": {"owner": "another team"},
}


def test_what_was_made_carries_the_mark(case: Case) -> None:
    """The mark in the state is the one on the server."""
    case.prepare()
    made = case.world.life(case.resource).create(case.given())
    assert case.mark() is not None
    assert made.state["mark"] == case.mark()


def test_made_by_hand_is_refused_then_adopted(case: Case) -> None:
    """Refused with the import command, and untouched; `adopt` takes it over and marks it."""
    case.prepare(by_hand=True)
    case.by_hand()
    before = case.server()
    life = case.world.life(case.resource)
    with pytest.raises(Failed, match=FOREIGN):
        life.create(case.given())
    assert before == case.server()
    made = life.create(case.given() | {"adopt": True})
    if not case.resource.inside:
        assert made.state["mark"] == case.mark()
    if secret := case.secret():
        assert case.works(made.state[secret])
    life.delete(made)
    assert case.server() is None


@pytest.mark.parametrize("scope", SCOPES)
def test_another_scope_is_refused(case: Case, scope: str) -> None:
    """Another stack; the same stack of another organization; of another owner."""
    case.prepare()
    case.world.life(case.resource).create(case.given())
    before = case.server()
    with pytest.raises(Failed, match="exists already and was not made by this stack"):
        case.world.life(case.resource, **SCOPES[scope]).create(case.given())
    assert before == case.server()


def test_the_same_resource_takes_up_its_leftover(case: Case) -> None:
    """As after a crash: with the same inputs, and with the password of the second attempt."""
    case.prepare()
    life, given = case.world.life(case.resource), case.given()
    first = life.create(given)
    before = case.server()
    second = case.world.life(case.resource).create(given)
    assert before == case.server()
    assert first.state["mark"] == second.state["mark"]
    if secret := case.secret():
        assert first.state[secret] != second.state[secret]
        assert case.works(second.state[secret])
        assert not case.works(first.state[secret])
    life.delete(second)
    assert case.server() is None


def test_a_sibling_is_refused_with_the_alias(case: Case) -> None:
    """Two resources of one stack; what lies in something of ours is taken up."""
    case.prepare()
    life = case.world.life(case.resource)
    life.create(case.given())
    before = case.server()
    if case.resource.inside:
        life.create(case.given(), name="sibling")
    else:
        with pytest.raises(Failed, match=r"another resource of this stack.*aliases=\[pulumi.Alias"):
            life.create(case.given(), name="sibling")
    assert before == case.server()


def test_a_renamed_stack_and_an_alias_keep_it(case: Case) -> None:
    """The old mark in the state, another URN: refresh, update and delete go on."""
    case.prepare()
    given = case.given()
    made = case.world.life(case.resource).create(given)
    for stack, name in (("test", "alias"), ("renamed", "it")):
        life = case.world.life(case.resource, stack=stack)
        made = replace(made, urn=life.urn(name))
        assert life.drift(made, given) == {}
        given = given | {"adopt": stack == "test"}
        made = life.update(made, given)
        assert made.state["mark"] == case.mark()
    life.delete(made)
    assert case.server() is None


def test_what_lost_its_mark_is_not_deleted(case: Case) -> None:
    """Not even after a refresh; `adopt: true` marks it again, and then it goes."""
    case.prepare()
    life, given = case.world.life(case.resource), case.given()
    made = life.create(given)
    case.set_mark(None)
    if case.keeps_its_place:
        life.delete(made)
        assert case.server() is None
        return
    before = case.server()
    refreshed = life.refresh(made)
    assert refreshed is not None
    for state in (made, refreshed):
        with pytest.raises(Failed, match="no longer carries"):
            life.delete(state)
    assert before == case.server()
    if not case.resource.inside:
        assert len(life.warnings) == 1
        life.delete(life.update(refreshed, given | {"adopt": True}))
        assert case.server() is None


def test_what_another_stack_took_over_is_left_alone(case: Case) -> None:
    """Neither updated nor deleted, before a refresh and after; `adopt: true` takes it back."""
    case.prepare()
    life, given = case.world.life(case.resource), case.given()
    made = life.create(given)
    case.set_mark(FOREIGN_MARK)
    before = case.server()
    refreshed = life.refresh(made)
    assert refreshed is not None
    local = [k for k, p in case.inputs().items() if p.local and k != "adopt"]
    for state in (made, refreshed):
        with pytest.raises(Failed, match=r"mark of somebody else|no longer carries"):
            life.delete(state)
        for key in local:
            value = case.changes().get(key, not case.inputs()[key].default)
            with pytest.raises(Failed, match=r"mark of somebody else|no longer carries"):
                life.update(state, given | {key: value})
    assert before == case.server()
    if not case.resource.inside:
        life.delete(life.update(refreshed, given | {"adopt": True}))
        assert case.server() is None
