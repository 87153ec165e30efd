"""`--about` chooses tests by a word, and no step without those before it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
STEPS = "tests/e2e/test_django_cache.py"


def collected(*options: str) -> list[str]:
    """The names of the tests that would run."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:randomly"]
    done = subprocess.run(
        [*command, *options], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    return [line for line in done.stdout.splitlines() if "::" in line]


def test_steps_stay_together() -> None:
    """A word of one case keeps the whole class, the `up` first of all."""
    everything = collected(STEPS)
    assert any("test_up_is_proved" in name for name in everything)
    assert collected("--about", "memcached]", STEPS) == everything


def test_others_are_left_out() -> None:
    """The word is looked for in the names of files and tests."""
    found = collected("--about", "kafka", "tests/unit/contract")
    assert found
    assert all("kafka" in name.lower() for name in found)
