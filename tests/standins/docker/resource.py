"""What a type of resource is to the stand-in for Docker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import docker

from tests.standins import resource
from tests.standins.properties import Property
from tests.standins.resource import Values

__all__ = ["LABELS", "Resource", "Values", "labels_of"]


class Resource(resource.Resource[docker.DockerClient]):
    """One type of resource, on one engine."""

    name_property: ClassVar[str | None] = "name"

    @property
    def engine(self) -> docker.DockerClient:
        """Where it is."""
        return self.place


LABELS = Property("labels", kind="objects", replaces=True, fields=("label", "value"))
"""On everything that can have them."""


def labels_of(inputs: Mapping[str, Any]) -> dict[str, str]:
    """Labels as Docker has them."""
    given: Iterable[Mapping[str, str]] = inputs.get("labels", ())
    return {label["label"]: label["value"] for label in given}
