"""What would change, property by property."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from celeriac_provider.engine import unmanaged
from celeriac_provider.engine.values import contains_unknown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from celeriac_provider.engine.properties import Property


@dataclass(frozen=True)
class Change:
    """One property that differs.

    Args:
        key: the property.
        kind: "ADD", "DELETE" or "UPDATE".
        replaces: whether it takes a new object.
        drifted: the program did not change it, the server did.
    """

    key: str
    kind: str
    replaces: bool
    drifted: bool


def changes(
    properties: tuple[Property, ...],
    *,
    state: Mapping[str, Any],
    old_inputs: Mapping[str, Any],
    new: Mapping[str, Any],
    ignored: Collection[str] = (),
) -> Iterator[Change]:
    """Compare new inputs with the state, so that drift found by a refresh shows as a change.

    A property that is not given is not managed, unless it was given before: then taking it away
    is a change. A generated one is kept, unless the server lost it.
    """
    for p in properties:
        if p.is_output or p.key in ignored:
            continue
        wanted, was, had = new.get(p.key), state.get(p.key), old_inputs.get(p.key)
        if wanted is None and p.key in state.get(unmanaged.KEY, ()):
            continue
        if not _differs(p, wanted=wanted, was=was, had=had):
            continue
        kind = "ADD" if was is None else "DELETE" if wanted is None else "UPDATE"
        unchanged_by_program = not contains_unknown(wanted) and p.same(had, wanted)
        yield Change(p.key, kind, p.replaces, unchanged_by_program)


def _differs(p: Property, *, wanted: Any, was: Any, had: Any) -> bool:
    if contains_unknown(wanted):
        return True
    if wanted is None:
        return had is not None or (p.generated is not None and was is None)
    return not p.same(was, wanted)
