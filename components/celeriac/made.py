"""What was made for an app: the proof comes after all of it, and again when one of it changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from celeriac.resources.base import CeleriacResource, fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pulumi


@dataclass(frozen=True)
class Foreign:
    """A resource of another provider than celeriac's, with what of it Celery would notice."""

    resource: pulumi.CustomResource
    """The resource."""
    properties: Mapping[str, pulumi.Input[Any]]
    """Its properties that matter: a rule, a policy. What AWS counts or dates is not one."""


Made = CeleriacResource | Foreign
"""A resource of an app."""


def resources(made: Iterable[Made]) -> list[pulumi.Resource]:
    """The resources themselves, as `depends_on` takes them."""
    return [one.resource if isinstance(one, Foreign) else one for one in made]


def triggers(made: Iterable[Made]) -> dict[str, pulumi.Output[str]]:
    """A hash of each resource by its type and name: it changes when the resource does."""
    found: dict[str, pulumi.Output[str]] = {}
    for one in made:
        resource = one.resource if isinstance(one, Foreign) else one
        key = f"{resource.pulumi_resource_type}::{resource.pulumi_resource_name}"
        if isinstance(one, Foreign):
            found[key] = fingerprint(one.resource, one.properties)
        else:
            found[key] = one.fingerprint()
    return found
