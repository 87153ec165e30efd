"""A system as the weather tests need it: a server, and every resource type ready to be made."""

from __future__ import annotations

import threading
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, TypedDict

from celeriac_provider.engine.resource import Resource
from tests.lifecycle import Lifecycle

Given = Callable[[Any, str], dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """One resource type.

    Args:
        resource: the class.
        given: makes what it needs, and returns its inputs, for a name of its own.
        change: inputs of an update.
        at_once: how many trials: nearly all of one is waiting.
        sample: how many of the faults are tried, where one takes long.
        timeout: the provider's, where the system's is too short.
    """

    resource: type[Resource]
    given: Given
    change: Mapping[str, Any]
    at_once: int = 16
    sample: int = 99
    timeout: float | None = None

    def __str__(self) -> str:
        """The type's token."""
        return self.resource.token


class _Pace(TypedDict):
    at_once: int
    sample: int
    timeout: float


DJANGO: Final[_Pace] = {"at_once": 8, "sample": 2, "timeout": 12.0}
"""Of a case whose trials start Django several times: each takes a second of a core, and has 15
seconds beyond the timeout for that. More than a hundred turns, some slow, must fit into both."""


class World(ABC):
    """One server, its administrator, and the cases on it.

    Args:
        entry: the server's entry in servers.json.
    """

    system: ClassVar[str]
    timeout: ClassVar[float]
    """What the provider is configured with."""

    def __init__(self, entry: Mapping[str, Any]) -> None:
        self.entry = entry
        self.word = f"w{uuid.uuid4().hex[:8]}"
        self._count = 0
        self._lock = threading.Lock()
        self._direct: dict[type[Resource], Lifecycle] = {}

    @property
    @abstractmethod
    def target(self) -> tuple[str, int]:
        """Host and port, without TLS."""

    @abstractmethod
    def endpoint(self, port: int) -> str:
        """The provider's endpoint for a port on loopback."""

    @abstractmethod
    def clean(self) -> None:
        """Remove whatever carries `word`."""

    @property
    def username(self) -> str:
        """The administrator's."""
        return str(self.entry["username"])

    @property
    def password(self) -> str:
        """The administrator's."""
        return str(self.entry["password"])

    def answers(self, port: int, data: bytes) -> bytes:
        """What a client behind a proxy on this port gets of the server's answer."""
        del port
        return data

    def name(self) -> str:
        """A name that nobody has."""
        with self._lock:
            self._count += 1
            return f"{self.word}_{self._count}"

    def configuration(self, **changes: Any) -> dict[str, Any]:
        """The provider's, without anything in between."""
        return {
            "endpoint": self.endpoint(self.target[1]),
            "username": self.username,
            "password": self.password,
            "timeout": 60,
        } | changes

    def direct(self, resource: type[Resource]) -> Lifecycle:
        """A provider in good weather, shared by threads."""
        with self._lock:
            if resource not in self._direct:
                self._direct[resource] = Lifecycle(resource, self.configuration())
            return self._direct[resource]

    def done_with(self, given: Mapping[str, Any]) -> None:  # noqa: B027 - most share nothing
        """A trial with these inputs has ended."""

    def close(self) -> None:
        """Remove all, close all."""
        self.clean()
        for life in self._direct.values():
            life.close()
