"""Properties of a resource: what they are in the program, what they are in what makes them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from celeriac_provider.engine.values import UNKNOWN, contains_unknown

Kind = Literal[
    "string", "integer", "number", "boolean", "strings", "set", "map", "json", "object", "objects"
]
_TYPES: Mapping[Kind, tuple[type, ...]] = {
    "string": (str,),
    "json": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "strings": (list,),
    "set": (list,),
    "objects": (list,),
    "map": (dict,),
    "object": (dict,),
}


@dataclass(frozen=True)
class Property:
    """One input that the stand-in knows.

    Args:
        name: as in the program's package, in camelCase.
        aws: on AWS, boto3's parameter, or attribute.
        kind: its type; a `set` is a list without an order, `json` a document in a string.
        required: whether it must be given.
        replaces: whether a change makes a new object.
        default: what the plugin fills in.
        computed: whether there is a value where none is given: then that none is given is no
            change.
        secret: whether it is one whatever the program says.
        fields: of an `object` or of each of `objects`: the keys that are known.
        elsewhere: a port: that of the real server behind is another one, and is in the state.
    """

    name: str
    aws: str = ""
    kind: Kind = "string"
    required: bool = False
    replaces: bool = False
    default: Any = None
    computed: bool = False
    secret: bool = False
    fields: tuple[str, ...] = ()
    elsewhere: bool = False

    def problem(self, value: Any) -> str | None:
        """What is wrong with a value, if anything."""
        if value is UNKNOWN:
            return None
        fits = isinstance(value, _TYPES[self.kind])
        if not fits or (isinstance(value, bool) and self.kind != "boolean"):
            return f"{self.name} is no {self.kind}"
        if self.kind == "json" and not _parses(value):
            return f"{self.name} is no JSON"
        if self.kind in ("object", "objects"):
            items = value if self.kind == "objects" else [value]
            unknown = sorted({k for i in items if i is not UNKNOWN for k in i} - set(self.fields))
            if unknown:
                return f"the stand-in does not know {', '.join(unknown)} in {self.name}"
        return None

    def same(self, one: Any, other: Any) -> bool:
        """Whether two values mean the same."""
        if self.kind == "json" and isinstance(one, str) and isinstance(other, str):
            return bool(_parsed(one) == _parsed(other))
        if self.kind in ("set", "objects") and isinstance(one, list) and isinstance(other, list):
            return _sorted(one) == _sorted(other)
        return bool(one == other)

    def differs(self, wanted: Any, was: Any, had: Any) -> bool:
        """Whether what is wanted now is another thing than the state; `had` was wanted before."""
        if contains_unknown(wanted):
            return True
        if wanted is None:
            return had is not None and not self.computed and was not in (None, {}, [])
        return not self.same(had if self.elsewhere else was, wanted)


def _sorted(values: Iterable[Any]) -> list[str]:
    return sorted(json.dumps(value, sort_keys=True) for value in values)


def _parsed(text: str) -> Any:
    return json.loads(text) if text else None


def _parses(text: Any) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
