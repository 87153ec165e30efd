"""docs/pitfalls.md names rules and tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROWS = [
    line.split("|")[1:-1]
    for line in (ROOT / "docs/pitfalls.md").read_text().splitlines()
    if line.startswith("| ")
][1:]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip()[:30])
def test_rules_and_test_are_there(row: list[str]) -> None:
    """Each pitfall is shown by a test, and most are a rule."""
    _, _, rules, test = row
    documented = (ROOT / "docs/policy-rules.md").read_text()
    for rule in re.findall(r"`([^`]+)`", rules):
        assert f'<a id="{rule}">' in documented
    file, _, name = re.fullmatch(r" `([^`]+)` ", test)[1].partition("::")  # type: ignore[index]
    assert f"def {name}(" in (ROOT / file).read_text()
