"""Fixtures and breaks of the rules on secrets, security groups and IAM."""

from __future__ import annotations

import json
from typing import Any, Final

from tests.policies.harness import GONE, Break, Fixture, Given

_ARN: Final = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders-settings"


def _document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _allow(action: str, resource: str = _ARN, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


_READS: Final = _document(_allow("secretsmanager:GetSecretValue"), _allow("sqs:ListQueues", "*"))
_SHARED: Final = _document(
    _allow(
        "secretsmanager:GetSecretValue", Principal={"AWS": "arn:aws:iam::111122223333:role/worker"}
    )
)
_PUBLIC: Final = _document(_allow("secretsmanager:GetSecretValue", Principal="*"))
_TRUST: Final = _document(
    {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
    }
)
_ANYBODY: Final = _document({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"})
_ALL: Final = _document(_allow("sqs:*", "arn:aws:sqs:eu-west-1:111122223333:mails"))
_EVERYWHERE: Final = _document(_allow("sqs:SendMessage", "arn:aws:sqs:*:*:*"))
_OWN: Final = "arn:aws:iam::111122223333:policy/orders-worker"
_FULL: Final = "arn:aws:iam::aws:policy/AmazonSQSFullAccess"


def _ingress(*networks: str, port: int = 5671) -> dict[str, Any]:
    return {"protocol": "tcp", "fromPort": port, "toPort": port, "cidrBlocks": list(networks)}


FIXTURES: Final[dict[str, Fixture]] = {
    "aws-secrets": [
        Given(
            "settings",
            "aws:secretsmanager/secret:Secret",
            {
                "name": "orders-settings",
                "kmsKeyId": "alias/orders",
                "recoveryWindowInDays": 30,
                "policy": _SHARED,
            },
            outputs={"id": _ARN, "arn": _ARN},
        ),
        Given(
            "settings-policy",
            "aws:secretsmanager/secretPolicy:SecretPolicy",
            {"secretArn": _ARN, "policy": _SHARED},
        ),
        Given(
            "settings-rotation",
            "aws:secretsmanager/secretRotation:SecretRotation",
            {"secretId": _ARN, "rotationRules": {"automaticallyAfterDays": 30}},
        ),
    ],
    "aws-network": [
        Given(
            "rabbit",
            "aws:ec2/securityGroup:SecurityGroup",
            {"description": "Clients", "ingress": [_ingress("10.0.0.0/16")]},
        ),
        Given(
            "rabbit-rule",
            "aws:ec2/securityGroupRule:SecurityGroupRule",
            {"type": "ingress", **_ingress("10.0.0.0/16"), "ipv6CidrBlocks": ["fd00::/64"]},
        ),
        Given(
            "rabbit-ingress",
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            {"ipProtocol": "tcp", "fromPort": 5671, "toPort": 5671, "cidrIpv4": "10.0.0.0/16"},
        ),
        Given(
            "everything-out",
            "aws:ec2/securityGroupRule:SecurityGroupRule",
            {"type": "egress", "protocol": "-1", "cidrBlocks": ["0.0.0.0/0"]},
        ),
        Given(
            "site",
            "aws:ec2/securityGroup:SecurityGroup",
            {"description": "A web site", "ingress": [_ingress("0.0.0.0/0", port=443)]},
        ),
    ],
    "aws-iam": [
        Given("policy", "aws:iam/policy:Policy", {"policy": _READS}),
        Given("of-role", "aws:iam/rolePolicy:RolePolicy", {"policy": _READS}),
        Given("of-user", "aws:iam/userPolicy:UserPolicy", {"policy": _READS}),
        Given("of-group", "aws:iam/groupPolicy:GroupPolicy", {"policy": _READS}),
        Given(
            "worker",
            "aws:iam/role:Role",
            {
                "assumeRolePolicy": _TRUST,
                "inlinePolicies": [{"name": "reads", "policy": _READS}],
                "managedPolicyArns": [_OWN],
            },
        ),
        Given(
            "role-attached",
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            {"policyArn": "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"},
        ),
        Given(
            "user-attached",
            "aws:iam/userPolicyAttachment:UserPolicyAttachment",
            {"policyArn": _OWN},
        ),
        Given(
            "group-attached",
            "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
            {"policyArn": _OWN},
        ),
        Given("key", "aws:iam/accessKey:AccessKey", {"user": "deploy", "status": "Inactive"}),
    ],
}

_OPEN: Final = "aws-security-group-not-open"
_ACTIONS: Final = "aws-iam-no-wildcard-actions"
_RESOURCES: Final = "aws-iam-no-wildcard-resources"
_ADMIN: Final = "aws-iam-no-full-access"

BREAKS: Final = (
    Break(
        "aws-secretsmanager-not-public", "aws-secrets", {"settings/policy": _PUBLIC}, "every acc"
    ),
    Break(
        "aws-secretsmanager-not-public", "aws-secrets", {"settings-policy/policy": _PUBLIC}, "every"
    ),
    Break("aws-secretsmanager-own-key", "aws-secrets", {"settings/kmsKeyId": GONE}, "kmsKeyId"),
    Break(
        "aws-secretsmanager-recovery", "aws-secrets", {"settings/recoveryWindowInDays": 0}, "0 days"
    ),
    Break(
        "aws-secretsmanager-rotation",
        "aws-secrets",
        {"settings-rotation/secretId": "x"},
        "by itself",
    ),
    Break(
        "aws-secretsmanager-rotation",
        "aws-secrets",
        {"settings-rotation/rotationRules": {"automaticallyAfterDays": 365}},
        "every 365 days",
    ),
    Break(_OPEN, "aws-network", {"rabbit/ingress": [_ingress("0.0.0.0/0")]}, "0.0.0.0/0 reaches"),
    Break(
        _OPEN,
        "aws-network",
        {"rabbit/ingress": [_ingress("10.0.0.0/16", "0.0.0.0/0", "128.0.0.0/1")]},
        "reaches port 5671",
        times=2,
    ),
    Break(_OPEN, "aws-network", {"rabbit-rule/cidrBlocks": ["0.0.0.0/0"]}, "port 5671"),
    Break(_OPEN, "aws-network", {"rabbit-rule/ipv6CidrBlocks": ["::/0"]}, "::/0 reaches"),
    Break(_OPEN, "aws-network", {"everything-out/type": "ingress"}, "all ports"),
    Break(_OPEN, "aws-network", {"rabbit-ingress/cidrIpv4": "0.0.0.0/0"}, "port 5671"),
    Break(_OPEN, "aws-network", {"rabbit-ingress/cidrIpv6": "::/0"}, "::/0 reaches"),
    Break(
        _OPEN,
        "aws-network",
        {
            "rabbit-ingress/cidrIpv4": "0.0.0.0/0",
            "rabbit-ingress/fromPort": 443,
            "rabbit-ingress/toPort": 5671,
        },
        "ports 443 to 5671",
    ),
    Break(
        _OPEN,
        "aws-network",
        {"rabbit-ingress/cidrIpv4": "0.0.0.0/0", "rabbit-ingress/ipProtocol": "-1"},
        "all ports",
    ),
    Break(
        _OPEN,
        "aws-network",
        {
            "rabbit-rule/cidrBlocks": ["0.0.0.0/0"],
            "rabbit-rule/protocol": "all",
            "rabbit-rule/fromPort": 0,
            "rabbit-rule/toPort": 0,
        },
        "all ports",
    ),
    *(
        Break(_ACTIONS, "aws-iam", {f"{name}/policy": _ALL}, "it allows sqs:*")
        for name in ("policy", "of-role", "of-user", "of-group")
    ),
    Break(
        _ACTIONS,
        "aws-iam",
        {"policy/policy": _document({"Effect": "Allow", "NotAction": "iam:*", "Resource": _ARN})},
        "NotAction",
    ),
    Break(
        _ACTIONS,
        "aws-iam",
        {"worker/inlinePolicies": [{"name": "all", "policy": _ALL}]},
        "it allows sqs:*",
    ),
    *(
        Break(_RESOURCES, "aws-iam", {f"{name}/policy": _EVERYWHERE}, "on everything")
        for name in ("policy", "of-role", "of-user", "of-group")
    ),
    Break(
        _RESOURCES,
        "aws-iam",
        {"policy/policy": _document(_allow("kms:Decrypt", "*"))},
        "kms:Decrypt on everything",
    ),
    Break(
        _RESOURCES,
        "aws-iam",
        {"policy/policy": _document(_allow("kms:Decrypt", "arn:aws:kms:*:111122223333:key/*"))},
        "kms:Decrypt on everything",
    ),
    Break(
        _RESOURCES,
        "aws-iam",
        {"worker/inlinePolicies": [{"name": "all", "policy": _EVERYWHERE}]},
        "on everything",
    ),
    Break(
        "aws-iam-trust-not-public", "aws-iam", {"worker/assumeRolePolicy": _ANYBODY}, "may assume"
    ),
    *(
        Break(_ADMIN, "aws-iam", {f"{name}-attached/policyArn": _FULL}, "AmazonSQSFullAccess")
        for name in ("role", "user", "group")
    ),
    Break(
        _ADMIN,
        "aws-iam",
        {"worker/managedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"]},
        "AdministratorAccess",
    ),
    Break("aws-iam-no-static-keys", "aws-iam", {"key/status": GONE}, "run the app with a role"),
)

CONTEXT: Final[dict[tuple[str, str], str]] = {
    ("aws-secretsmanager-rotation", "name"): "which secret it is that a rotation names",
}
