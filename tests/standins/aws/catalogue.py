"""Everything that the stand-in knows; whatever is not here is refused."""

from __future__ import annotations

from collections.abc import Mapping

from tests.standins.aws import cloudwatch, ec2, elasticache, iam, mq, rds, secretsmanager, sqs
from tests.standins.aws.account import Account
from tests.standins.aws.questions import FUNCTIONS as QUESTIONS
from tests.standins.aws.questions import Question
from tests.standins.aws.resource import Resource, Values

__all__ = ["FUNCTIONS", "RESOURCES"]

RESOURCES: Mapping[str, type[Resource]] = {
    kind.token: kind
    for module in (sqs, iam, cloudwatch, ec2, mq, elasticache, rds, secretsmanager)
    for kind in module.TYPES
}


def _in_its_region(question: Question) -> Question:
    def asked(account: Account, given: Values) -> Values:
        if given.get("region") == account.region:
            given = {key: value for key, value in given.items() if key != "region"}
        return question(account, given)

    return asked


FUNCTIONS: Mapping[str, Question] = {
    token: _in_its_region(question) for token, question in QUESTIONS.items()
}
