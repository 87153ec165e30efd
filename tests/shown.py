"""Which tests show which cells of the README's table, and what became of them.

    pytestmark = pytest.mark.row("kafka")    # a file, a class, a parameter: what it is about

    @pytest.mark.shows("celery")             # the cells of tests/rows.py that a test shows
    @pytest.mark.shows("rights", "rpc")      # of this row, whatever the file is about

Outcomes are gathered in `.local/shown.json`, from which `tools/table` makes the record.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import pytest
from filelock import FileLock

from tests.rows import CELLS, ROWS

CHECKOUT: Final = Path(__file__).resolve().parents[1]
GATHERED: Final = CHECKOUT / ".local" / "shown.json"
"""What became of the tests that ran here, one run after another."""
_SERVERS: Final = CHECKOUT / ".local" / "servers" / "test" / "servers.json"

Claims = dict[str, list[str]]
"""`row/cell` that a test shows, by the test's name without parameters."""


def shown(item: pytest.Item) -> list[str]:
    """`row/cell` of everything that a test shows.

    Raises:
        pytest.UsageError: there is no such row or cell.
    """
    usual = {row for mark in item.iter_markers("row") for row in mark.args}
    found: set[tuple[str, str]] = set()
    for mark in item.iter_markers("shows"):
        cell, *rows = mark.args
        found |= {(row, cell) for row in rows or usual}
    for row, cell in found:
        if row not in ROWS or cell not in CELLS:
            raise pytest.UsageError(f"{item.nodeid}: tests/rows.py has no {row}/{cell}")
    return sorted(f"{row}/{cell}" for row, cell in found)


def test_of(nodeid: str) -> str:
    """A test's name without parameters and without what xdist appends."""
    return nodeid.partition("[")[0].partition("@")[0]


def exists(test: str) -> bool:
    """Whether its file still has such a function."""
    file, _, names = test.partition("::")
    path = CHECKOUT / file
    return path.exists() and f"def {names.rpartition('::')[2] or names}(" in path.read_text()


def merged(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What was found before and what was found later; a run of some parameters leaves the others.

    Args:
        before: `tests`, the outcome of each cell by test, and `versions` by row.
        after: the same.
    """
    tests = dict(before.get("tests", {}))
    for name, cells in after.get("tests", {}).items():
        tests[name] = tests.get(name, {}) | cells
    return {"tests": tests, "versions": before.get("versions", {}) | after.get("versions", {})}


def claimed(files: Iterable[str]) -> dict[str, Claims]:
    """What the tests of these files claim, which are collected in a process of their own.

    Args:
        files: their paths from the checkout on, as in `Shown.claims`.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tests.shown", *files],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Claims] = json.loads(done.stdout.splitlines()[-1])
    return found


class Shown:
    """Looks at every test that is marked."""

    def __init__(self) -> None:
        self.claims: dict[str, Claims] = {}
        """Of each whole file that was collected."""
        self._outcomes: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._versions: defaultdict[str, set[str]] = defaultdict(set)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Remember what each file claims, before any test is left out."""
        partly = {Path(arg.partition("::")[0]).name for arg in config.args if "::" in arg}
        for item in items:
            file = item.nodeid.partition("::")[0]
            if Path(file).name in partly:
                continue
            claims = self.claims.setdefault(file, {})
            if cells := shown(item):
                name = test_of(item.nodeid)
                claims[name] = sorted({*claims.get(name, ()), *cells})

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Any:
        """Send along what a test shows: it may run in another process than the one that gathers."""
        report: pytest.TestReport = yield
        if cells := shown(item):
            # A policy rule is held against a stack that is never made: it runs on no server.
            rows = {cell.partition("/")[0] for cell in cells if not cell.endswith("/rules")}
            told = {str(value) for key, value in report.user_properties if key == "version"}
            versions = {row: sorted(told | _versions(ROWS[row].entries)) for row in rows}
            report.user_properties.append(("shows", cells))
            report.user_properties.append(("versions", versions))
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test passed when it did so with all its parameters, from setup to teardown."""
        said: dict[str, Any] = dict(report.user_properties)
        if "shows" not in said or (report.when != "call" and report.passed):
            return
        outcomes = self._outcomes[test_of(report.nodeid)]
        for cell in said["shows"]:
            outcomes[cell] = max(outcomes.get(cell, "passed"), report.outcome, key=_WORSE.index)
        if report.passed:
            for row, versions in said["versions"].items():
                self._versions[row] |= set(versions)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write it down, beside what other runs found; with xdist only the one who gathers does."""
        if hasattr(session.config, "workerinput") or not self._outcomes:
            return
        GATHERED.parent.mkdir(exist_ok=True)
        with FileLock(GATHERED.with_suffix(".lock")):
            before = json.loads(GATHERED.read_text()) if GATHERED.exists() else {}
            versions = {row: sorted(found) for row, found in self._versions.items() if found}
            after = merged(before, {"tests": self._outcomes, "versions": versions})
            GATHERED.write_text(json.dumps(after, indent=1, sort_keys=True))


_WORSE: Final = ("passed", "skipped", "failed")


def _versions(entries: Iterable[str]) -> set[str]:
    """Of servers that the tests started."""
    found: dict[str, Any] = json.loads(_SERVERS.read_text()) if _SERVERS.exists() else {}
    return {found[entry]["version"] for entry in entries if "version" in found.get(entry, {})}


class _Said:
    """Keeps what the plugin of tests/conftest.py has remembered."""

    def __init__(self) -> None:
        self.claims: dict[str, Claims] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """All of it is there now."""
        self.claims = session.config.pluginmanager.get_plugin("shown").claims  # type: ignore[union-attr]


def main() -> int:
    """Collect the files that are named, and write their claims in the last line, as JSON."""
    said = _Said()
    code = pytest.main(["--collect-only", "-q", "-n", "0", *sys.argv[1:]], plugins=[said])
    print(json.dumps(said.claims))  # noqa: T201 - its result
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
