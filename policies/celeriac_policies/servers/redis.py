"""Redis's users: an app's own keys and channels, no command that hurts the others, a password."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from celeriac_policies.resource import Resource
from celeriac_policies.rule import Changes, ResourceRule, Settings, Severity, resource_rule
from celeriac_policies.servers.hosts import parts
from celeriac_policies.servers.known import known_items
from celeriac_policies.servers.redis_acl import dangerous, opens_all

_USER: Final = "celeriac:redis:AclUser"
_PROVIDER: Final = "pulumi:providers:celeriac"
_ACL: Final = "https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/"


@resource_rule(
    name="redis-acl-keys-own",
    description="An app's user of Redis has the keys below the app's prefix, not all keys.",
    severity=Severity.HIGH,
    reads=(_USER,),
    steps="Write the app's prefix: keys [orders:*], and the same as global_keyprefix of Celery.",
    url=_ACL + "#key-permissions",
)
def keys_own(resource: Resource, given: Settings) -> Iterator[str]:
    """Tasks of other apps are keys as well."""
    for name in ("keys", "readKeys", "writeKeys"):
        if resource.props.known(name):
            for pattern in known_items(resource.props.items_of(name)):
                if opens_all(str(pattern)):
                    yield (
                        f"{name} has {pattern}, every app's keys: write the app's own prefix as "
                        f"orders:*"
                    )


@resource_rule(
    name="redis-acl-channels-own",
    description="An app's user of Redis has the channels below the app's prefix, not all.",
    severity=Severity.MEDIUM,
    reads=(_USER,),
    steps="Write the patterns that kombu subscribes to, with the app's prefix at their begin.",
    url=_ACL,
)
def channels_own(resource: Resource, given: Settings) -> Iterator[str]:
    """Remote control is a channel: who may publish there shuts down the workers of others."""
    for pattern in known_items(resource.props.items_of("channels")):
        if opens_all(str(pattern)):
            yield (
                f"channels has {pattern}, with which it can shut down every app's workers: write "
                f"the app's own as orders:/0.celery.pidbox"
            )


def _commands(resource: Resource) -> list[str]:
    """All rules of commands in their order."""
    props = resource.props
    return [str(rule) for key in ("commands", "optionalCommands") for rule in props.items_of(key)]


def _without_dangerous(resource: Resource, given: Settings) -> Changes:
    """Take each of them back at the end, and grant none of them optionally."""
    found = dangerous(_commands(resource))
    if not found:
        return {}
    commands: list[Any] = list(resource.props.items_of("commands"))
    optional = resource.props.items_of("optionalCommands")
    changes = {"commands": [*commands, *(f"-{command}" for command in found)]}
    kept = [rule for rule in optional if not dangerous([str(rule)])]
    return changes | ({"optionalCommands": kept} if len(kept) < len(optional) else {})


@resource_rule(
    name="redis-acl-no-dangerous-commands",
    description="An app's user of Redis has no command that stops, empties or administers it.",
    severity=Severity.HIGH,
    reads=(_USER,),
    steps="Grant the commands that Celery needs, or end the rules with -@dangerous.",
    url=_ACL + "#command-categories",
    mend=_without_dangerous,
)
def no_dangerous_commands(resource: Resource, given: Settings) -> Iterator[str]:
    """FLUSHALL drops the tasks of everybody, CONFIG tells and sets everything, KEYS blocks."""
    found = dangerous(_commands(resource))
    if found:
        more = f" and {len(found) - 4} more" if len(found) > 4 else ""  # noqa: PLR2004
        yield (
            f"may do {', '.join(word.upper() for word in found[:4])}{more}: write -@dangerous "
            f"after what grants them, Celery needs none"
        )


@resource_rule(
    name="redis-password",
    description="Nobody gets into Redis without a password.",
    severity=Severity.CRITICAL,
    reads=(_USER, _PROVIDER),
    steps="Give every user a password, the default user too (requirepass).",
    url=_ACL,
)
def password(resource: Resource, given: Settings) -> Iterator[str]:
    """A Redis without one takes tasks from everybody who reaches it, and workers run them."""
    if resource.type == _USER:
        # Where none is given, it is generated.
        if "password" in resource.props and resource.props.get("password", None) == "":
            yield "the password is empty, which is nopass: leave it out and one is generated"
        return
    endpoint = parts(str(resource.props.get("endpoint", "")))
    if endpoint is None or endpoint.scheme not in {"redis", "rediss"}:
        return
    ways = ("password", "passwordEnv", "passwordFile", "passwordSecret", "clientCertificateFile")
    if endpoint.password or any(not resource.props.known(way) for way in ways):
        return
    if not any(resource.props.get(way) for way in ways):
        yield (
            f"the administrator of {endpoint.hostname} has no password, so everybody is one: set "
            f"requirepass or an ACL file on Redis, and give the provider passwordEnv"
        )


RULES: Final[tuple[ResourceRule, ...]] = (
    keys_own,
    channels_own,
    no_dangerous_commands,
    password,
)
