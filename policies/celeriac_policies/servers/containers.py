"""Containers, whichever resource makes them: one of Docker's own, or a service of a swarm."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from celeriac_policies.resource import Resource
from celeriac_policies.servers.images import Image, Software, image, software
from celeriac_policies.servers.known import known_items
from celeriac_policies.values import Items, Properties

CONTAINER: Final = "docker:index/container:Container"
SERVICE: Final = "docker:index/service:Service"
CONTAINERS: Final = (CONTAINER, SERVICE)


@dataclass(frozen=True)
class Port:
    """A port of a container that others reach.

    Args:
        internal: its number inside.
        address: of the host's interface that it listens on; empty for all.
    """

    internal: int
    address: str = ""


@dataclass(frozen=True)
class Mount:
    """Something of the host in a container.

    Args:
        target: the path inside.
        kind: `volume`, `bind`, `tmpfs` …
        source: name of the volume, or the host's path; empty for a volume without a name.
    """

    target: str
    kind: str
    source: str


class Container(ABC):
    """What a container is made of. Each property reads no more of the resource than it has to.

    Args:
        resource: a container or a service.
    """

    def __init__(self, resource: Resource) -> None:
        self.props = resource.props

    @staticmethod
    def of(resource: Resource) -> Container:
        """The container that a resource makes."""
        return _Service(resource) if resource.type == SERVICE else _Container(resource)

    @property
    @abstractmethod
    def _reference(self) -> str: ...

    @property
    @abstractmethod
    def environment(self) -> Mapping[str, str]:
        """The variables whose values are known."""

    @property
    @abstractmethod
    def _commands(self) -> tuple[tuple[Properties, str], ...]:
        """Where entry point and arguments are: a map and its key."""

    @property
    @abstractmethod
    def labels(self) -> Iterator[tuple[str, str]]:
        """Labels, name and value, as far as they are known."""

    @property
    @abstractmethod
    def mounts(self) -> list[Mount]:
        """All volumes and binds."""

    @property
    @abstractmethod
    def memory(self) -> int:
        """The most memory that it may take, in bytes; 0 for no limit."""

    @property
    @abstractmethod
    def restarts(self) -> bool:
        """Whether it is started again when it ends; also where it is meant to end."""

    @property
    @abstractmethod
    def _health(self) -> Properties: ...

    @property
    @abstractmethod
    def log(self) -> tuple[str, Mapping[str, object]]:
        """Driver of its log, empty for the daemon's default, and the driver's options."""

    @property
    @abstractmethod
    def ports(self) -> list[Port]:
        """The ports that others than this host's containers may reach."""

    @property
    @abstractmethod
    def files(self) -> Mapping[str, str]:
        """Contents of the files that are put into it, by path, where they are told."""

    @property
    def image(self) -> Image:
        """Its image."""
        return image(self._reference)

    @property
    def software(self) -> Software | None:
        """The server that it runs; None where the image does not tell."""
        return software(self.image)

    @property
    def arguments(self) -> list[str]:
        """Entry point and arguments."""
        return [str(word) for where, key in self._commands for word in where.items_of(key)]

    @property
    def has_secret_argument(self) -> bool:
        """Whether one of them is marked as a secret in the program."""
        return any(where.is_secret(key) for where, key in self._commands)

    @property
    def is_checked(self) -> bool:
        """Whether somebody looks whether it works."""
        tests = self._health.items_of("tests")
        return len(tests) > 0 and tests[0] != "NONE"


class _Container(Container):
    @property
    def _reference(self) -> str:
        return str(self.props.get("image", ""))

    @property
    def environment(self) -> Mapping[str, str]:
        pairs = (str(text).partition("=") for text in known_items(self.props.items_of("envs")))
        return {name: value for name, _, value in pairs}

    @property
    def _commands(self) -> tuple[tuple[Properties, str], ...]:
        return (self.props, "entrypoints"), (self.props, "command")

    @property
    def labels(self) -> Iterator[tuple[str, str]]:
        for label in _maps(self.props.items_of("labels")):
            if label.known("value"):
                yield str(label.get("label", "")), str(label.get("value", ""))

    @property
    def mounts(self) -> list[Mount]:
        found = [_mount(one) for one in _maps(self.props.items_of("mounts"))]
        for one in _maps(self.props.items_of("volumes")):
            host, volume = str(one.get("hostPath", "")), str(one.get("volumeName", ""))
            other = str(one.get("fromContainer", ""))
            kind = "bind" if host else "volume"
            found.append(Mount(str(one.get("containerPath", "")), kind, host or volume or other))
        return found

    @property
    def memory(self) -> int:
        return int(self.props.get("memory", 0)) * 1024 * 1024

    @property
    def restarts(self) -> bool:
        return self.props.get("restart", "no") != "no" or self.props.get("mustRun") is False

    @property
    def _health(self) -> Properties:
        return self.props.map("healthcheck")

    @property
    def log(self) -> tuple[str, Mapping[str, object]]:
        return str(self.props.get("logDriver", "")), self.props.map("logOpts")

    @property
    def ports(self) -> list[Port]:
        return [
            Port(int(port.get("internal", 0)), str(port.get("ip", "")))
            for port in _maps(self.props.items_of("ports"))
        ]

    @property
    def files(self) -> Mapping[str, str]:
        return {
            str(upload.get("file", "")): str(upload.get("content", ""))
            for upload in _maps(self.props.items_of("uploads"))
            if upload.get("content") is not None
        }


class _Service(Container):
    @property
    def _task(self) -> Properties:
        return self.props.map("taskSpec")

    @property
    def _spec(self) -> Properties:
        return self._task.map("containerSpec")

    @property
    def _reference(self) -> str:
        return str(self._spec.get("image", ""))

    @property
    def environment(self) -> Mapping[str, str]:
        found = self._spec.map("env")
        return {name: str(found.get(name, "")) for name in found if found.known(name)}

    @property
    def _commands(self) -> tuple[tuple[Properties, str], ...]:
        return (self._spec, "commands"), (self._spec, "args")

    @property
    def labels(self) -> Iterator[tuple[str, str]]:
        for where in (self.props, self._spec):
            for label in _maps(where.items_of("labels")):
                if label.known("value"):
                    yield str(label.get("label", "")), str(label.get("value", ""))

    @property
    def mounts(self) -> list[Mount]:
        return [_mount(one) for one in _maps(self._spec.items_of("mounts"))]

    @property
    def memory(self) -> int:
        return int(self._task.map("resources").map("limits").get("memoryBytes", 0))

    @property
    def restarts(self) -> bool:
        # A swarm starts again whatever ends, unless it is told not to.
        return bool(self._task.map("restartPolicy").get("condition", "any") != "none")

    @property
    def _health(self) -> Properties:
        return self._spec.map("healthcheck")

    @property
    def log(self) -> tuple[str, Mapping[str, object]]:
        driver = self._task.map("logDriver")
        return str(driver.get("name", "")), driver.map("options")

    @property
    def ports(self) -> list[Port]:
        # A swarm publishes on every interface of every node.
        published = self.props.map("endpointSpec").items_of("ports")
        return [Port(int(port.get("targetPort", 0))) for port in _maps(published)]

    @property
    def files(self) -> Mapping[str, str]:
        return {}  # configs and secrets are resources of their own, referred to by id


def _maps(items: Items) -> list[Properties]:
    return [item for item in items if isinstance(item, Properties)]


def _mount(found: Properties) -> Mount:
    source = str(found.get("source", ""))
    return Mount(str(found.get("target", "")), str(found.get("type", "")), source)
