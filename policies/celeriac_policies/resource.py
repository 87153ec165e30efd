"""Resources and the stack, as a rule is given them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from celeriac_policies.values import Properties, UnknownValue

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource.

    Args:
        type: its token, `aws:sqs/queue:Queue`.
        name: its name in the program.
        urn: its URN.
        props: its inputs; in a stack rule its outputs where they are known, else its inputs.
        parent: URN of its parent; empty for none.
        protect: whether Pulumi refuses to delete it.
        ignored: properties whose changes are ignored (`ignore_changes`).
        provider: the provider that makes it; None where that is not known.
    """

    type: str
    name: str
    urn: str
    props: Properties = field(repr=False)
    parent: str = ""
    protect: bool = False
    ignored: tuple[str, ...] = ()
    provider: Resource | None = None


class Stack:
    """All resources of a stack, outputs included.

    Args:
        resources: in any order.
    """

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.resources = tuple(resources)

    @cached_property
    def _by_urn(self) -> dict[str, Resource]:
        return {resource.urn: resource for resource in self.resources}

    def of(self, *types: str) -> Iterator[Resource]:
        """The resources of some types."""
        return (resource for resource in self.resources if resource.type in types)

    def parent(self, resource: Resource) -> Resource | None:
        """The component that a resource belongs to, if it is in sight."""
        return self._by_urn.get(resource.parent)

    def ancestor(self, resource: Resource, *types: str) -> Resource | None:
        """The nearest component of some types that a resource belongs to."""
        above = self.parent(resource)
        while above is not None and above.type not in types:
            above = self.parent(above)
        return above

    def inside(self, component: Resource, *types: str) -> Iterator[Resource]:
        """The resources of some types that belong to a component, however deep."""
        for resource in self.of(*types):
            above = self.parent(resource)
            while above is not None and above is not component:
                above = self.parent(above)
            if above is component:
                yield resource

    @property
    def outputs(self) -> Properties:
        """What the stack exports; empty where that is not known yet."""
        for root in self.of("pulumi:pulumi:Stack"):
            return root.props
        return Properties({})


def each(found: Iterable[Resource], check: Callable[[Resource], Iterable[T]]) -> Iterator[T]:
    """What a check of one resource finds in many: an unknown value ends that resource's only."""
    for resource in found:
        try:
            yield from check(resource)
        except UnknownValue:
            continue
