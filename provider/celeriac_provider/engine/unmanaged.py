"""What an import could not read: a generated property, that is a password.

It stays unmanaged until the program gives one, and one that is given is tried on the server: if it
works, nothing differs. Which ones these are stays in the state, under a key that Pulumi hides.
Without it, a password that was never known and one that somebody changed would look the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from celeriac_provider.engine.values import contains_unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from celeriac_provider.engine.resource import Resource

KEY: Final = "__unmanaged"


def of_import(resource: type[Resource], found: Mapping[str, Any]) -> dict[str, Any]:
    """What the state of an import holds beside what was read."""
    keys = [p.key for p in resource.properties() if p.generated and p.key not in found]
    return {KEY: keys} if keys else {}


def still(state: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """What of it the next state holds.

    Args:
        state: the state before.
        now: the values of the next one.
    """
    keys = [key for key in state.get(KEY, ()) if key not in now]
    return {KEY: keys} if keys else {}


def given(state: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The values that inputs have for what is unmanaged in the state."""
    return {
        key: inputs[key]
        for key in state.get(KEY, ())
        if inputs.get(key) is not None and not contains_unknown(inputs[key])
    }


def verified(
    state: Mapping[str, Any],
    inputs: Mapping[str, Any],
    read: Callable[[dict[str, Any]], Resource | None],
) -> dict[str, Any]:
    """The state, with those given values that the server confirms.

    Args:
        state: the state.
        inputs: the new inputs.
        read: reads the object with a prior state.
    """
    tried = given(state, inputs)
    if not tried:
        return dict(state)
    found = read({**state, **tried})
    values = found.values() if found else {}
    return {**state, **{key: value for key, value in tried.items() if values.get(key) == value}}
