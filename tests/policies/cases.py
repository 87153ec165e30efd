"""All fixtures and breaks, by subject."""

from __future__ import annotations

from typing import Final

from tests.policies import aws_cases, celery_cases, outputs_cases, servers_cases
from tests.policies.harness import Break, Fixture

FIXTURES: Final[dict[str, Fixture]] = {
    **celery_cases.FIXTURES,
    **outputs_cases.FIXTURES,
    **servers_cases.FIXTURES,
    **aws_cases.FIXTURES,
}
"""Small stacks that comply with every rule, by name."""

BREAKS: Final[tuple[Break, ...]] = (
    *celery_cases.BREAKS,
    *outputs_cases.BREAKS,
    *servers_cases.BREAKS,
    *aws_cases.BREAKS,
)
"""What each rule objects to."""

CONTEXT: Final[dict[tuple[str, str], str]] = {
    **celery_cases.CONTEXT,
    **outputs_cases.CONTEXT,
    **servers_cases.CONTEXT,
    **aws_cases.CONTEXT,
}
"""Properties that a rule reads only to know whom it speaks of, by rule (`*` for all) and name: why
no value of theirs is a violation."""

BY_PRESENCE: Final[dict[str, set[str]]] = {
    **celery_cases.BY_PRESENCE,
    **outputs_cases.BY_PRESENCE,
    **servers_cases.BY_PRESENCE,
    **aws_cases.BY_PRESENCE,
}
"""Types that a rule only looks for, reading nothing of them, by rule."""
