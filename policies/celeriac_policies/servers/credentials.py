"""Passwords of users and administrators: none that everybody guesses first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from celeriac_policies.resource import Resource
from celeriac_policies.rule import ResourceRule, Settings, Severity, resource_rule
from celeriac_policies.servers.passwords import is_guessed

_NAMES: Final = {
    "celeriac:rabbitmq:User": "name",
    "celeriac:redis:AclUser": "name",
    "celeriac:postgresql:Role": "name",
    "rabbitmq:index/user:User": "name",
    "postgresql:index/role:Role": "name",
    "pulumi:providers:celeriac": "username",
    "pulumi:providers:rabbitmq": "username",
    "pulumi:providers:postgresql": "username",
}
"""What has a password, and where the user's name is."""

_PASSWORDS: Final = {"postgresql:index/role:Role": ("password", "passwordWo")}
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
    props = resource.props
    name = _NAMES[resource.type]
    user = str(props.get(name, "")) if props.known(name) else ""
    for key in _PASSWORDS.get(resource.type, ("password",)):
        # An empty one is left to the rules that want one at all.
        found = props.get(key, "") if props.known(key) else ""
        if found and is_guessed(str(found), user):
            yield f"{key} is a default one, or the user's name: take 32 random letters"


RULES: Final[tuple[ResourceRule, ...]] = (no_default_password,)
