"""What in production should be no habit: dropping what is in use, taking over what is another's."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from typing import Final

from celeriac_policies.resource import Resource
from celeriac_policies.rule import Parameter, ResourceRule, Settings, Severity, resource_rule

_DROPPING: Final = (
    "celeriac:rabbitmq:Vhost",
    "celeriac:rabbitmq:Queue",
    "celeriac:rabbitmq:DelayedDelivery",
    "celeriac:redis:KeyPrefix",
    "celeriac:postgresql:Database",
    "celeriac:postgresql:ResultTables",
    "celeriac:mysql:Database",
    "celeriac:mysql:ResultTables",
    "celeriac:mongodb:ResultCollections",
    "celeriac:elasticsearch:ResultIndex",
    "celeriac:kafka:Topic",
    "celeriac:pubsub:Subscription",
    "celeriac:sqs:Queue",
)
_ADOPTING: Final = (
    *_DROPPING,
    "celeriac:rabbitmq:User",
    "celeriac:rabbitmq:Permissions",
    "celeriac:rabbitmq:Policy",
    "celeriac:redis:AclUser",
    "celeriac:redis:Config",
    "celeriac:postgresql:Role",
    "celeriac:postgresql:Grants",
    "celeriac:mysql:User",
    "celeriac:mongodb:User",
    "celeriac:kafka:ScramUser",
    "celeriac:pubsub:Topic",
    "celeriac:kafka:Acl",
)

_STACKS: Final = Parameter(
    "stacks",
    "array",
    ["*prod*", "*live*"],
    "Names of the stacks that are production; * is allowed.",
)


def _is_production(resource: Resource, given: Settings) -> bool:
    """Whether the resource's stack is; a URN is `urn:pulumi:<stack>::…`."""
    stack = resource.urn.removeprefix("urn:pulumi:").partition("::")[0]
    return any(fnmatch.fnmatchcase(stack, pattern) for pattern in given["stacks"])


@resource_rule(
    name="celeriac-force-destroy",
    description="In production a destroy asks before it drops messages and results.",
    severity=Severity.LOW,
    reads=_DROPPING,
    steps="Take forceDestroy away, and run up: the next destroy refuses what holds something.",
    url="https://www.pulumi.com/docs/iac/concepts/resources/options/protect/",
    parameters=(_STACKS,),
    advice=True,
)
def force_destroy(resource: Resource, given: Settings) -> Iterator[str]:
    """It belongs into the last `up` before a destroy that is meant."""
    if resource.props.get("forceDestroy", False) is True and _is_production(resource, given):
        yield (
            "forceDestroy is true: a destroy, or a change of name, drops the messages or results "
            "in it without a word: take it away until that is meant"
        )


@resource_rule(
    name="celeriac-adopt",
    description="In production nothing is taken over any more once it is the stack's own.",
    severity=Severity.LOW,
    reads=_ADOPTING,
    steps="Take adopt away after the `up` that took the object over: it stays the stack's.",
    url="https://www.pulumi.com/docs/iac/guides/migration/import/",
    parameters=(_STACKS,),
    advice=True,
)
def adopt(resource: Resource, given: Settings) -> Iterator[str]:
    """With it the next name that is another's is taken over too, and deleted with the stack."""
    if resource.props.get("adopt", False) is True and _is_production(resource, given):
        yield (
            "adopt is true: what has this name is taken over whoever made it, and deleted with "
            "the stack: take adopt away after the up that took it over"
        )


RULES: Final[tuple[ResourceRule, ...]] = (force_destroy, adopt)
