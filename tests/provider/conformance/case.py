"""What the suite must know of a resource type: everything else follows."""

from __future__ import annotations

import abc
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from celeriac_provider.engine.properties import Property
from celeriac_provider.engine.resource import Resource
from tests.lifecycle import Life, Lifecycle
from tests.provider.conformance.deaths import Calls

FOREIGN_MARK = "celeriac-" + "-".join(("f" * 16, "e" * 16))
"""A mark that another stack wrote."""


class World(Protocol):
    """A system to test on, beside the provider."""

    def life(self, resource: type[Resource], *, stack: str = "test", **config: Any) -> Lifecycle:
        """A provider of this resource, closed after the test."""

    def watched(self, life: Lifecycle) -> AbstractContextManager[Calls]:
        """Count the provider's calls to its server, to end it after one."""

    def clean(self) -> None:
        """Remove what the test left."""


@dataclass(frozen=True)
class Drift:
    """A property changed behind Pulumi's back.

    Args:
        act: changes it on the server.
        given: inputs beside the case's own that the object has then.
        kind: how the diff names it.
        also: what else the diff must name.
    """

    act: Callable[[], object]
    given: Mapping[str, Any] = field(default_factory=dict)
    kind: str = "UPDATE"
    also: Mapping[str, str] = field(default_factory=dict)


class Case(abc.ABC):
    """One resource type, on one server, under a name of the test's own."""

    resource: ClassVar[type[Resource]]

    def __init__(self, world: Any) -> None:
        self.world = world

    any_id: ClassVar[str] = ""
    """Why no id has a wrong form, where that is so."""
    wrong_ids: ClassVar[tuple[str, ...]] = ()

    no_change: ClassVar[Mapping[str, str]] = {}
    """Why a property cannot be given another value, by key."""
    no_drift: ClassVar[Mapping[str, str]] = {}
    """Why a property cannot change on the server, by key. Not needed for identities, local ones."""

    only_named: ClassVar[Mapping[str, str]] = {}
    """Why turning a property and turning it back does not end where it began, by key."""
    never_gone: ClassVar[str] = ""
    """Why the object cannot be deleted behind Pulumi's back, where that is so."""

    unguarded: ClassVar[str] = ""
    """Why deleting it loses nothing, where that is so."""
    guard: ClassVar[str] = ""
    """What the refusal to delete says, as a regular expression."""
    forced: ClassVar[bool] = True
    """Whether forceDestroy lets the guarded object go."""

    keeps_its_place: ClassVar[str] = ""
    """Why an object that lost its mark is ours all the same, where that is so."""

    @abc.abstractmethod
    def prepare(self, *, by_hand: bool = False) -> None:
        """Make what it needs, its container among it: by the provider, or by somebody else."""

    @abc.abstractmethod
    def given(self) -> dict[str, Any]:
        """The least inputs."""

    def full(self) -> dict[str, Any]:
        """Inputs for which a create takes all of its calls."""
        return self.given()

    @abc.abstractmethod
    def changes(self) -> dict[str, Any]:
        """Another valid value of each property, identities included."""

    @abc.abstractmethod
    def drifts(self) -> dict[str, Drift]:
        """How each property changes on the server."""

    @abc.abstractmethod
    def server(self) -> Any:
        """The object as the server shows it, without what is random; None when it is gone."""

    @abc.abstractmethod
    def by_hand(self) -> None:
        """Make, without a mark, the object that the least inputs describe."""

    @abc.abstractmethod
    def vanish(self) -> None:
        """Remove it behind Pulumi's back."""

    @abc.abstractmethod
    def mark(self) -> str | None:
        """The mark on the server: its own, or its container's."""

    @abc.abstractmethod
    def set_mark(self, mark: str | None) -> None:
        """Write another mark behind Pulumi's back, or none."""

    @abc.abstractmethod
    def beside(self) -> Callable[[], Any]:
        """Change something near it that is not managed; returns how to look at it."""

    def fill(self) -> None:
        """Put data there whose loss the guard prevents."""
        raise NotImplementedError

    def works(self, password: str) -> bool:
        """Whether a password opens the object."""
        raise NotImplementedError

    @property
    @abc.abstractmethod
    def missing_id(self) -> str:
        """The id of an object that does not exist."""

    @classmethod
    def inputs(cls) -> dict[str, Property]:
        """The declared inputs by key."""
        return {p.key: p for p in cls.resource.properties() if not p.is_output}

    @classmethod
    def secret(cls) -> str | None:
        """The key of its password, if it has one."""
        return next((p.key for p in cls.resource.properties() if p.generated), None)

    @classmethod
    def keeps_name(cls) -> list[str]:
        """Keys whose change replaces the object under the same physical name."""
        identity = set(cls.resource.identity)
        return [k for k, p in cls.inputs().items() if p.replaces and p.name not in identity]


def mended(life: Lifecycle, found: Life, given: Mapping[str, Any]) -> Life:
    """What the engine does about a difference: update, or replace as the diff says."""
    answer = life.raw_diff(found, given)
    if not answer.replaces:
        return life.update(found, given)
    assert answer.deleteBeforeReplace, "an object that drifted keeps its name"
    life.delete(found)
    return life.create(given)
