"""RabbitMQ's users and permissions: an app sees its own queues, and administers nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from celeriac_policies.resource import Resource
from celeriac_policies.rule import Parameter, ResourceRule, Settings, Severity, resource_rule
from celeriac_policies.servers.containers import CONTAINERS, Container
from celeriac_policies.servers.known import known_items
from celeriac_policies.values import Properties

_USERS: Final = ("celeriac:rabbitmq:User", "rabbitmq:index/user:User")
_PERMISSIONS: Final = ("celeriac:rabbitmq:Permissions", "rabbitmq:index/permissions:Permissions")
_TOPIC_PERMISSIONS: Final = (
    "celeriac:rabbitmq:TopicPermissions",
    "rabbitmq:index/topicPermissions:TopicPermissions",
)
_PROVIDERS: Final = ("pulumi:providers:celeriac", "pulumi:providers:rabbitmq")

_STRANGERS: Final = ("q7-of.somebody_else", "Z", "amq.topic", "0@node.celery.pidbox\u00fc")
"""Names that have nothing in common: what matches each of them matches every name."""


@resource_rule(
    name="rabbitmq-no-guest",
    description="Nothing logs in to RabbitMQ as guest, its default user with all rights.",
    severity=Severity.HIGH,
    reads=(*_USERS, *_PERMISSIONS, *_TOPIC_PERMISSIONS, *_PROVIDERS, *CONTAINERS),
    steps="Delete guest, and make a user for each app and one for who administers.",
    url="https://www.rabbitmq.com/docs/production-checklist#users",
)
def no_guest(resource: Resource, given: Settings) -> Iterator[str]:
    """The name by which everybody tries first; Amazon MQ deletes such a user."""
    if resource.type in CONTAINERS:
        if Container.of(resource).environment.get("RABBITMQ_DEFAULT_USER") == "guest":
            yield "RABBITMQ_DEFAULT_USER is guest: choose a name that nobody guesses"
        return
    key = "name" if resource.type in _USERS else "user"
    key = "username" if resource.type in _PROVIDERS else key
    if resource.props.get(key) == "guest":
        yield f"{key} is guest, RabbitMQ's default user: make a user of another name, delete guest"


@resource_rule(
    name="rabbitmq-no-administrator",
    description="A user of RabbitMQ that a program makes for an app is no administrator.",
    severity=Severity.HIGH,
    reads=_USERS,
    steps="Take the tag `administrator` away: an app needs permissions in its vhost only.",
    url="https://www.rabbitmq.com/docs/management#permissions",
)
def no_administrator(resource: Resource, given: Settings) -> Iterator[str]:
    """Who gets the app's password would get every vhost with it."""
    if "administrator" in known_items(resource.props.items_of("tags")):
        yield (
            "has the tag administrator, and with it every vhost, user and message: take it away "
            "(Celery needs no tag at all)"
        )


@resource_rule(
    name="rabbitmq-no-tags",
    description="An app's user has no tag, which would let it into RabbitMQ's management.",
    severity=Severity.MEDIUM,
    reads=_USERS,
    steps="Take the tags away; name the users of monitors in the parameter `monitors`.",
    url="https://www.rabbitmq.com/docs/management#permissions",
    parameters=(
        Parameter(
            "monitors",
            "array",
            [],
            "Names of users that monitor: they may have the tags monitoring and management.",
        ),
    ),
)
def no_tags(resource: Resource, given: Settings) -> Iterator[str]:
    """Policies decide on dead letters and limits, monitoring sees the names in every vhost."""
    refused = {"policymaker", "impersonator", "monitoring", "management"}
    tags = sorted(refused & set(known_items(resource.props.items_of("tags"))))
    if tags and resource.props.get("name") in given["monitors"]:
        tags = [tag for tag in tags if tag not in {"monitoring", "management"}]
    if tags:
        yield (
            f"has the tag {', '.join(tags)}: take it away, Celery needs none; a monitor's user is "
            f"named in this rule's parameter monitors"
        )


@resource_rule(
    name="rabbitmq-permissions-own",
    description="An app's permissions in RabbitMQ name its own queues and exchanges, not all.",
    severity=Severity.HIGH,
    reads=_PERMISSIONS,
    steps="Write the names as ^(orders|emails|celery\\.pidbox …)$ instead of .* for each of three.",
    url="https://www.rabbitmq.com/docs/access-control#authorisation",
)
def permissions_own(resource: Resource, given: Settings) -> Iterator[str]:
    """Reading everything is reading the dead letters of everybody, writing it is running tasks."""
    for right, pattern in _permissions(resource):
        if _matches_all(pattern):
            yield (
                f"{right} is {pattern!r}, which is every queue and exchange in the vhost: write "
                f"the app's own names as ^(orders|emails)$"
            )


@resource_rule(
    name="rabbitmq-permissions-anchored",
    description="A permission's pattern is anchored: RabbitMQ matches it anywhere in a name.",
    severity=Severity.MEDIUM,
    reads=_PERMISSIONS,
    steps="Begin each pattern with ^( and end it with )$.",
    url="https://www.rabbitmq.com/docs/access-control#authorisation",
)
def permissions_anchored(resource: Resource, given: Settings) -> Iterator[str]:
    """`orders` lets into `orders-of-others` too."""
    for right, pattern in _permissions(resource):
        if pattern and not pattern.startswith("^") and not _matches_all(pattern):
            yield (
                f"{right} is {pattern!r}, which matches every name that has it anywhere inside: "
                f"write ^({pattern})$"
            )


@resource_rule(
    name="rabbitmq-topic-permissions-own",
    description="Topic permissions, where there are any, name routing keys and not all of them.",
    severity=Severity.MEDIUM,
    reads=_TOPIC_PERMISSIONS,
    steps="Write the routing keys of the app's queues, or leave topic permissions out.",
    url="https://www.rabbitmq.com/docs/access-control#topic-authorisation",
)
def topic_permissions_own(resource: Resource, given: Settings) -> Iterator[str]:
    """A topic permission that allows everything restricts nothing."""
    groups = [resource.props]
    if resource.type == _TOPIC_PERMISSIONS[1]:
        found = known_items(resource.props.items_of("permissions"))
        groups = [one for one in found if isinstance(one, Properties)]
    for group in groups:
        for right, pattern in _patterns(group, "write", "read"):
            if _matches_all(pattern):
                yield f"{right} is {pattern!r}, every routing key: write those of the app's queues"


def _permissions(resource: Resource) -> Iterator[tuple[str, str]]:
    """The three rights with their patterns; Pulumi's own type nests them."""
    is_ours = resource.type == _PERMISSIONS[0]
    where = resource.props if is_ours else resource.props.map("permissions")
    return _patterns(where, "configure", "write", "read")


def _patterns(props: Properties, *rights: str) -> Iterator[tuple[str, str]]:
    """Rights with their patterns, as far as they are known; nothing is allowed by default."""
    for right in rights:
        if props.known(right):
            yield right, str(props.get(right, "^$"))


def _matches_all(pattern: str) -> bool:
    """Whether a pattern of RabbitMQ matches every name; the empty one matches none."""
    if not pattern:
        return False
    try:
        expression = re.compile(pattern)
    except re.error:  # Erlang's expressions are not Python's to the last sign
        return False
    return all(expression.search(name) for name in _STRANGERS)


RULES: Final[tuple[ResourceRule, ...]] = (
    no_guest,
    no_administrator,
    no_tags,
    permissions_own,
    permissions_anchored,
    topic_permissions_own,
)
