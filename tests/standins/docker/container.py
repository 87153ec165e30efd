"""Containers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from docker.errors import APIError, NotFound

from tests.standins.docker import observed, request, uploads
from tests.standins.docker.resource import LABELS, Resource, Values
from tests.standins.errors import Refusal
from tests.standins.properties import Property

_PATIENCE = 60  # seconds, where no waitTimeout is given
_SIZES = ("memory", "memorySwap")


class Container(Resource):
    """A container.

    As the plugin's: a few limits are changed in place; what counts at the begin and at the end only
    is noted; `healthcheck` is noted as well and changes nothing; all else makes a new container.
    """

    token = "docker:index/container:Container"
    properties = (
        Property("name", required=True, replaces=True),
        Property("image", required=True, replaces=True),
        Property("command", kind="strings", replaces=True, computed=True),
        Property("entrypoints", kind="strings", replaces=True, computed=True),
        Property("envs", kind="set", replaces=True, computed=True),
        Property("user", replaces=True),
        Property("hostname", replaces=True, computed=True),
        Property("readOnly", kind="boolean", replaces=True),
        Property(
            "ports",
            kind="objects",
            replaces=True,
            fields=("internal", "external", "ip", "protocol"),
        ),
        Property("networksAdvanced", kind="objects", replaces=True, fields=("name", "aliases")),
        Property("networkMode", replaces=True, computed=True),
        Property(
            "mounts",
            kind="objects",
            replaces=True,
            fields=("type", "source", "target", "readOnly"),
        ),
        Property("uploads", kind="objects", replaces=True, fields=uploads.FIELDS),
        Property(
            "healthcheck",
            kind="object",
            computed=True,
            fields=("tests", "interval", "timeout", "startPeriod", "retries"),
        ),
        Property("capabilities", kind="object", replaces=True, fields=("adds", "drops")),
        Property("securityOpts", kind="set", replaces=True, computed=True),
        Property("shmSize", kind="integer", replaces=True, computed=True),
        Property("stopTimeout", kind="integer", replaces=True, computed=True),
        Property("init", kind="boolean", computed=True),
        Property("logDriver", replaces=True, computed=True),
        Property("logOpts", kind="map", replaces=True),
        Property("memory", kind="integer"),
        Property("memorySwap", kind="integer", computed=True),
        Property("restart", default="no"),
        Property("start", kind="boolean", default=True),
        Property("wait", kind="boolean", default=False),
        Property("waitTimeout", kind="integer", default=_PATIENCE),
        Property("mustRun", kind="boolean", default=True),
        Property("destroyGraceSeconds", kind="integer"),
        Property("removeVolumes", kind="boolean", default=True),
        LABELS,
    )

    def problems(self, inputs: Values) -> Iterator[str]:
        """What the plugin or the engine would refuse."""
        yield from uploads.problems(inputs.get("uploads", ()))
        if inputs.get("wait") and "healthcheck" not in inputs:
            yield "wait is true, and there is no healthcheck to wait for"
        if inputs.get("networkMode", "").startswith("container:"):
            for key in ("ports", "hostname", "networksAdvanced"):
                if key in inputs:
                    yield f"{key} belongs to the container whose network this one has"

    def create(self, inputs: Values) -> str:
        """Make and start it, and wait until it is healthy if that is wanted."""
        api = self.engine.api
        id_: str = api.create_container(**request.body(api, inputs))["Id"]
        try:
            for network in inputs.get("networksAdvanced", [])[1:]:
                api.connect_container_to_network(
                    id_, network["name"], aliases=network.get("aliases")
                )
            for archive in uploads.archives(inputs.get("uploads", ())):
                api.put_archive(id_, "/", archive)
            if inputs["start"]:
                api.start(id_)
                self._wait(id_, inputs)
        except (APIError, Refusal) as error:
            api.remove_container(id_, force=True, v=True)  # else its name would be taken
            raise Refusal(f"container {inputs['name']}: {error}") from None
        return id_

    def read(self, id_: str, state: Values) -> Values | None:
        """What the engine says of it; one that does not run is removed, as the plugin does."""
        found = self._find(id_)
        if found is None:
            return None
        if not found["State"]["Running"] and state.get("mustRun", True):
            self.delete(id_, state)
            return None
        return observed.changed(found, state)

    def update(self, id_: str, inputs: Values, state: Values, changed: set[str]) -> None:
        """Change the limits and the restart policy."""
        if not changed & {*_SIZES, "restart"}:
            return
        memory, swap = (request.bytes_of(inputs.get(key)) for key in _SIZES)
        self.engine.api.update_container(
            id_,
            mem_limit=memory,
            # As the engine has it for a new container.
            memswap_limit=swap or (2 * memory if memory else None),
            restart_policy={"Name": inputs["restart"]},
        )

    def delete(self, id_: str, state: Values) -> None:
        """Stop it in peace if it has the time, and remove it with its nameless volumes."""
        try:
            if state.get("destroyGraceSeconds"):
                self.engine.api.stop(id_, timeout=state["destroyGraceSeconds"])
            self.engine.api.remove_container(id_, force=True, v=state.get("removeVolumes", True))
        except NotFound:
            return

    def _find(self, id_: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self.engine.api.inspect_container(id_)
        except NotFound:
            return None
        return found

    def _wait(self, id_: str, inputs: Values) -> None:
        end = time.monotonic() + inputs.get("waitTimeout", _PATIENCE)
        while True:
            state = self.engine.api.inspect_container(id_)["State"]
            health = state.get("Health", {}).get("Status")
            if not state["Running"] and inputs["mustRun"]:
                raise Refusal(f"it exited with {state['ExitCode']}: {self._last_words(id_)}")
            if not inputs["wait"] or health == "healthy":
                return
            if health == "unhealthy" or time.monotonic() > end:
                said = [check["Output"] for check in state.get("Health", {}).get("Log", [])[-1:]]
                raise Refusal(f"it is {health}, not healthy: {said}; {self._last_words(id_)}")
            time.sleep(0.1)

    def _last_words(self, id_: str) -> str:
        said: bytes = self.engine.api.logs(id_, tail=10)
        return said.decode(errors="replace")
