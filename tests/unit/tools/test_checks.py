"""The checkers, as tests: so that one command and one closing line tell all."""

import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]
PROGRAMS = Path(sys.executable).parent

CHECKS = {
    "ruff": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "mypy": [
        "mypy",
        "components/celeriac",
        "provider/celeriac_provider",
        "policies/celeriac_policies",
        "tests",
    ],
    "mypy tools": ["mypy", "-p", "local_servers"],
    "imports": ["lint-imports"],
}


@pytest.mark.parametrize("name", CHECKS)
def test_check(name: str) -> None:
    """The checker has nothing to say."""
    program, *arguments = CHECKS[name]
    done = subprocess.run(
        [PROGRAMS / program, *arguments], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
