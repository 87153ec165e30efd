"""Kafka's access control lists, as far as resources and marks need them."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from celeriac_provider.engine.context import Context
from celeriac_provider.kafka.client import Kafka

if TYPE_CHECKING:
    from confluent_kafka.admin import AclBinding, AclBindingFilter, AdminClient

KINDS: Final = {
    "topic": "TOPIC",
    "group": "GROUP",
    "transactionalId": "TRANSACTIONAL_ID",
    "cluster": "BROKER",
}
"""Kinds of what is protected, and librdkafka's names of them."""
OPERATIONS: Final = {
    "All": "ALL",
    "Read": "READ",
    "Write": "WRITE",
    "Create": "CREATE",
    "Delete": "DELETE",
    "Alter": "ALTER",
    "Describe": "DESCRIBE",
    "ClusterAction": "CLUSTER_ACTION",
    "DescribeConfigs": "DESCRIBE_CONFIGS",
    "AlterConfigs": "ALTER_CONFIGS",
    "IdempotentWrite": "IDEMPOTENT_WRITE",
}
"""Kafka's names of operations, and librdkafka's."""
_PRINCIPAL: Final = "User:"


@dataclass(frozen=True)
class Place:
    """What entries are about.

    Args:
        kind: one of KINDS.
        name: the topic's or group's.
        pattern: "literal" or "prefixed".
    """

    kind: str
    name: str
    pattern: str = "literal"


@dataclass(frozen=True)
class Entry:
    """One entry, about a place.

    Args:
        user: whom it is about.
        operation: one of OPERATIONS.
        allowed: whether it allows it, or denies it.
        host: from where.
    """

    user: str
    operation: str
    allowed: bool = True
    host: str = "*"


def find(
    ctx: Context, place: Place, *, allowed: bool, user: str | None = None, host: str | None = None
) -> list[Entry]:
    """The entries about a place."""

    def ask(admin: AdminClient, seconds: float) -> Any:
        wanted = _filter(place, user, host, None, allowed=allowed)
        return admin.describe_acls(wanted, request_timeout=seconds)

    names = {value: key for key, value in OPERATIONS.items()}
    found = ctx.client(Kafka).call(ctx, f"read who may use the {place.kind} {place.name!r}", ask)
    return [
        Entry(
            one.principal.removeprefix(_PRINCIPAL),
            names.get(one.operation.name, one.operation.name),
            allowed,
            one.host,
        )
        for one in found
    ]


def add(ctx: Context, place: Place, entries: Iterable[Entry]) -> None:
    """Add entries; those that are there stay."""
    wanted = list(entries)
    if not wanted:
        return

    def ask(admin: AdminClient, seconds: float) -> Any:
        bindings = [_binding(place, entry) for entry in wanted]
        return _all(admin.create_acls(bindings, request_timeout=seconds))

    ctx.client(Kafka).call(ctx, f"say who may use the {place.kind} {place.name!r}", ask)


def remove(ctx: Context, place: Place, entries: Iterable[Entry]) -> None:
    """Remove entries; those that are gone are fine."""
    unwanted = list(entries)
    if not unwanted:
        return

    def ask(admin: AdminClient, seconds: float) -> Any:
        filters = [
            _filter(place, one.user, one.host, one.operation, allowed=one.allowed)
            for one in unwanted
        ]
        return _all(admin.delete_acls(filters, request_timeout=seconds))

    ctx.client(Kafka).call(ctx, f"say who may not use the {place.kind} {place.name!r}", ask)


def _binding(place: Place, entry: Entry) -> AclBinding:
    from confluent_kafka import admin as k  # noqa: PLC0415 - see client

    return k.AclBinding(
        k.ResourceType[KINDS[place.kind]],
        place.name,
        k.ResourcePatternType[place.pattern.upper()],
        _PRINCIPAL + entry.user,
        entry.host,
        k.AclOperation[OPERATIONS[entry.operation]],
        k.AclPermissionType.ALLOW if entry.allowed else k.AclPermissionType.DENY,
    )


def _filter(
    place: Place, user: str | None, host: str | None, operation: str | None, *, allowed: bool
) -> AclBindingFilter:
    from confluent_kafka import admin as k  # noqa: PLC0415 - see client

    return k.AclBindingFilter(
        k.ResourceType[KINDS[place.kind]],
        place.name,
        k.ResourcePatternType[place.pattern.upper()],
        None if user is None else _PRINCIPAL + user,
        host,
        k.AclOperation.ANY if operation is None else k.AclOperation[OPERATIONS[operation]],
        k.AclPermissionType.ALLOW if allowed else k.AclPermissionType.DENY,
    )


def _all(answers: dict[Any, Future[Any]]) -> Future[Any]:
    """One answer for several that come together; the first that failed, if any did."""
    every: Future[Any] = Future()
    waiting = list(answers.values())

    def one_came(_: Future[Any]) -> None:
        if not wait(waiting, timeout=0).not_done and not every.done():
            failed = next((a.exception() for a in waiting if a.exception()), None)
            if failed is not None:
                every.set_exception(failed)
            else:
                every.set_result([answer.result() for answer in waiting])

    for answer in waiting:
        answer.add_done_callback(one_came)
    return every
