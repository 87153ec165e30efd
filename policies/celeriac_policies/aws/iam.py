"""Rules on IAM: rights of workers, of those who send tasks, and of what is around them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from celeriac_policies.aws.documents import allowing, narrowed, public, words
from celeriac_policies.resource import Resource
from celeriac_policies.rule import Parameter, Rule, Settings, Severity, resource_rule
from celeriac_policies.values import Properties

ROLE: Final = "aws:iam/role:Role"
KEY: Final = "aws:iam/accessKey:AccessKey"
POLICIES: Final = (
    "aws:iam/policy:Policy",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/userPolicy:UserPolicy",
    "aws:iam/groupPolicy:GroupPolicy",
)
ATTACHMENTS: Final = (
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
)

_GUIDE: Final = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
_SERVICES: Final = frozenset({"*", "elasticache", "kms", "mq", "rds", "secretsmanager", "sqs"})
"""Services whose actions are on resources that can be named, and matter to Celery."""
_OF_NONE: Final = frozenset(
    {
        "elasticache:describecacheclusters",
        "elasticache:describereplicationgroups",
        "kms:listaliases",
        "kms:listkeys",
        "mq:describebrokerenginetypes",
        "mq:listbrokers",
        "rds:describedbinstances",
        "secretsmanager:getrandompassword",
        "secretsmanager:listsecrets",
        "sqs:listqueues",
    }
)
"""Actions of theirs on no resource in particular."""
_FULL: Final = frozenset({"AdministratorAccess", "PowerUserAccess"})
"""AWS's policies that allow everything, but for those called `…FullAccess`."""


@resource_rule(
    name="aws-iam-no-wildcard-actions",
    description="A policy names the actions it allows, not all of a service.",
    severity=Severity.HIGH,
    reads=(*POLICIES, ROLE),
    steps=(
        "Name the actions. A worker on SQS needs sqs:ReceiveMessage, DeleteMessage, SendMessage, "
        "ChangeMessageVisibility and GetQueueAttributes."
    ),
    url=f"{_GUIDE}best-practices.html#grant-least-privilege",
    same_as={
        "checkov": ("CKV_AWS_62", "CKV_AWS_63"),
        "cdk-nag": (
            "AwsSolutions-IAM5",
            "NIST.800.53.R5-IAMPolicyNoStatementsWithAdminAccess",
            "NIST.800.53.R5-IAMPolicyNoStatementsWithFullAccess",
        ),
        "trivy": ("AVD-AWS-0057",),
        "cfn-nag": ("F3", "F4", "F5"),
        "security-hub": ("IAM.1", "IAM.21"),
    },
)
def no_wildcard_actions(resource: Resource, given: Settings) -> Iterator[str]:
    """Actions."""
    for document in _documents(resource):
        for statement in allowing(document):
            for action in words(statement, "Action"):
                if action == "*" or action.endswith(":*"):
                    yield f"it allows {action}: name the actions that are needed"
            if "NotAction" in statement:
                yield "it allows every action but a few (NotAction): name those that are needed"


@resource_rule(
    name="aws-iam-no-wildcard-resources",
    description="A policy names the queues, keys and secrets that it is about.",
    severity=Severity.MEDIUM,
    reads=(*POLICIES, ROLE),
    steps="Name ARNs in Resource, or narrow the statement with a condition.",
    url=f"{_GUIDE}best-practices.html#grant-least-privilege",
    same_as={
        "checkov": ("CKV_AWS_355",),
        "cdk-nag": ("AwsSolutions-IAM5",),
        "trivy": ("AVD-AWS-0057",),
        "cfn-nag": ("W11", "W12", "W13"),
    },
)
def no_wildcard_resources(resource: Resource, given: Settings) -> Iterator[str]:
    """Resources."""
    for document in _documents(resource):
        for statement in allowing(document):
            actions = [action for action in words(statement, "Action") if _of_resources(action)]
            if actions and not narrowed(statement) and _names_no_resource(statement):
                yield f"it allows {', '.join(actions)} on everything: name ARNs in Resource"


@resource_rule(
    name="aws-iam-trust-not-public",
    description="A role can be assumed by whom its trust policy names, not by everybody.",
    severity=Severity.CRITICAL,
    reads=(ROLE,),
    steps="Name services, accounts or roles as principals of the trust policy instead of *.",
    url=f"{_GUIDE}reference_policies_elements_principal.html",
    same_as={"checkov": ("CKV_AWS_60",)},
)
def trust_not_public(resource: Resource, given: Settings) -> Iterator[str]:
    """Trust policies."""
    for _ in public(resource.props.document("assumeRolePolicy")):
        yield "every account of AWS may assume it: name services, accounts or roles instead of *"


@resource_rule(
    name="aws-iam-no-full-access",
    description="Nobody has one of AWS's policies that allow everything, or all of a service.",
    severity=Severity.HIGH,
    reads=(*ATTACHMENTS, ROLE),
    steps="Attach a policy of your own that names actions and resources.",
    url=f"{_GUIDE}access_policies_managed-vs-inline.html",
    parameters=(
        Parameter("allowed", "array", [], "Names of AWS's policies that may be attached."),
    ),
    same_as={"checkov": ("CKV_AWS_274",), "cdk-nag": ("AwsSolutions-IAM4",)},
)
def no_full_access(resource: Resource, given: Settings) -> Iterator[str]:
    """AWS's own policies."""
    props = resource.props
    arns = props.items_of("managedPolicyArns") if resource.type == ROLE else [props["policyArn"]]
    for arn in arns:
        name = str(arn).rpartition("/")[2]
        full = name.endswith("FullAccess") or name in _FULL
        if ":aws:policy/" in str(arn) and full and name not in given["allowed"]:
            yield f"it has AWS's policy {name}: attach one that names actions and resources instead"


@resource_rule(
    name="aws-iam-no-static-keys",
    description="Apps get credentials from the role they run as, which change by themselves.",
    severity=Severity.LOW,
    advice=True,
    reads=(KEY,),
    steps="Give the ECS task, the EC2 machine or the Lambda function a role, and delete the key.",
    url=f"{_GUIDE}best-practices.html#bp-workloads-use-roles",
    same_as={"checkov": ("CKV_AWS_273",)},
)
def no_static_keys(resource: Resource, given: Settings) -> Iterator[str]:
    """Access keys."""
    if resource.props.get("status", "Active") != "Inactive":
        yield "it is good until somebody deletes it: run the app with a role instead"


def _documents(resource: Resource) -> Iterator[Properties]:
    """The permissions of a policy or a role."""
    if resource.type != ROLE:
        yield resource.props.document("policy")
        return
    for inline in resource.props.items_of("inlinePolicies"):
        yield inline.document("policy")


def _of_resources(action: str) -> bool:
    """Whether an action of a service that we know is on a resource that can be named."""
    return action.partition(":")[0] in _SERVICES and action.lower() not in _OF_NONE


def _names_no_resource(statement: Properties) -> bool:
    """Whether its resource is everything, or everything of a service."""
    if "NotResource" in statement:
        return True
    return any(
        not resource.rpartition(":")[2].removeprefix("key/").strip("*")
        for resource in words(statement, "Resource")
    )


RULES: Final[tuple[Rule, ...]] = (
    no_wildcard_actions,
    no_wildcard_resources,
    trust_not_public,
    no_full_access,
    no_static_keys,
)
