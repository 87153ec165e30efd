"""Rules on Secrets Manager, which keeps what Celery has to be told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from celeriac_policies.aws.documents import public
from celeriac_policies.resource import Resource, Stack, each
from celeriac_policies.rule import (
    Parameter,
    Rule,
    Settings,
    Severity,
    Violation,
    resource_rule,
    stack_rule,
)

ENTRY: Final = "aws:secretsmanager/secret:Secret"
POLICY: Final = "aws:secretsmanager/secretPolicy:SecretPolicy"
ROTATION: Final = "aws:secretsmanager/secretRotation:SecretRotation"

_GUIDE: Final = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/"


@resource_rule(
    name="aws-secretsmanager-not-public",
    description="A secret's policy does not let everybody read it.",
    severity=Severity.CRITICAL,
    reads=(ENTRY, POLICY),
    steps="Name roles or accounts as principals instead of *, or narrow it with a condition.",
    url=f"{_GUIDE}auth-and-access_resource-policies.html",
)
def not_public(resource: Resource, given: Settings) -> Iterator[str]:
    """Policies on secrets."""
    for _ in public(resource.props.document("policy")):
        yield "its policy allows every account of AWS to use it: name roles or accounts instead"


@resource_rule(
    name="aws-secretsmanager-own-key",
    description="A key of one's own encrypts a secret, so that its use is logged and ended.",
    severity=Severity.LOW,
    advice=True,
    reads=(ENTRY,),
    steps="Name a key of KMS in kmsKeyId.",
    url=f"{_GUIDE}security-encryption.html",
    same_as={
        "checkov": ("CKV_AWS_149",),
        "cdk-nag": ("NIST.800.53.R5-SecretsManagerUsingKMSKey",),
        "trivy": ("AVD-AWS-0098",),
        "cfn-nag": ("W77",),
    },
)
def own_key(resource: Resource, given: Settings) -> Iterator[str]:
    """A customer's key."""
    if resource.props.get("kmsKeyId") is None:
        yield "no key of yours encrypts it: name one in kmsKeyId, where a regulation asks for one"


@resource_rule(
    name="aws-secretsmanager-recovery",
    description="A secret that was deleted by mistake can be brought back.",
    severity=Severity.MEDIUM,
    reads=(ENTRY,),
    steps="Leave recoveryWindowInDays out, or set it to 7 to 30.",
    url=f"{_GUIDE}manage_delete-secret.html",
    parameters=(Parameter("leastDays", "integer", 7, "Days in which it can be, at least."),),
)
def recovery(resource: Resource, given: Settings) -> Iterator[str]:
    """After deletion."""
    days = resource.props.get("recoveryWindowInDays", 30)
    if days < given["leastDays"]:
        yield (
            f"{days} days after its deletion it is gone for good: set recoveryWindowInDays to "
            f"{given['leastDays']} or more"
        )


@stack_rule(
    name="aws-secretsmanager-rotation",
    description="Secrets change from time to time, by themselves.",
    severity=Severity.LOW,
    advice=True,
    reads=(ENTRY, ROTATION),
    steps=(
        "Make an aws.secretsmanager.SecretRotation. A secret that this stack writes itself, from "
        "what it made, changes with `pulumi up --replace` of its password instead."
    ),
    url=f"{_GUIDE}rotating-secrets.html",
    parameters=(Parameter("mostDays", "integer", 90, "Days between two rotations, at most."),),
    same_as={
        "checkov": ("CKV2_AWS_57", "CKV_AWS_304"),
        "cdk-nag": ("AwsSolutions-SMG4",),
        "security-hub": ("SecretsManager.1", "SecretsManager.4"),
    },
)
def rotation(stack: Stack, given: Settings) -> Iterator[Violation]:
    """Rotation."""
    yield from each(stack.of(ROTATION), lambda found: _slow(found, given["mostDays"]))
    # While one of them is not known, it may be any secret's.
    rotated = {str(found.props.get("secretId")) for found in stack.of(ROTATION)}
    for secret in stack.of(ENTRY):
        names = {"id", "arn", "name"} & set(secret.props)
        known = {str(secret.props.get(name)) for name in names if secret.props.known(name)}
        if not rotated & known:
            yield Violation("it never changes by itself: make a SecretRotation for it", secret)


def _slow(rotation: Resource, most: int) -> Iterator[Violation]:
    days = rotation.props.map("rotationRules").get("automaticallyAfterDays", 0)
    if days > most:
        yield Violation(
            f"the secret changes every {days} days: set automaticallyAfterDays to {most} or less",
            rotation,
        )


RULES: Final[tuple[Rule, ...]] = (not_public, own_key, recovery, rotation)
