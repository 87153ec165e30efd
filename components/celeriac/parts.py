"""What a broker and a result backend hand to the app that they make up together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi

    from celeriac.contract import Backend, BrokerKind, QueueType, Tls
    from celeriac.resources import Provider
    from celeriac.resources.base import CeleriacResource


@dataclass(frozen=True, kw_only=True)
class BrokerPart:
    """What CeleryApp reads from a broker."""

    kind: BrokerKind
    """`rabbitmq` or `redis`."""
    url: pulumi.Output[str]
    """`broker_url`, a secret."""
    settings: pulumi.Output[Mapping[str, Any]]
    """The settings that must match."""
    proof_queue: str
    """The queue of the proof, which the app's user has rights on."""
    queue_type: QueueType
    """Type of the queues, on RabbitMQ."""
    rpc_results: bool
    """Whether the app's user may use the queues of `rpc://`."""
    made: Sequence[CeleriacResource]
    """Every resource of the broker."""
    provider: Provider
    """The provider of the broker's server."""
    ca: pulumi.Output[str] | None
    """PEM of the CA that signed the server's certificate, where one was given."""


@dataclass(frozen=True, kw_only=True)
class ResultsPart:
    """What CeleryApp reads from a result backend."""

    kind: Backend
    """`postgresql`, `redis` or `rpc`."""
    url: pulumi.Output[str]
    """`result_backend`, a secret."""
    settings: pulumi.Output[Mapping[str, Any]]
    """The settings that must match."""
    expires: int | None
    """Seconds until a result expires; None for never."""
    made: Sequence[CeleriacResource]
    """Every resource of the backend."""
    ca: pulumi.Output[str] | None
    """PEM of the CA that signed the server's certificate, where one was given."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where apps connect to a server, as far as it is known."""

    host: pulumi.Output[str]
    """Host name."""
    port: pulumi.Output[int]
    """Port."""
    tls: Tls | None
    """How apps verify the server; None where the connection is in clear."""
    ca: pulumi.Output[str] | None
    """PEM of the CA that signed the server's certificate. None: the system's CAs."""
    provider: Provider
    """The provider that administers the server."""
