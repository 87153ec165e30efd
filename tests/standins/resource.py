"""What a type of resource is to a stand-in."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Generic, TypeVar

from tests.standins.properties import Property

Place = TypeVar("Place")
Values = dict[str, Any]


class Resource(ABC, Generic[Place]):
    """One type of resource, in one place: an account, an engine.

    The state is what `read` finds, and where that says nothing of an input, the input.
    """

    token: ClassVar[str]
    """Its type in the program's package: `aws:sqs/queue:Queue`."""
    properties: ClassVar[tuple[Property, ...]]
    """Every input that the stand-in knows: any other is refused."""
    outputs: ClassVar[tuple[str, ...]] = ()
    """What it has beside its inputs."""
    secret_outputs: ClassVar[tuple[str, ...]] = ()
    """Those of them that are secret."""
    name_property: ClassVar[str | None] = None
    """The input that gets a name made from the resource's where none is given."""

    def __init__(self, place: Place) -> None:
        self.place = place

    @classmethod
    def inputs(cls) -> Iterator[Property]:
        """All inputs."""
        yield from cls.properties

    def fixed(self) -> Values:
        """What is in every state."""
        return {}

    @classmethod
    def property(cls, name: str) -> Property:
        """One input."""
        return next(p for p in cls.inputs() if p.name == name)

    @classmethod
    def autonamed(cls, name: str, seed: bytes, inputs: Mapping[str, Any]) -> str:
        """The name of a resource that has none: its name in the program and seven hex digits."""
        generator = random.Random(seed or None)  # noqa: S311 - a name is no secret
        return f"{name}-{generator.getrandbits(28):07x}"

    def problems(self, inputs: Values) -> Iterator[str]:
        """What would be refused in inputs that are known."""
        yield from ()

    @abstractmethod
    def create(self, inputs: Values) -> str:
        """Make it; its id in Pulumi's state."""

    @abstractmethod
    def read(self, id_: str, state: Values) -> Values | None:
        """What is there now; None when it is gone."""

    def update(self, id_: str, inputs: Values, state: Values, changed: set[str]) -> None:
        """Change what is there; `changed` names the inputs that differ from the state."""
        raise AssertionError(f"{self.token}: every property replaces, or update is missing")

    @abstractmethod
    def delete(self, id_: str, state: Values) -> None:
        """Remove it, or find it gone."""
