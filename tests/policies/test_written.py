"""What is written down of the rules: the documentation's table, the ready levels."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from celeriac_policies.rule import Level, Profile
from celeriac_policies.rules import RULES

CHECKOUT = Path(__file__).resolve().parents[2]


def test_the_table_and_the_levels_are_those_of_the_rules() -> None:
    """A rule that was changed and not written down makes this fail."""
    done = subprocess.run(
        [sys.executable, CHECKOUT / "tools/policies", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("profile", Profile, ids=lambda profile: str(profile.value))
def test_a_ready_level_says_what_each_rule_says(profile: Profile) -> None:
    """Applied as Pulumi applies it: `all` first, then the rules that are named."""
    text = (CHECKOUT / "policies" / "levels" / f"{profile.value}.json").read_text()
    config: dict[str, str] = json.loads(text)
    for rule in RULES:
        standard = rule.level(Profile.STANDARD).value
        level = config.get(rule.name, config.get("all", standard))
        assert Level(level) is rule.level(profile), rule.name
