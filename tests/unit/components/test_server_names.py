"""Names on AWS are what the strictest service takes, and pulumi_aws is imported only where used."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from pulumi.runtime import set_mocks
from tests.unit.components.world import World

from celeriac.servers.names import physical_name


def named(*parts: str, longest: int = 40, project: str = "celeriac", stack: str = "prod") -> str:
    """The name in a project and a stack."""
    set_mocks(World(), project=project, stack=stack)
    return physical_name(*parts, longest=longest)


def test_a_name_says_whose_it_is() -> None:
    """Project, stack, and what it is of."""
    assert named("cache", "default") == "celeriac-prod-cache-default"


@pytest.mark.parametrize(
    ("project", "stack", "part"),
    [
        ("celeriac", "prod", "a_b"),
        ("celeriac", "prod", "x" * 40),
        ("Celeriac", "PROD", "cache"),
        ("9lives", "prod", "cache"),
        ("celeriac", "pr.od", "cache-"),
        ("celeriac", "prod", "---"),
    ],
)
def test_every_name_is_one_that_rds_takes(project: str, stack: str, part: str) -> None:
    """Small letters, digits, single hyphens, a letter first, no hyphen last, not too long."""
    name = named(part, project=project, stack=stack)
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name)
    assert len(name) <= 40


def test_names_that_would_become_equal_do_not() -> None:
    """A hash of what was written keeps them apart."""
    names = [named(part) for part in ("a-b", "a_b", "a.b", "A-b", "x" * 40, "x" * 41)]
    assert len(set(names)) == len(names)


def test_pulumi_aws_is_imported_only_by_celeriac_aws() -> None:
    """It takes most of a second, of every `pulumi` command of a stack that has nothing on AWS."""
    program = "import sys, celeriac, celeriac.stack; print('pulumi_aws' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
