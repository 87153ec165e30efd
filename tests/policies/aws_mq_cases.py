"""Fixtures and breaks of the rules on Amazon MQ."""

from __future__ import annotations

from typing import Final

from celeriac_policies.values import Secret
from tests.policies.harness import GONE, Break, Fixture, Given

FIXTURES: Final[dict[str, Fixture]] = {
    "aws-mq": [
        Given(
            "rabbit",
            "aws:mq/broker:Broker",
            {
                "brokerName": "rabbit",
                "engineType": "RabbitMQ",
                "engineVersion": "4.2",
                "hostInstanceType": "mq.m7g.large",
                "deploymentMode": "CLUSTER_MULTI_AZ",
                "publiclyAccessible": False,
                "autoMinorVersionUpgrade": True,
                "encryptionOptions": {
                    "kmsKeyId": "arn:aws:kms:eu-west-1:111122223333:key/one",
                    "useAwsOwnedKey": False,
                },
                "logs": {"general": True},
                "users": [{"username": "celeriac", "password": Secret("not-to-be-seen")}],
            },
            protect=True,
        )
    ]
}

BREAKS: Final = (
    Break(
        "aws-mq-rabbitmq",
        "aws-mq",
        {"rabbit/engineType": "ActiveMQ"},
        "it runs ActiveMQ",
    ),
    Break(
        "aws-mq-supported-version", "aws-mq", {"rabbit/engineVersion": "3.13"}, "3.13 is too old"
    ),
    Break(
        "aws-mq-supported-version",
        "aws-mq",
        {"rabbit/engineVersion": "4.2"},
        "to 4.3 or later",
        parameters={"least": "4.3"},
    ),
    Break(
        "aws-mq-instance-type", "aws-mq", {"rabbit/hostInstanceType": "mq.m5.large"}, "mq.m5.lar"
    ),
    Break("aws-mq-private", "aws-mq", {"rabbit/publiclyAccessible": True}, "on the internet"),
    Break("aws-mq-cluster", "aws-mq", {"rabbit/deploymentMode": GONE}, "SINGLE_INSTANCE"),
    Break("aws-mq-logs", "aws-mq", {"rabbit/logs": GONE}, "logs.general"),
    Break("aws-mq-logs", "aws-mq", {"rabbit/logs/audit": True}, "leave logs.audit out"),
    Break("aws-mq-minor-upgrades", "aws-mq", {"rabbit/autoMinorVersionUpgrade": GONE}, "fixes"),
    Break(
        "server-no-default-password",
        "aws-mq",
        {"rabbit/users": [{"username": "celeriac", "password": Secret("celeriac")}]},
        "users.password is a default one",
    ),
    Break("aws-mq-own-key", "aws-mq", {"rabbit/encryptionOptions": GONE}, "no key of yours"),
    Break(
        "aws-mq-own-key",
        "aws-mq",
        {"rabbit/encryptionOptions": {"useAwsOwnedKey": False}},
        "no key of yours",
    ),
    Break("aws-mq-protected", "aws-mq", {"rabbit/@protect": False}, "protect=True"),
)

_WHOSE: Final = "whether it is RabbitMQ, and which, of which alone the rule speaks"

CONTEXT: Final[dict[tuple[str, str], str]] = {
    ("aws-mq-supported-version", "engineType"): _WHOSE,
    ("aws-mq-instance-type", "engineType"): _WHOSE,
    ("aws-mq-instance-type", "engineVersion"): _WHOSE,
    ("aws-mq-cluster", "engineType"): _WHOSE,
    ("aws-mq-logs", "engineType"): _WHOSE,
}

BY_PRESENCE: Final[dict[str, set[str]]] = {"aws-mq-protected": {"aws:mq/broker:Broker"}}
