"""The suite fails when a resource type, or a property of one, lacks what proves it."""

from __future__ import annotations

import pytest

from celeriac_provider.resources import RESOURCES
from tests.provider.conformance.case import Case
from tests.provider.conformance.cases import CASES, EXCEPTIONS


def test_every_resource_type_has_a_case_or_a_reason() -> None:
    """A new type without a case fails here."""
    assert set(RESOURCES) == CASES.keys() | EXCEPTIONS.keys()
    assert CASES.keys() & EXCEPTIONS.keys() == set()
    assert all(EXCEPTIONS.values())


def test_every_property_changes_or_says_why_not(case: Case) -> None:
    """Another value for each input; booleans that are local turn by themselves."""
    turning = {k for k, p in case.inputs().items() if p.local and p.type is bool}
    assert case.inputs().keys() == case.changes().keys() | case.no_change.keys() | turning
    assert case.changes().keys() & case.no_change.keys() == set()


def test_every_property_drifts_or_says_why_not(case: Case) -> None:
    """An identity names another object, a local property is on no server: the rest can drift."""
    inputs = case.inputs()
    fixed = {k for k, p in inputs.items() if p.local or p.name in case.resource.identity}
    assert inputs.keys() - fixed == case.drifts().keys() | case.no_drift.keys()
    assert case.drifts().keys() & case.no_drift.keys() == set()
    assert all(case.no_drift.values())


def test_every_type_has_its_ids(case: Case) -> None:
    """An id of the wrong form, or the reason why there is none."""
    assert bool(case.wrong_ids) != bool(case.any_id)


def test_every_type_is_guarded_or_says_why_not(case: Case) -> None:
    """What it holds, or why it holds nothing; forceDestroy where there is a guard."""
    assert bool(case.guard) != bool(case.unguarded)
    has_force = "forceDestroy" in case.inputs()
    assert has_force == bool(case.guard and case.forced)


def test_every_type_documents_its_mark(case: Case, ownership: str) -> None:
    """A row in docs/ownership.md."""
    assert f"| `{case.resource.token}` |" in ownership


@pytest.fixture(scope="module")
def ownership(request: pytest.FixtureRequest) -> str:
    """The page."""
    return (request.config.rootpath / "docs" / "ownership.md").read_text()
