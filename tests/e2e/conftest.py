"""A stack of three apps on the real servers, made once for a file of tests."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.project import Project
from tests.e2e.stack_files import server_entries, three_apps


@pytest.fixture(scope="module")
def word() -> str:
    """A word in every name that this file's tests make, so that files can run side by side."""
    return uuid.uuid4().hex[:6]


@pytest.fixture(scope="module")
def config(servers: dict[str, Any], word: str) -> dict[str, Any]:
    """A stack file with three apps."""
    return {
        "celeriac:servers": server_entries(servers),
        "celeriac:apps": three_apps(word),
        "celeriac:forceDestroy": "true",
    }


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, config: dict[str, Any]) -> Iterator[Project]:
    """The project with this stack file; whatever a test leaves is destroyed."""
    made = Project(tmp_path_factory.mktemp("project"))
    made.write(config)
    yield made
    made.write(config)
    made.destroy()


def fresh_project(folder: Path, config: dict[str, Any]) -> Project:
    """Another project, for a test that needs one of its own."""
    made = Project(folder / "project")
    made.write(config)
    return made


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests marked `steps` are steps on one stack: they keep their order among themselves."""
    places = [at for at, item in enumerate(items) if item.get_closest_marker("steps")]
    steps = sorted((items[at] for at in places), key=lambda i: (i.location[0], i.location[1] or 0))
    for at, item in zip(places, steps, strict=True):
        items[at] = item
