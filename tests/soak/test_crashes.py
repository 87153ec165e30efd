"""Kill the engine, a provider, the program or the language host, and go on.

    SOAK_SEED=… SOAK_ROUNDS=… python -m pytest tests/soak    replays

A round is one kill. Three rounds are a life: `up`, an update and `destroy` of a stack of two apps,
each killed once, each finished by one more run, and then compared object by object with what the
same step makes undisturbed.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.project import Project
from tests.soak.life import STEPS, Life, Undisturbed, kinds, told

SEED = os.environ.get("SOAK_SEED") or str(random.SystemRandom().randrange(10**6))
ROUNDS = int(os.environ.get("SOAK_ROUNDS") or 10)
LIVES = -(-ROUNDS // len(STEPS))


def seeded(number: object) -> random.Random:
    """What decides in one life."""
    return random.Random(f"{SEED}/{number}")  # noqa: S311 - nothing is kept secret by it


@pytest.fixture(scope="module")
def word() -> str:
    """In every name."""
    return f"soak{os.getpid():x}"


@pytest.fixture(scope="module")
def undisturbed(
    servers: dict[str, Any], word: str, tmp_path_factory: pytest.TempPathFactory
) -> Undisturbed:
    """What each step makes when nothing is killed."""
    print(f"SOAK_SEED={SEED} SOAK_ROUNDS={ROUNDS}")  # noqa: T201 - to replay it
    project = Project(tmp_path_factory.mktemp("undisturbed") / "project")
    return Life(project, servers, word, seeded("undisturbed")).undisturbed()


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A stack of its own for each life; what a failure leaves is destroyed."""
    made = Project(tmp_path / "project")
    yield made
    if made.resources():
        made.run("cancel", "--yes", "--stack", made.stack)
        made.destroy(check=False)


@pytest.mark.parametrize("number", range(LIVES))
def test_a_life_with_a_kill_in_every_step(
    undisturbed: Undisturbed, project: Project, servers: dict[str, Any], word: str, number: int
) -> None:
    """After every kill one run converges: the objects, the state and the credentials are right."""
    rng = seeded(number)
    life = Life(project, servers, word, rng)
    with told(life, f"SOAK_SEED={SEED} SOAK_ROUNDS={ROUNDS} pytest -k '[{number}]' tests/soak"):
        for step, kind in kinds(rng).items():
            life.killed(step, kind, undisturbed)
    print(*life.story, sep="\n")  # noqa: T201
