"""What is to be proved, as the provider sends it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from celeriac_provider.proof.directions import Directions
from celeriac_provider.proof.django import RESULTS, read, server_url

TASK = "celeriac.proof"
"""Name of the one task that the worker of the proof knows."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """One proof.

    Args:
        app: the app's name, for messages.
        broker_url: as the app is given it.
        result_backend: as the app is given it; None when it has none.
        settings: as the app is given them.
        queue: the proof's own queue.
        ca_file: path of the CA's PEM file here; None to leave the settings' paths as they are.
        timeout: seconds for the whole proof.
        django: `DATABASES` and `CACHES` as one JSON object, where results go through Django.
        environment: variables for the proof's process, with secrets among them.
        directions: where to connect to instead of the servers, see `directions`.
    """

    app: str
    broker_url: str
    result_backend: str | None
    settings: dict[str, Any]
    queue: str
    ca_file: str | None
    timeout: float
    django: str | None = field(default=None)
    environment: dict[str, str] = field(default_factory=dict)
    directions: Directions = field(default_factory=dict)

    @property
    def backend_url(self) -> str:
        """A URL of the result backend's server; that of the backend, unless it is Django."""
        if self.result_backend in RESULTS:
            return server_url(read(self.django))
        return self.result_backend or ""

    def __repr__(self) -> str:
        """Without its credentials."""
        return f"Request({self.app!r})"

    def to_json(self) -> bytes:
        """For the socket."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Request:
        """From the socket."""
        return cls(**json.loads(text))
