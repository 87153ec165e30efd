"""What holds for all that AMQP declares: exchanges, queues, bindings.

None of them can be changed: a declaration that differs is refused with 406 PRECONDITION_FAILED, so
every change makes the object anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from celeriac_provider.engine.errors import Mistake

if TYPE_CHECKING:
    from collections.abc import Mapping

    from celeriac_provider.engine.resource import Resource

R = TypeVar("R", bound="Resource")


def same(wanted: R, found: R) -> None:
    """Accept what exists, if it is what is wanted.

    Raises:
        Mistake: it exists (made by hand, by Celery, or by an `up` that was interrupted), and
            differs.
    """
    for p in wanted.properties():
        if not p.replaces or p.same(getattr(found, p.name), getattr(wanted, p.name)):
            continue
        raise Mistake(
            f"the {wanted.noun()} {wanted.id()!r} exists already with {p.key} "
            f"{getattr(found, p.name)!r} instead of {getattr(wanted, p.name)!r}, which RabbitMQ "
            f"cannot change: delete it on the server, or ask for what is there",
            p.key,
        )


def arguments(value: Mapping[str, Any]) -> str | None:
    """Arguments of an exchange or binding: any, with a name."""
    return "holds an argument without a name" if "" in value else None
