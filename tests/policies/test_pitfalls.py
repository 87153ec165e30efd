"""Every pitfall of celery-brokers-and-backends.md is refused, with one violation each.

What the engine prints is kept in docs/policies-pitfalls.txt, which the README shows.
"""

from __future__ import annotations

import re
from typing import Final

import pytest

from tests.e2e.project import CHECKOUT, Done, Project
from tests.policies.engine import PACK, STACKS, said

PITFALLS: Final = {
    "Redis visibility timeout too low": ("celery-visibility-timeout", "reminders"),
    "Redis eviction": ("redis-no-eviction", "cache"),
    "RPC results consumed once": ("celery-results-over-rpc", "quotes"),
    "SQS message size": ("celery-message-size", "reports"),
    "Missing result backend": ("outputs-celery-settings", "pitfalls-test"),
}
"""Rule and resource of each."""
WORDS: Final = (
    "Celery would run such tasks again and again: set visibility_timeout to",
    "Redis would delete Celery's queues, bindings and unacknowledged tasks; write noeviction",
    "can be read once; put the results on Redis or in PostgreSQL",
    "which base64, twice, makes 1600000 on SQS",
    ".get() on a task's result raises an error or hangs",
)
SHOWN: Final = CHECKOUT / "docs" / "policies-pitfalls.txt"


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """A preview of the program with the pack, as anybody would run it."""
    program = (STACKS / "pitfalls" / "__main__.py").read_text()
    project = Project(tmp_path_factory.mktemp("pitfalls"), program=program, name="pitfalls")
    return project.run("preview", *PACK)


def test_each_pitfall_is_one_violation(done: Done) -> None:
    """These and no others, not even advice; the preview fails."""
    found = said(done)
    assert found.code != 0
    assert found.violations == set(PITFALLS.values()), found.output
    assert found.advice == frozenset(), found.output
    assert found.output.count("[mandatory]") == len(PITFALLS)


def test_a_celery_developer_understands_it(done: Done) -> None:
    """Celery's own words, a way out, and no secret."""
    said_once = " ".join(done.output.split())
    assert [words for words in WORDS if said_once.count(words) != 1] == []
    assert "not-asked-for" not in done.output
    assert "Traceback" not in done.output


def test_the_output_that_is_shown_is_the_real_one(done: Done) -> None:
    """What stands in the documentation is what the engine prints, but for folders."""
    assert policies(done.output) == SHOWN.read_text()


def policies(output: str) -> str:
    """The part of a preview's output that the pack wrote."""
    lines = output[output.index("Policies:") :].splitlines()
    end = next((n for n, line in enumerate(lines) if n and line and line[0] != " "), len(lines))
    text = "\n".join(line.rstrip() for line in lines[:end]).strip() + "\n"
    return re.sub(r"\(local: \S+\)", "(local: policies)", text)
