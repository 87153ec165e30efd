"""Everything that the stand-in knows; whatever is not here is refused."""

from __future__ import annotations

from collections.abc import Mapping

from tests.standins.aws import cloudwatch, ec2, elasticache, iam, mq, rds, secretsmanager, sqs
from tests.standins.aws.questions import FUNCTIONS
from tests.standins.aws.resource import Resource

__all__ = ["FUNCTIONS", "RESOURCES"]

RESOURCES: Mapping[str, type[Resource]] = {
    kind.token: kind
    for module in (sqs, iam, cloudwatch, ec2, mq, elasticache, rds, secretsmanager)
    for kind in module.TYPES
}
