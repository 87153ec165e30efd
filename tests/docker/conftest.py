"""The engine, with stand-ins for official images under names of the tests' own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.docker.containers import Containers
from tests.docker_engine import Engine, engine


@pytest.fixture(scope="session", name="engine")
def docker_engine() -> Engine:
    """The engine; without one the tests are skipped."""
    return engine()


@pytest.fixture(scope="module")
def containers(engine: Engine) -> Iterator[Containers]:
    """Containers of stand-ins, on a network of their own, removed at the end."""
    if not engine.ours:
        pytest.skip("stand-ins for images are for an engine of the tests' own")
    with Containers(engine) as made:
        yield made
