"""What fails between us and RabbitMQ, as sentences that name the setting to look at."""

from __future__ import annotations

import socket
import ssl

import httpcore
import httpx

from celeriac_provider.engine.errors import Lost, OutOfReach, Unreachable
from celeriac_provider.rabbitmq.patience import PatientBackend
from celeriac_provider.reach.route import Route

_KEPT = 5.0
"""Seconds for which an idle connection is kept: httpx' own."""


class Transport(httpx.HTTPTransport):
    """A few kept connections.

    Args:
        context: of TLS, for https.
        connections: how many at most.
        route: the way to the server.
    """

    def __init__(self, context: ssl.SSLContext | None, connections: int, route: Route) -> None:
        super().__init__(verify=context or False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=_KEPT,
            network_backend=PatientBackend(route),
        )


def refused(error: httpx.ConnectError) -> bool:
    """Whether nothing listens there: a server that is starting looks the same."""
    return _cause(error, ConnectionRefusedError) is not None


def nobody_listens(endpoint: str) -> str:
    """The sentence for a closed port."""
    return (
        f"nothing listens at {endpoint}: check the provider's endpoint (the management API's port "
        f"is 15672, with TLS 15671) and that the server runs with its management plugin"
    )


def not_connected(error: httpx.ConnectError, endpoint: str) -> Unreachable:
    """No connection: certificate, TLS, name or network."""
    certificate = _cause(error, ssl.SSLCertVerificationError)
    if isinstance(certificate, ssl.SSLCertVerificationError):
        return Unreachable(
            f"the certificate of the RabbitMQ at {endpoint} is not accepted "
            f"({certificate.verify_message.rstrip('.')}): check the provider's endpoint and ca"
        )
    handshake = _cause(error, ssl.SSLError)
    if isinstance(handshake, ssl.SSLError):
        reason = handshake.reason or "handshake failed"
        if reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"):
            return Unreachable(
                f"what listens at {endpoint} does not speak TLS: write the provider's endpoint "
                f"with http://, or give the port of the TLS listener"
            )
        return Unreachable(
            f"no TLS connection to {endpoint} ({reason}): check the provider's "
            f"endpoint and the certificates"
        )
    if _cause(error, socket.gaierror) is not None:
        return OutOfReach(
            f"the host of {endpoint} is not known: check the provider's endpoint and your DNS"
        )
    system = _cause(error, OSError)
    said = _short(system) if isinstance(system, OSError) else "no connection"
    return OutOfReach(f"{endpoint} is not reachable ({said}): check the provider's endpoint")


def lost(endpoint: str, *, known: bool) -> Unreachable:
    """The connection was made, and what came was no HTTP, or nothing."""
    if known:
        return Lost(
            f"the connection to the RabbitMQ at {endpoint} was lost: look whether the server is "
            f"up, and at what lies between it and the provider's endpoint, and run it again"
        )
    return Unreachable(
        f"what listens at {endpoint} closed the connection or does not speak HTTP: give the "
        f"management API's port (15672, not 5672), with https:// where it has TLS (15671)"
    )


def too_slow(endpoint: str, timeout: float) -> Unreachable:
    """No answer in time."""
    return OutOfReach(
        f"the RabbitMQ at {endpoint} did not answer within {timeout:.3g} s: check the provider's "
        f"endpoint and timeout, and the server's load"
    )


def not_rabbitmq(endpoint: str, *, known: bool) -> Unreachable:
    """HTTP, but not this API; or an answer of it that something between has cut."""
    return (Lost if known else Unreachable)(
        f"what answers at {endpoint} is not RabbitMQ's management API: check the provider's "
        f"endpoint"
    )


def _cause(error: BaseException, kind: type[BaseException]) -> BaseException | None:
    """The first of this kind among what caused an exception."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, kind):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None


def _short(error: BaseException) -> str:
    return getattr(error, "strerror", None) or getattr(error, "reason", None) or str(error)
