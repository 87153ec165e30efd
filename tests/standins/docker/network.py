"""Networks."""

from __future__ import annotations

from typing import Any

from docker.errors import NotFound

from tests.standins.docker.resource import LABELS, Resource, Values, labels_of
from tests.standins.properties import Property


class Network(Resource):
    """A network of containers: every change makes a new one."""

    token = "docker:index/network:Network"
    properties = (
        Property("name", required=True, replaces=True),
        Property("driver", replaces=True, default="bridge"),
        Property("internal", kind="boolean", replaces=True),
        LABELS,
    )
    outputs = ("scope",)

    def create(self, inputs: Values) -> str:
        """Make it; a name that is taken is refused by the engine."""
        made = self.engine.networks.create(
            inputs["name"],
            driver=inputs["driver"],
            internal=inputs.get("internal", False),
            labels=labels_of(inputs),
            check_duplicate=True,
        )
        return str(made.id)

    def read(self, id_: str, state: Values) -> Values | None:
        """What the engine says of it."""
        found = self._find(id_)
        if found is None:
            return None
        return {key: found.attrs[key.capitalize()] for key in ("name", "driver", "scope")}

    def delete(self, id_: str, state: Values) -> None:
        """Remove it, or find it gone."""
        found = self._find(id_)
        if found is not None:
            found.remove()

    def _find(self, id_: str) -> Any:
        try:
            return self.engine.networks.get(id_)
        except NotFound:
            return None
