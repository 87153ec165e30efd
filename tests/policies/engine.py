"""Programs of the tests, previewed by the real engine with the real policy pack."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.e2e.project import CHECKOUT, Done, Project

PACK: Final = ("--policy-pack", str(CHECKOUT / "policies"))
STACKS: Final = Path(__file__).parent / "stacks"
STANDIN: Final = CHECKOUT / "tests" / "standins" / "nothing" / "bin"
"""Stand-ins for the plugins of aws, docker, rabbitmq, postgresql …, which make nothing."""

# As a list at the end or, with --diff, a line each where it happens.
_VIOLATION: Final = re.compile(
    r"^\s*(?:- |celeriac@\S+ )\[(?P<level>\w+)\](?: \[severity: \w+\])?"
    r"\s+(?P<rule>[\w-]+)  \((?P<where>[^)]*)\)",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Said:
    """What the pack said of a program.

    Args:
        code: the exit code.
        violations: rule and name of the resource of each mandatory violation.
        advice: the same of the advisory ones.
        mended: the rules that remediated something; the CLI names no resource.
        output: all that was printed.
    """

    code: int
    violations: frozenset[tuple[str, str]]
    advice: frozenset[tuple[str, str]]
    mended: frozenset[str]
    output: str


def levels(name: str) -> tuple[str, ...]:
    """The options for one of the ready levels."""
    return ("--policy-pack-config", str(CHECKOUT / "policies" / "levels" / f"{name}.json"))


def program(folder: Path, name: str) -> Project:
    """One of the programs in `stacks/`, with nothing of ours around it but the stand-ins."""
    project = Project(folder, program=(STACKS / f"{name}.py").read_text(), name=f"of-{name}")
    path = project.environment["PATH"]
    project.environment |= {"PATH": f"{STANDIN}:{path}", "AWS_REGION": "eu-west-1"}
    return project


def said(done: Done) -> Said:
    """What the pack said, from what the CLI printed."""
    found = [match.groupdict() for match in _VIOLATION.finditer(done.output)]

    def at(level: str) -> frozenset[tuple[str, str]]:
        return frozenset(
            (one["rule"], one["where"].rpartition(": ")[2])
            for one in found
            if one["level"] == level
        )

    mended = frozenset(rule for rule, _ in at("remediate"))
    return Said(done.code, at("mandatory"), at("advisory"), mended, done.output)


def configured(folder: Path, config: dict[str, Any]) -> tuple[str, ...]:
    """The options for a policy configuration of the test's own."""
    file = folder / "policies.json"
    file.write_text(json.dumps(config))
    return ("--policy-pack-config", str(file))
