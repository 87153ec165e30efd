"""Passwords of users and administrators: none that everybody guesses first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from celeriac_policies.resource import Resource
from celeriac_policies.rule import ResourceRule, Settings, Severity, resource_rule
from celeriac_policies.servers.known import known_items
from celeriac_policies.servers.passwords import is_guessed
from celeriac_policies.values import Properties

_NAMES: Final = {
    "celeriac:rabbitmq:User": "name",
    "celeriac:redis:AclUser": "name",
    "celeriac:postgresql:Role": "name",
    "celeriac:kafka:ScramUser": "name",
    "celeriac:mysql:User": "name",
    "celeriac:mongodb:User": "name",
    "rabbitmq:index/user:User": "name",
    "postgresql:index/role:Role": "name",
    "pulumi:providers:celeriac": "username",
    "pulumi:providers:rabbitmq": "username",
    "pulumi:providers:postgresql": "username",
    "aws:rds/instance:Instance": "username",
    "aws:rds/cluster:Cluster": "masterUsername",
    "aws:elasticache/replicationGroup:ReplicationGroup": "",
    "aws:mq/broker:Broker": "",
}
"""What has a password, and where the user's name is; empty for none, or one of its own each."""

_PASSWORDS: Final = {
    "postgresql:index/role:Role": ("password", "passwordWo"),
    "aws:rds/cluster:Cluster": ("masterPassword",),
    "aws:elasticache/replicationGroup:ReplicationGroup": ("authToken",),
    "aws:mq/broker:Broker": (),
}
"""Where the password is, unless that is `password` alone; Wo is written only, never read back."""


@resource_rule(
    name="server-no-default-password",
    description="No user of a broker or result backend has a password that everybody guesses.",
    severity=Severity.CRITICAL,
    reads=tuple(_NAMES),
    steps="Leave the password out where it is generated; else take 32 random letters.",
    url="https://www.rabbitmq.com/docs/production-checklist#users",
)
def no_default_password(resource: Resource, given: Settings) -> Iterator[str]:
    """Those of the images' documentation, of tutorials, and the user's own name."""
    for key, password, user in _logins(resource):
        # An empty one is left to the rules that want one at all.
        if password and is_guessed(password, user):
            yield f"{key} is a default one, or the user's name: take 32 random letters"


def _logins(resource: Resource) -> Iterator[tuple[str, str, str]]:
    """Where a password is, the password, and whose it is; as far as they are known."""
    name, props = _NAMES[resource.type], resource.props
    for key in _PASSWORDS.get(resource.type, ("password",)):
        yield key, _known(props, key), _known(props, name) if name else ""
    if resource.type == "aws:mq/broker:Broker" and props.known("users"):
        for user in known_items(props.items_of("users")):
            yield "users.password", _known(user, "password"), _known(user, "username")


def _known(props: Properties, key: str) -> str:
    return str(props.get(key, "")) if props.known(key) else ""


RULES: Final[tuple[ResourceRule, ...]] = (no_default_password,)
