"""Where Pub/Sub is, and as whom: from the provider's configuration to a channel of gRPC."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from celeriac_provider.engine.configuration import Server
from celeriac_provider.engine.errors import Mistake, Refused

if TYPE_CHECKING:
    import grpc

EMULATOR: Final = "pubsub+emulator"
_GOOGLE: Final = "pubsub.googleapis.com:443"
_SCOPES: Final = ("https://www.googleapis.com/auth/pubsub",)
_OPTIONS: Final = (
    # A server that restarts is soon asked again.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
    # Each provider instance has connections of its own, which end with it.
    ("grpc.use_local_subchannel_pool", 1),
)


def emulator(server: Server) -> str | None:
    """`host:port` of an emulator; None for Google's own.

    Raises:
        Mistake: the endpoint is not one of Pub/Sub.
    """
    if server.via is not None:
        raise Mistake(
            "Pub/Sub is not reached over `via`: Google's own is on the internet (HTTPS_PROXY names "
            "a proxy), and for an emulator on a private network run `pulumi up` inside it",
            "via",
        )
    if not server.endpoint:
        return None
    parts = urlsplit(server.endpoint)
    if parts.scheme != EMULATOR or not parts.port or parts.path.strip("/") or parts.query:
        raise Mistake(
            f"the endpoint {server.endpoint!r} is not one of Pub/Sub: leave it out for Google's "
            f"own, which is what kombu speaks to, or write an emulator as {EMULATOR}://host:port",
            "endpoint",
        )
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{host}:{parts.port}"


def channel(server: Server) -> grpc.Channel:
    """A channel to it, which connects when it is first used; an emulator asks for no credentials.

    Raises:
        Mistake: the service account's key cannot be read.
        Refused: no credentials were found.
    """
    import grpc  # noqa: PLC0415 - half a second that only programs with Pub/Sub need
    from google.pubsub_v1.services.publisher.transports import (  # noqa: PLC0415
        PublisherGrpcTransport,
    )

    where = emulator(server)
    if where is not None:
        # The endpoint says where to go, not a proxy meant for the internet.
        return grpc.insecure_channel(where, options=[*_OPTIONS, ("grpc.enable_http_proxy", 0)])
    made: grpc.Channel = PublisherGrpcTransport.create_channel(
        _GOOGLE, credentials=_credentials(server.password), options=[*_OPTIONS]
    )
    return made


def _credentials(key: str | None) -> Any:
    import google.auth  # noqa: PLC0415
    from google.auth.exceptions import DefaultCredentialsError  # noqa: PLC0415
    from google.oauth2 import service_account  # noqa: PLC0415

    if key is None:
        try:
            found, _ = google.auth.default(scopes=_SCOPES)
        except DefaultCredentialsError:
            raise Refused(
                "no credentials for Pub/Sub were found: give the provider the key of a service "
                "account as `password`, or log in as Google's own tools have it (`gcloud auth "
                "application-default login`, GOOGLE_APPLICATION_CREDENTIALS)"
            ) from None
        return found
    try:
        return service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
            json.loads(key), scopes=_SCOPES
        )
    except (ValueError, TypeError):
        # What they say of it may quote it.
        raise Mistake(
            "the `password` for Pub/Sub is not the key of a service account: give the JSON file's "
            "contents as Google made it (type, client_email, private_key …)",
            "password",
        ) from None
