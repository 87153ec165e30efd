"""Real servers that only some tests need: each is started by the first test that asks."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

CHECKOUT = Path(__file__).resolve().parents[1]

MAY_BE_MISSING = frozenset({"docker", "mysql"})
"""Not to be had everywhere (an engine needs root and cgroups), or of a release of Debian that
moves: then its tests are skipped, with the reason."""


@cache
def started(name: str) -> dict[str, Any]:
    """Start a server of instance `test`, if it does not run.

    Like the other servers it goes on running: `make test` stops it at the end.

    Args:
        name: of the program in tools/servers.

    Returns:
        All of servers.json.
    """
    folder = CHECKOUT / ".local" / "servers"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "pytest.lock"):
        done = subprocess.run(
            [CHECKOUT / "tools/servers" / name, "start", "test"],
            check=False,
            capture_output=True,
            text=True,
        )
    if done.returncode and name in MAY_BE_MISSING:
        pytest.skip(f"{name} cannot be had: {done.stderr.strip()}")
    assert not done.returncode, done.stderr
    found: dict[str, Any] = json.loads((folder / "test" / "servers.json").read_text())
    return found
