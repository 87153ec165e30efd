"""Rules on who may do what in ElastiCache: passwords and users."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from celeriac_policies.aws.elasticache import GROUP
from celeriac_policies.aws.reading import is_given
from celeriac_policies.resource import Resource
from celeriac_policies.rule import Rule, Settings, Severity, resource_rule
from celeriac_policies.servers.redis_acl import rights

USER: Final = "aws:elasticache/user:User"
_GUIDE: Final = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/"
_TOKENS: Final = ("authToken", "authTokenWo")
_MOST: Final = 4
"""Commands that a sentence names."""


@resource_rule(
    name="aws-elasticache-password",
    description="Nobody is in Redis without a password.",
    severity=Severity.CRITICAL,
    reads=(GROUP,),
    steps="Make users in a user group and name it in userGroupIds, or give an authToken.",
    url=f"{_GUIDE}Clusters.RBAC.html",
    same_as={
        "checkov": ("CKV_AWS_31",),
        "cdk-nag": ("AwsSolutions-AEC6",),
        "security-hub": ("ElastiCache.6",),
    },
)
def password(resource: Resource, given: Settings) -> Iterator[str]:
    """Users or a token."""
    props = resource.props
    if not any(is_given(props, key) for key in (*_TOKENS, "userGroupIds")):
        yield (
            "whoever reaches it may read and delete every task: make users in a user group and "
            "name it in userGroupIds, or give an authToken"
        )


@resource_rule(
    name="aws-elasticache-users",
    description="Each app has a user of its own in Redis, not one token with all rights for all.",
    severity=Severity.LOW,
    advice=True,
    reads=(GROUP,),
    steps="Replace the authToken by a user group with one user for each app.",
    url=f"{_GUIDE}Clusters.RBAC.html",
)
def users(resource: Resource, given: Settings) -> Iterator[str]:
    """One token."""
    if any(resource.props.get(key) is not None for key in _TOKENS):
        yield (
            "every app has the same token, with all rights on the others' tasks: make a user for "
            "each app in a user group, named in userGroupIds"
        )


@resource_rule(
    name="aws-elasticache-token-in-force",
    description="A token that is set is needed: with ROTATE the old one, or none, goes on working.",
    severity=Severity.MEDIUM,
    reads=(GROUP,),
    steps="Set authTokenUpdateStrategy to SET.",
    url=f"{_GUIDE}auth.html",
)
def token_in_force(resource: Resource, given: Settings) -> Iterator[str]:
    """How a token comes into force."""
    strategy = resource.props.get("authTokenUpdateStrategy", "ROTATE")
    if is_given(resource.props, "authToken") and strategy != "SET":
        yield (
            "a token that is added or changed leaves the old one, or none, good as well: set "
            "authTokenUpdateStrategy to SET"
        )


@resource_rule(
    name="aws-elasticache-user-password",
    description="Every user of Redis needs a password, or IAM.",
    severity=Severity.HIGH,
    reads=(USER,),
    steps="Give passwords, or authenticationMode of type iam, and leave noPasswordRequired out.",
    url=f"{_GUIDE}Clusters.RBAC.html",
)
def user_password(resource: Resource, given: Settings) -> Iterator[str]:
    """Passwords of users."""
    props = resource.props
    if props.known("accessString") and _disabled(resource):
        return
    if props.get("noPasswordRequired") is True:
        yield "it needs no password: set noPasswordRequired to false and give passwords"
    elif props.map("authenticationMode").get("type") == "no-password-required":
        yield "it needs no password: set authenticationMode's type to password or iam"
    elif rights(props.get("accessString", "")).nopass:
        yield "its accessString says nopass: take that out and give passwords"


@resource_rule(
    name="aws-elasticache-user-rights",
    description="A user of Redis has only commands that Celery sends, never those that hurt all.",
    severity=Severity.HIGH,
    reads=(USER,),
    steps=(
        "Begin accessString with `on ~<prefix>* resetchannels … -@all` and add the commands that "
        "Celery sends, one by one."
    ),
    url=f"{_GUIDE}Clusters.RBAC.html",
)
def user_rights(resource: Resource, given: Settings) -> Iterator[str]:
    """Commands of users."""
    granted = rights(resource.props.get("accessString", "")).commands
    if not _disabled(resource) and granted:
        yield (
            f"it may {_shown(granted)}, which deletes, shows or stops what is not its own: take "
            "that out of accessString, or write -@all and the commands it needs"
        )


@resource_rule(
    name="aws-elasticache-user-keys",
    description="An app's user of Redis has the keys of its prefix; its administrator has all.",
    severity=Severity.LOW,
    advice=True,
    reads=(USER,),
    steps="Write ~<prefix>* and kombu's channels into accessString instead of ~* and &*.",
    url=f"{_GUIDE}Clusters.RBAC.html",
)
def user_keys(resource: Resource, given: Settings) -> Iterator[str]:
    """Keys and channels of users. Which one is the administrator's, nobody can tell from here."""
    found = rights(resource.props.get("accessString", ""))
    if not _disabled(resource) and (found.keys or found.channels):
        yield (
            f"{' and '.join((*found.keys, *found.channels))} in its accessString opens what is "
            "every app's: write the prefix of its own, unless it is the administrator"
        )


@resource_rule(
    name="aws-elasticache-default-user",
    description="The user `default`, which every client without a name is, may do nothing.",
    severity=Severity.MEDIUM,
    reads=(USER,),
    steps="Give the user `default` of the user group the accessString `off resetchannels -@all`.",
    url=f"{_GUIDE}Clusters.RBAC.html",
)
def default_user(resource: Resource, given: Settings) -> Iterator[str]:
    """The user that every group has to have."""
    if resource.props.get("userName") == "default" and not _disabled(resource):
        yield "clients that give no name are this user: begin its accessString with off"


def _shown(commands: tuple[str, ...]) -> str:
    more = len(commands) - _MOST
    return ", ".join(commands[:_MOST]) + (f" and {more} more" if more > 0 else "")


def _disabled(resource: Resource) -> bool:
    return "off" in resource.props.get("accessString", "").split()


RULES: Final[tuple[Rule, ...]] = (
    password,
    users,
    token_in_force,
    user_password,
    user_rights,
    user_keys,
    default_user,
)
