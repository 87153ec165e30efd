"""Images that are pulled, or there already."""

from __future__ import annotations

from typing import Any, ClassVar

from docker.errors import APIError, ImageNotFound, NotFound

from tests.standins.docker.resource import Resource, Values
from tests.standins.errors import Refusal
from tests.standins.properties import Property


class RemoteImage(Resource):
    """As the plugin's: what the engine has is taken, what it has not is pulled."""

    token = "docker:index/remoteImage:RemoteImage"
    properties = (
        Property("name", required=True, replaces=True),
        Property("keepLocally", kind="boolean"),
        Property("forceRemove", kind="boolean"),
        Property("pullTriggers", kind="set", replaces=True),
    )
    outputs = ("imageId", "repoDigest")
    name_property: ClassVar[str | None] = None

    def create(self, inputs: Values) -> str:
        """Find or pull it."""
        name = inputs["name"]
        if self._find(name) is None:
            try:
                self.engine.images.pull(name, all_tags=False)
            except (APIError, NotFound) as error:
                raise Refusal(f"unable to pull image {name}: {error}") from None
        found = self._find(name)
        assert found is not None
        return f"{found.id}{name}"

    def read(self, id_: str, state: Values) -> Values | None:
        """Its id; None if the engine has none of this name."""
        found = self._find(state["name"])
        if found is None:
            return None
        digests = found.attrs.get("RepoDigests") or [""]
        return {"imageId": found.id, "repoDigest": digests[0]}

    def update(self, id_: str, inputs: Values, state: Values, changed: set[str]) -> None:
        """What can be changed counts when it is deleted."""

    def delete(self, id_: str, state: Values) -> None:
        """Remove it unless it is to be kept."""
        if not state.get("keepLocally") and self._find(state["name"]) is not None:
            self.engine.images.remove(state["name"], force=bool(state.get("forceRemove")))

    def _find(self, name: str) -> Any:
        try:
            return self.engine.images.get(name)
        except ImageNotFound:
            return None
