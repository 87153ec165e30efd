"""Fixtures and breaks of the rules in `celeriac_policies.aws`."""

from __future__ import annotations

from typing import Final

from tests.policies import (
    aws_access_cases,
    aws_elasticache_cases,
    aws_mq_cases,
    aws_rds_cases,
    aws_sqs_cases,
)
from tests.policies.harness import Break, Fixture

FIXTURES: Final[dict[str, Fixture]] = {
    **aws_sqs_cases.FIXTURES,
    **aws_mq_cases.FIXTURES,
    **aws_elasticache_cases.FIXTURES,
    **aws_rds_cases.FIXTURES,
    **aws_access_cases.FIXTURES,
}

BREAKS: Final[tuple[Break, ...]] = (
    *aws_sqs_cases.BREAKS,
    *aws_mq_cases.BREAKS,
    *aws_elasticache_cases.BREAKS,
    *aws_rds_cases.BREAKS,
    *aws_access_cases.BREAKS,
)

CONTEXT: Final[dict[tuple[str, str], str]] = {
    **aws_sqs_cases.CONTEXT,
    **aws_mq_cases.CONTEXT,
    **aws_elasticache_cases.CONTEXT,
    **aws_rds_cases.CONTEXT,
    **aws_access_cases.CONTEXT,
}

BY_PRESENCE: Final[dict[str, set[str]]] = {
    **aws_sqs_cases.BY_PRESENCE,
    **aws_mq_cases.BY_PRESENCE,
    **aws_elasticache_cases.BY_PRESENCE,
}
