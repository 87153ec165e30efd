"""The README's table is what the tests showed, and says nothing that no test shows."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from tests.rows import BACKENDS, BROKERS, CELLS, FORMS, ROWS, Row
from tests.shown import Shown, claimed, exists, merged

CHECKOUT = Path(__file__).resolve().parents[3]
RECORD: dict[str, Any] = json.loads((CHECKOUT / "tests" / "shown.json").read_text())


@pytest.fixture(scope="module")
def tool() -> Any:
    """tools/table."""
    loader = importlib.machinery.SourceFileLoader("table", str(CHECKOUT / "tools" / "table"))
    spec = importlib.util.spec_from_loader("table", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def claims(request: pytest.FixtureRequest) -> set[str]:
    """`row/cell` of every test that there is; files that were not collected here are now."""
    shown: Any = request.config.pluginmanager.get_plugin("shown")
    assert isinstance(shown, Shown)
    marked = {
        file.relative_to(CHECKOUT).as_posix()
        for file in (CHECKOUT / "tests").rglob("test_*.py")
        if "mark.shows(" in file.read_text()
    }
    missing = sorted(marked - shown.claims.keys())
    found = shown.claims | (claimed(missing) if missing else {})
    return {cell for tests in found.values() for cells in tests.values() for cell in cells}


def test_the_readme_is_what_the_record_says(tool: Any) -> None:
    """Else: run tools/table."""
    readme = (CHECKOUT / "README.md").read_text()
    assert tool.written(readme, RECORD) == readme


@pytest.mark.parametrize("test", RECORD["tests"])
def test_what_is_claimed_is_there(test: str, request: pytest.FixtureRequest) -> None:
    """Its function exists; where its file was collected here, it is marked for these cells.

    Else: take the cell out of tests/shown.json, or run the test, and then tools/table.
    """
    assert exists(test)
    shown: Any = request.config.pluginmanager.get_plugin("shown")
    assert isinstance(shown, Shown)
    file = test.partition("::")[0]
    if file in shown.claims:
        assert shown.claims[file].get(test) == sorted(RECORD["tests"][test])


@pytest.mark.parametrize("name", ROWS)
def test_a_row_names_cells_that_there_are(name: str) -> None:
    """A cell that tests show has no reason why none does."""
    row = ROWS[name]
    assert set(row.means) | set(row.lacks) <= set(CELLS)
    assert set(row.means) & set(row.lacks) == set()
    shown = {cell for cells in RECORD["tests"].values() for cell in cells}
    assert [cell for cell in row.lacks if f"{name}/{cell}" in shown] == []


@pytest.mark.parametrize("name", ROWS)
def test_a_cell_has_tests_or_a_reason(name: str, claims: set[str]) -> None:
    """Else it says "not yet" for ever: mark a test that shows it, or write in `lacks` why not.

    Not both: the reason would be wrong.
    """
    shown, lacks = {cell for cell in CELLS if f"{name}/{cell}" in claims}, ROWS[name].lacks
    assert [cell for cell in CELLS if cell not in shown and cell not in lacks] == []
    assert sorted(shown & lacks.keys()) == []


def test_names_are_unique() -> None:
    """A row is in one of the three tables."""
    assert len(ROWS) == len(BROKERS) + len(BACKENDS) + len(FORMS)


@pytest.mark.parametrize(
    ("outcomes", "says"),
    [
        ([], "not yet"),
        (["passed", "passed"], "yes"),
        (["passed", "skipped"], "not run"),
        (["skipped", "failed"], "**failed**"),
    ],
)
def test_only_passed_tests_make_a_yes(tool: Any, outcomes: list[str], says: str) -> None:
    """One that was skipped or failed takes it away."""
    assert tool.cell(Row(title="x", server="y"), "provisioned", outcomes) == says


def test_a_reason_is_said_where_there_is_no_test(tool: Any) -> None:
    """And what a cell means where one passed."""
    row = Row(title="x", server="y", means={"celery": "half"}, lacks={"aws": "none"})
    assert tool.cell(row, "aws", []) == "*none*"
    assert tool.cell(row, "celery", ["passed"]) == "half"


def test_a_run_of_some_parameters_leaves_the_others() -> None:
    """Cells are replaced one by one."""
    before = {"tests": {"a": {"x/celery": "passed", "y/celery": "passed"}}, "versions": {}}
    after = {"tests": {"a": {"y/celery": "failed"}}, "versions": {"y": ["1"]}}
    assert merged(before, after) == {
        "tests": {"a": {"x/celery": "passed", "y/celery": "failed"}},
        "versions": {"y": ["1"]},
    }
