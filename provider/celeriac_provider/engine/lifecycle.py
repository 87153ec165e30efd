"""Create, update and delete with the rules that hold for every resource: ours or not, guards."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, TypeVar

from celeriac_provider.engine.errors import Mistake, Refused
from celeriac_provider.engine.marks import Mark, Ownership

if TYPE_CHECKING:
    from collections.abc import Collection

    from celeriac_provider.engine.context import Context
    from celeriac_provider.engine.resource import Key, Resource

R = TypeVar("R", bound="Resource")


def create(wanted: R, ctx: Context, urn: str) -> R:
    """Make the object; take up what an interrupted `up` left; refuse what is somebody else's."""
    kind, key = type(wanted), wanted.identified_by()
    found = kind.read(ctx, key, None)
    container = kind.container_mark(ctx, key) if kind.inside else None
    if found is None:
        mark = container if kind.inside else str(ctx.mark)
        return _complete(wanted, mark=mark).create(ctx)
    there = container if kind.inside else found.mark
    ownership = ctx.mark.judge(there, inside=kind.inside)
    if ownership is Ownership.OURS:
        return _complete(wanted, mark=there).update(found, ctx)
    if wanted.adopt:
        mark = container if kind.inside else str(ctx.mark)
        return _complete(wanted, mark=mark).update(found, ctx)
    raise Mistake(_refusal(wanted, ownership, urn))


def read(kind: type[R], ctx: Context, key: Key, prior: R | None) -> R | None:
    """What is there now, with the mark that was written; on import, with the one that is there.

    A refresh must not make a stranger's mark ours: delete would then take the stranger's object.
    """
    found = kind.read(ctx, key, prior)
    if found is None:
        return None
    if prior is None:
        mark = kind.container_mark(ctx, key) if kind.inside else found.mark
        return dataclasses.replace(found, mark=mark)
    if not kind.inside and prior.mark is not None and found.mark != prior.mark:
        ctx.warn(_lost(prior, found.mark))
    return dataclasses.replace(found, mark=prior.mark)


def update(wanted: R, old: R, ctx: Context, unmanaged: Collection[str] = ()) -> R:
    """Bring the object to the wanted state; what was generated stays; an import is marked now.

    Args:
        wanted: the inputs.
        old: the state.
        ctx: the call's surroundings.
        unmanaged: keys of generated properties that are left as they are.

    Raises:
        Refused: it is somebody else's now.
    """
    if wanted.inside:
        there = type(old).container_mark(ctx, old.identified_by())
        if _scope(there) not in (None, ctx.mark.scope, _scope(old.mark)) and not wanted.adopt:
            raise Refused(_lost(old, there))
        return _complete(wanted, mark=old.mark, old=old, without=unmanaged).update(old, ctx)
    found = _unverified(old, ctx)
    mark = old.mark or str(ctx.mark)
    if found is None:
        return _complete(wanted, mark=mark, old=old).create(ctx)
    if found.mark not in (None, mark, str(ctx.mark)):
        if not wanted.adopt:
            raise Refused(_lost(old, found.mark))
        mark = str(ctx.mark)
    return _complete(wanted, mark=mark, old=old, without=unmanaged).update(old, ctx)


def delete(state: Resource, ctx: Context) -> None:
    """Remove the object, if it is there, still ours, and nothing would be lost unasked.

    Raises:
        Refused: it was replaced by somebody else's, or it holds what nobody said may go.
    """
    found = None if state.verifies_only else _unverified(state, ctx)
    if found is None:
        return
    if state.inside:
        there = type(state).container_mark(ctx, state.identified_by())
        ours = state.mark is None or _scope(there) == _scope(state.mark)
    else:
        there = found.mark
        ours = there == state.mark or (state.mark is None and there == str(ctx.mark))
    if not ours:
        raise Refused(_lost(state, there))
    loss = None if getattr(state, "force_destroy", False) else state.guard(ctx)
    if loss is not None:
        raise Refused(
            f"{loss}: if that may be lost, set forceDestroy on the {state.noun()} (in a stack file "
            f"in the app's entry, or celeriac:forceDestroy for all) and run `pulumi up` before the "
            f"next destroy"
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


def _complete(
    wanted: R, *, mark: str | None, old: R | None = None, without: Collection[str] = ()
) -> R:
    """The wanted inputs with mark and generated values: the old ones, or fresh."""
    values: dict[str, Any] = {"mark": mark}
    for p in wanted.properties():
        if p.generated and getattr(wanted, p.name) is None and p.key not in without:
            values[p.name] = (getattr(old, p.name) if old else None) or p.generated()
    return dataclasses.replace(wanted, **values)


def _unverified(state: R, ctx: Context) -> R | None:
    """The object as it is now; whether a password still works is not tried."""
    unknown: dict[str, Any] = {p.name: None for p in state.properties() if p.generated}
    prior = dataclasses.replace(state, **unknown)
    return type(state).read(ctx, state.identified_by(), prior)


def _scope(mark: str | None) -> str | None:
    found = Mark.find(mark)
    return found.scope if found else None


def _lost(state: Resource, there: str | None) -> str:
    what = f"the {state.noun()} {state.id()!r}"
    if state.inside:
        return (
            f"{what} lies in what no longer carries the mark it had when this was made: somebody "
            f"made it anew. It was left alone; `pulumi state delete` forgets it here"
        )
    how = (
        "carries the mark of somebody else now" if there else "no longer carries this stack's mark"
    )
    return (
        f"{what} {how}: somebody took it over or made it anew. It was left alone: if it is this "
        f"stack's, set `adopt: true` on it and run `pulumi up`; else `pulumi state delete` forgets "
        f"it here"
    )


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
        f"{what}: choose another name, or take it over with `adopt: true` (in a stack file in the "
        f"app's entry), or with `pulumi import celeriac:{wanted.token} {name} '{id_}' --provider "
        f"NAME=URN`"
    )
