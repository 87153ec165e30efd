"""Containers of a test's own."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Self

from docker.models.containers import Container

from tests.docker_engine import Engine
from tests.standins.docker.uploads import archives


class Containers:
    """Containers of stand-ins for images, on a network of their own.

    Args:
        engine: where.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine, self._client = engine, engine.client
        self._word = f"t{uuid.uuid4().hex[:8]}"
        self._made: list[Container] = []
        self._network = self._client.networks.create(self._word)

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Nothing of it is left."""
        for container in self._made:
            container.remove(force=True, v=True)
        for name in self._engine.named(self._word).get("volumes", []):
            self._client.volumes.get(name).remove()
        self._network.remove()

    def volume(self, name: str) -> str:
        """The name of a volume of this test's."""
        return f"{self._word}-{name}"

    def run(
        self,
        system: str,
        command: list[str] | None = None,
        *,
        data: tuple[str, str] | None = None,
        uploads: Iterable[Mapping[str, Any]] = (),
        **options: Any,
    ) -> Container:
        """Start a container.

        Args:
            system: of the image.
            command: its command, where that of the image will not do.
            data: a volume and where it is seen.
            uploads: files, as the plugin has them.
            options: of the Docker SDK's `create`.
        """
        image = f"{self._word}-{system}:test"
        self._engine.have({system: [image]})
        if data:
            options["volumes"] = {data[0]: {"bind": data[1], "mode": "rw"}}
        made = self._client.containers.create(
            image, command, network=self._network.name, detach=True, **options
        )
        self._made.append(made)
        for archive in archives(uploads):
            made.put_archive("/", archive)
        made.start()
        self._client.images.remove(image)  # a name only
        return made

    def remove(self, container: Container) -> None:
        """End it in peace; its volume stays."""
        container.stop(timeout=30)
        container.remove(v=True)
        self._made.remove(container)


def said(container: Container, *command: str, user: str = "") -> str:
    """What a command in a container prints."""
    code, output = container.exec_run(list(command), user=user)
    assert isinstance(output, bytes)  # not a stream
    text = output.decode(errors="replace").strip()
    assert code == 0, f"{command[0]} ended with {code}: {text}\n{logs(container)}"
    return text


def until(container: Container, *command: str, seconds: float = 60) -> None:
    """Wait until a command in a container succeeds."""
    end = time.monotonic() + seconds
    while container.exec_run(list(command)).exit_code != 0:
        container.reload()
        assert container.status == "running", logs(container)
        assert time.monotonic() < end, logs(container)
        time.sleep(0.2)


def ended(container: Container) -> tuple[int, str]:
    """The exit code of a container that ends by itself, and its log."""
    code: int = container.wait(timeout=60)["StatusCode"]
    return code, logs(container)


def logs(container: Container) -> str:
    """All that a container has printed."""
    text: str = container.logs().decode(errors="replace")
    return text
