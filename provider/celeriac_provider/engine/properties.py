"""Typed properties, declared once: their check, their schema and their Python class follow.

class Vhost(Resource):
name: str = prop("The vhost's name.", replaces=True, check=limits.name)
tags: list[str] = prop("Tags of the vhost.", default=[], unordered=True)
cluster: str = output("The cluster's name.")
"""

from __future__ import annotations

import copy
import dataclasses
import difflib
import re
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Union, get_args, get_origin

from celeriac_provider.engine.values import UNKNOWN, contains_unknown

Check = Callable[[Any], str | None]
"""Given a known value, None or the sentence's predicate: "must not be empty: give it a name"."""

_REQUIRED: Final = object()
_META: Final = "celeriac"
_CREDENTIALS: Final = re.compile(r"://[^/\s]*@")


@dataclass(frozen=True)
class Property:
    """One property of a resource or of the provider.

    Args:
        name: Python's spelling (`delivery_limit`).
        type: the annotation without `None`.
        doc: meaning, unit, and the source of any rule.
        is_output: computed only: never given by the user.
        required: must be given.
        default: what it is when not given; None leaves the property unmanaged.
        secret: never shown, encrypted in the state.
        replaces: a change makes a new object.
        generated: makes the value when none is given; it is kept until one is given or it is lost.
        unordered: a list whose order means nothing.
        local: an instruction to the provider: nothing on the server corresponds to it.
        check: what else a value must satisfy.
    """

    name: str
    type: Any
    doc: str
    is_output: bool = False
    required: bool = False
    default: Any = None
    secret: bool = False
    replaces: bool = False
    generated: Callable[[], Any] | None = None
    unordered: bool = False
    local: bool = False
    check: Check | None = None

    @property
    def key(self) -> str:
        """The schema's spelling (`deliveryLimit`)."""
        head, *tail = self.name.split("_")
        return head + "".join(part.capitalize() for part in tail)

    def same(self, old: Any, new: Any) -> bool:
        """Whether two values mean the same."""
        if self.unordered and isinstance(old, list) and isinstance(new, list):
            return sorted(map(str, old)) == sorted(map(str, new))
        return bool(old == new)

    def problem(self, value: Any) -> str | None:
        """What is wrong with a given value, as the predicate of a sentence."""
        if contains_unknown(value):
            return None
        wrong = type_problem(self.type, value)
        if wrong is None and self.check is not None:
            wrong = self.check(value)
        return wrong


@dataclass(frozen=True)
class Problem:
    """One bad property: its key and a whole sentence."""

    key: str
    sentence: str


def prop(
    doc: str,
    *,
    default: Any = _REQUIRED,
    secret: bool = False,
    replaces: bool = False,
    generated: Callable[[], Any] | None = None,
    unordered: bool = False,
    local: bool = False,
    check: Check | None = None,
) -> Any:
    """Declare an input. Without `default` it is required, unless it is `generated`."""
    required = default is _REQUIRED and generated is None
    meta = Property(
        name="",
        type=None,
        doc=doc,
        required=required,
        default=None if default is _REQUIRED else default,
        secret=secret,
        replaces=replaces,
        generated=generated,
        unordered=unordered,
        local=local,
        check=check,
    )
    if required:
        return dataclasses.field(metadata={_META: meta})
    return dataclasses.field(
        default_factory=lambda: copy.copy(meta.default), metadata={_META: meta}
    )


def output(doc: str, *, secret: bool = False, default: Any = None) -> Any:
    """Declare an output: what the server says, or what create computed."""
    meta = Property(name="", type=None, doc=doc, is_output=True, secret=secret, default=default)
    return dataclasses.field(default=default, metadata={_META: meta})


def declared(cls: type) -> tuple[Property, ...]:
    """The properties that a dataclass declares, in order, inherited ones first."""
    hints = typing.get_type_hints(cls)
    return tuple(
        dataclasses.replace(field.metadata[_META], name=field.name, type=_bare(hints[field.name]))
        for field in dataclasses.fields(cls)
        if _META in field.metadata
    )


def checked(
    properties: tuple[Property, ...], given: Mapping[str, Any], what: str
) -> tuple[dict[str, Any], list[Problem]]:
    """Given inputs (by key) with defaults filled in, and everything that is wrong with them.

    Args:
        properties: all declared properties.
        given: plain values by key.
        what: the name of the thing in messages ("Vhost").
    """
    inputs = {p.key: p for p in properties if not p.is_output}
    problems = list(_unknown_keys(inputs, given, what))
    values: dict[str, Any] = {}
    for key, declaration in inputs.items():
        value = given.get(key, declaration.default)
        if value is None:
            if declaration.required:
                problems.append(Problem(key, f"{key} of {what} is missing: {declaration.doc}"))
            continue
        wrong = declaration.problem(value)
        if wrong is not None:
            shown = "" if declaration.secret else f" ({_CREDENTIALS.sub('://…@', repr(value))})"
            problems.append(Problem(key, f"{key}{shown} {wrong}"))
        values[key] = value
    return values, problems


def _unknown_keys(
    inputs: Mapping[str, Property], given: Mapping[str, Any], what: str
) -> Iterator[Problem]:
    for key in given:
        # Names with two underscores are the engine's own (__defaults, __internal).
        if key not in inputs and not key.startswith("__"):
            near = difflib.get_close_matches(key, inputs, n=1)
            mend = f"did you mean {near[0]}?" if near else f"it has {', '.join(sorted(inputs))}"
            yield Problem(key, f"{key} is not a property of {what}: {mend}")


def type_problem(expected: Any, value: Any) -> str | None:
    """Why a plain value is not of the declared type, as a predicate, or None."""
    if value is UNKNOWN or expected is Any:
        return None
    origin, args = get_origin(expected), get_args(expected)
    if origin is Literal:
        choices = ", ".join(str(arg) for arg in args)
        return None if value in args else f"must be one of {choices}"
    if origin is list:
        if not isinstance(value, list):
            return "must be a list"
        return next((p for p in (type_problem(args[0], item) for item in value) if p), None)
    if origin is dict:
        if not isinstance(value, dict):
            return "must be a map"
        return next((p for p in (type_problem(args[1], v) for v in value.values()) if p), None)
    accepted, name = _SCALARS[expected]
    # bool is an int to Python, never to a user.
    if isinstance(value, bool) and expected is not bool:
        return f"must be {name}"
    return None if isinstance(value, accepted) else f"must be {name}"


_SCALARS: Final[Mapping[Any, tuple[tuple[type, ...], str]]] = {
    str: ((str,), "a string"),
    int: ((int,), "a whole number"),
    float: ((int, float), "a number"),
    bool: ((bool,), "true or false"),
}


def _bare(annotation: Any) -> Any:
    """The annotation without `None`."""
    if get_origin(annotation) in (Union, types.UnionType):
        rest = [arg for arg in get_args(annotation) if arg is not type(None)]
        return rest[0]
    return annotation
