"""Create, update and delete with the rules that hold for every resource: ours or not, guards."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, TypeVar

from celeriac_provider.engine.errors import Mistake, Refused
from celeriac_provider.engine.marks import Ownership

if TYPE_CHECKING:
    from celeriac_provider.engine.context import Context
    from celeriac_provider.engine.resource import Resource

R = TypeVar("R", bound="Resource")


def create(wanted: R, ctx: Context, urn: str) -> R:
    """Make the object; take up what an interrupted `up` left; refuse what is somebody else's."""
    found = type(wanted).read(ctx, wanted.identified_by(), None)
    if found is None:
        return _complete(wanted, mark=str(ctx.mark)).create(ctx)
    ownership = ctx.mark.judge(found.mark, inside=wanted.inside)
    if ownership is Ownership.OURS:
        return _complete(wanted, mark=found.mark).update(found, ctx)
    if wanted.adopt:
        mark = found.mark if wanted.inside else str(ctx.mark)
        return _complete(wanted, mark=mark).update(found, ctx)
    raise Mistake(_refusal(wanted, ownership, urn))


def update(wanted: R, old: R, ctx: Context) -> R:
    """Bring the object to the wanted state; what was generated stays; an import is marked now."""
    mark = old.mark or (None if wanted.inside else str(ctx.mark))
    return _complete(wanted, mark=mark, old=old).update(old, ctx)


def delete(state: Resource, ctx: Context) -> None:
    """Remove the object, if it is there, still ours, and nothing would be lost unasked.

    Raises:
        Refused: it was replaced by somebody else's, or it holds what nobody said may go.
    """
    found = type(state).read(ctx, state.identified_by(), state)
    if found is None:
        return
    if state.mark is not None and not state.inside and found.mark != state.mark:
        raise Refused(
            f"the {state.noun()} {state.id()!r} no longer carries this stack's mark: somebody made "
            f"it anew. It was left alone; `pulumi state delete` forgets it here"
        )
    loss = None if getattr(state, "force_destroy", False) else state.guard(ctx)
    if loss is not None:
        raise Refused(
            f"{loss}: set forceDestroy on the {state.noun()} and run `pulumi up` before the next "
            f"destroy, if that may be lost"
        )
    state.delete(ctx)


def carried(resource: type[R], new: dict[str, Any], old: dict[str, Any]) -> dict[str, Any]:
    """New inputs (by key), with values generated earlier where none is given now."""
    kept = {
        p.key: old[p.key]
        for p in resource.properties()
        if p.generated and p.key not in new and p.key in old
    }
    return new | kept


def _complete(wanted: R, *, mark: str | None, old: R | None = None) -> R:
    """The wanted inputs with mark and generated values: the old ones, or fresh."""
    values: dict[str, Any] = {"mark": mark}
    for p in wanted.properties():
        if p.generated and getattr(wanted, p.name) is None:
            values[p.name] = (getattr(old, p.name) if old else None) or p.generated()
    return dataclasses.replace(wanted, **values)


def _refusal(wanted: Resource, ownership: Ownership, urn: str) -> str:
    id_ = wanted.id()
    what = f"the {wanted.noun()} {id_!r} exists already and was {ownership.value}"
    if ownership is Ownership.SIBLING:
        return (
            f"{what}: if that was this one under an earlier name or parent, give it "
            f"`aliases=[pulumi.Alias(name=…, parent=…)]`; if two resources name the same object, "
            f"rename one"
        )
    name = urn.rpartition("::")[2]
    return (
        f"{what}: choose another name, or take it over with `adopt: true`, or with "
        f"`pulumi import celeriac:{wanted.token} {name} '{id_}'`"
    )
