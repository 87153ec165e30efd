"""Rules on AWS: SQS, Amazon MQ, ElastiCache, RDS, and what surrounds them."""

from __future__ import annotations

from typing import Final

from celeriac_policies.rule import Rule

RULES: Final[tuple[Rule, ...]] = ()
