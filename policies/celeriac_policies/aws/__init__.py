"""Rules on AWS: SQS, Amazon MQ, ElastiCache, RDS, and what surrounds them."""

from __future__ import annotations

from typing import Final

from celeriac_policies.aws import (
    elasticache,
    elasticache_operation,
    elasticache_users,
    iam,
    mq,
    network,
    rds,
    rds_operation,
    secrets,
    sqs,
    sqs_dead_letters,
    sqs_policies,
)
from celeriac_policies.rule import Rule

RULES: Final[tuple[Rule, ...]] = (
    *sqs.RULES,
    *sqs_policies.RULES,
    *sqs_dead_letters.RULES,
    *mq.RULES,
    *elasticache.RULES,
    *elasticache_users.RULES,
    *elasticache_operation.RULES,
    *rds.RULES,
    *rds_operation.RULES,
    *secrets.RULES,
    *network.RULES,
    *iam.RULES,
)
