"""Named volumes."""

from __future__ import annotations

from typing import Any

from docker.errors import NotFound

from tests.standins.docker.resource import LABELS, Resource, Values, labels_of
from tests.standins.properties import Property


class Volume(Resource):
    """A volume: one that exists is taken, as the engine does."""

    token = "docker:index/volume:Volume"
    properties = (
        Property("name", required=True, replaces=True),
        Property("driver", replaces=True, default="local"),
        LABELS,
    )
    outputs = ("mountpoint",)

    def create(self, inputs: Values) -> str:
        """Make it; with its name it is the same one as before."""
        made = self.engine.volumes.create(
            inputs["name"], driver=inputs["driver"], labels=labels_of(inputs)
        )
        return str(made.name)

    def read(self, id_: str, state: Values) -> Values | None:
        """What the engine says of it."""
        found = self._find(id_)
        if found is None:
            return None
        return {key: found.attrs[key.capitalize()] for key in ("name", "driver", "mountpoint")}

    def delete(self, id_: str, state: Values) -> None:
        """Remove it, or find it gone; one that is in use is refused by the engine."""
        found = self._find(id_)
        if found is not None:
            found.remove()

    def _find(self, id_: str) -> Any:
        try:
            return self.engine.volumes.get(id_)
        except NotFound:
            return None
