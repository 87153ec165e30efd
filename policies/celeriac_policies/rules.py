"""All rules of the pack, by subject."""

from __future__ import annotations

from typing import Final

from celeriac_policies import aws, celery, outputs, servers
from celeriac_policies.rule import Rule

RULES: Final[tuple[Rule, ...]] = (
    *celery.RULES,
    *outputs.RULES,
    *servers.RULES,
    *aws.RULES,
)
