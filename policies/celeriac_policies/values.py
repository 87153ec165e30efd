"""Values as a rule reads them: what is not known yet says so when it is read, not before."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, overload


class UnknownValue(Exception):  # noqa: N818 - no error: the rule decides later
    """A value was read that only `up` will know."""


class _Unknown:
    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = _Unknown()
"""Stands where a value is not known; rules never see it."""


@dataclass(frozen=True)
class Secret:
    """Stands where a value is secret; rules see the value.

    Args:
        value: it.
    """

    value: Any = field(repr=False)


class Properties(Mapping[str, Any]):
    """A map of properties.

    Args:
        values: plain values, UNKNOWN among them.

    Raises:
        UnknownValue: from whatever would have to know an unknown value.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getitem__(self, key: str) -> Any:
        """The value, which has to be there."""
        return _read(self._values[key])

    def __iter__(self) -> Iterator[str]:
        """The keys, whose values need not be known."""
        return iter(self._values)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._values)

    def __contains__(self, key: object) -> bool:
        """Whether the key is there, its value known or not."""
        return key in self._values

    def get(self, key: str, default: Any = None) -> Any:
        """The value; the default where there is none, or null."""
        value = _read(self._values.get(key))
        return default if value is None else value

    def known(self, key: str) -> bool:
        """Whether reading the key would not end the rule."""
        return _bare(self._values.get(key)) is not UNKNOWN

    def is_secret(self, key: str) -> bool:
        """Whether the value, or a part of it, is marked as secret."""
        return _hides(self._values.get(key))

    def map(self, key: str) -> Properties:
        """A map inside; empty where there is none."""
        value = self.get(key, Properties({}))
        return value if isinstance(value, Properties) else Properties({})

    def items_of(self, key: str) -> Items:
        """A list inside; empty where there is none."""
        value = self.get(key, Items([]))
        return value if isinstance(value, Items) else Items([value])

    def document(self, key: str) -> Properties:
        """A map that may be written as JSON text, as policies of AWS are; empty where none is."""
        value = self.get(key, Properties({}))
        if isinstance(value, str):
            try:
                value = read(json.loads(value))
            except ValueError:
                return Properties({})
        return value if isinstance(value, Properties) else Properties({})


class Items(Sequence[Any]):
    """A list of values.

    Args:
        values: plain values, UNKNOWN among them.
    """

    def __init__(self, values: Sequence[Any]) -> None:
        self._values = values

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> Items: ...
    def __getitem__(self, index: int | slice) -> Any:
        """The value, or some of them."""
        if isinstance(index, slice):
            return Items(self._values[index])
        return _read(self._values[index])

    def __len__(self) -> int:
        """How many there are."""
        return len(self._values)


def read(value: Any) -> Any:
    """A plain value as rules see it."""
    return _read(value)


def in_clear(properties: Properties) -> Iterator[tuple[str, str]]:
    """Every text that is known and not secret, by its path: `apps.orders.broker_url`."""
    # Parts of what is secret as a whole look like any others once they are read.
    for key, value in properties._values.items():  # noqa: SLF001
        yield from _in_clear(str(key), value)


def plain(value: Any) -> Any:
    """What rules see as plain values.

    Raises:
        UnknownValue: a part of it is not known.
    """
    if isinstance(value, Properties):
        return {key: plain(value[key]) for key in value}
    if isinstance(value, Items):
        return [plain(item) for item in value]
    return value


def _in_clear(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _in_clear(f"{path}.{key}", item)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _in_clear(f"{path}.{number}", item)


def _bare(value: Any) -> Any:
    return value.value if isinstance(value, Secret) else value


def _hides(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_hides(item) for item in value.values())
    if isinstance(value, list):
        return any(_hides(item) for item in value)
    return isinstance(value, Secret)


def _read(value: Any) -> Any:
    value = _bare(value)
    if value is UNKNOWN:
        raise UnknownValue
    if isinstance(value, dict):
        return Properties(value)
    if isinstance(value, list):
        return Items(value)
    return value
