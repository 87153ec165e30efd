"""What all tests share: the real servers."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from filelock import FileLock

from tests.about import About
from tests.on_demand import started
from tests.order import LongestFirst
from tests.shown import Shown

CHECKOUT = Path(__file__).resolve().parents[1]

# tools/env hands out the administrators of stack `local`, where it is up: not those of the tests.
for name in ("RABBITMQ", "REDIS", "POSTGRESQL"):
    os.environ.pop(f"CELERIAC_{name}_PASSWORD", None)


# An example that takes long on a machine with other things to do is no failure.
hypothesis.settings.register_profile("busy", deadline=None)
hypothesis.settings.load_profile("busy")


def pytest_addoption(parser: pytest.Parser) -> None:
    """What is about one system (tests/about.py)."""
    parser.addoption("--about", metavar="WORD", help="tests with this word, steps with their class")


def pytest_configure(config: pytest.Config) -> None:
    """What tests show of the README's table is gathered; long files come first."""
    config.pluginmanager.register(Shown(), "shown")
    config.pluginmanager.register(About(), "about")
    config.pluginmanager.register(LongestFirst(), "longest-first")


@pytest.fixture(scope="session")
def servers() -> dict[str, Any]:
    """Addresses and administrators of the real servers of instance `test`.

    `make test` starts them before and stops them after; a test run by hand starts them here and
    leaves them running (`tools/servers/down test`).
    """
    folder = CHECKOUT / ".local" / "servers"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "pytest.lock"):
        subprocess.run([CHECKOUT / "tools/servers/up", "test"], check=True, capture_output=True)
    found: dict[str, Any] = json.loads((folder / "test" / "servers.json").read_text())
    return found


def on_demand(name: str) -> dict[str, Any]:
    """The entry of a server that only some tests need: the first of them starts it.

    Args:
        name: the server's, as in tools/servers.
    """
    entry: dict[str, Any] = started(name)[name.replace("-", "_")]
    return entry


@pytest.fixture(scope="session")
def start_server() -> Callable[[str], dict[str, Any]]:
    """Starts a server that `up` leaves to those who need it, by its name; its entry."""
    return on_demand
