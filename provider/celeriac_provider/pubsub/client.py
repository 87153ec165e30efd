"""The administrator's way to Pub/Sub: Google's, or an emulator of it.

https://cloud.google.com/python/docs/reference/pubsub/latest
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Final

from celeriac_provider.engine.configuration import Configuration
from celeriac_provider.engine.connecting import Starting, line
from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import Refused, Unreachable
from celeriac_provider.engine.patience import TooSlow, within
from celeriac_provider.pubsub import endpoint, refusals
from celeriac_provider.pubsub.refusals import Busy, NoneYet

if TYPE_CHECKING:
    import grpc

_GRACE: Final = 0.25
"""Seconds beyond a call's time that gRPC gets to say so itself."""


class PubSub:
    """Pub/Sub, over one connection.

    Without an endpoint it is Google's own. Without a password, Google's own chain (application
    default credentials) finds who is asking.

    Args:
        configuration: the provider's.

    Raises:
        Mistake: the endpoint is not one of Pub/Sub.
    """

    def __init__(self, configuration: Configuration) -> None:
        self._server = configuration.server("pubsub")
        emulator = endpoint.emulator(self._server)
        self.where = f"the emulator of Pub/Sub at {emulator}" if emulator else "Pub/Sub"
        self._lock = threading.Lock()
        self._channel: grpc.Channel | None = None
        self._clients: dict[str, Any] = {}
        self._known = False

    def close(self) -> None:
        """Give the connection back."""
        with self._lock:
            if self._channel is not None:
                self._channel.close()
            self._channel = None
            self._clients.clear()

    def publisher(
        self, ctx: Context, operation: str, doing: str, request: dict[str, Any], *, every: str = ""
    ) -> Any:
        """One call about topics; `every` names what an answer of several pages has in it."""
        return self._call(ctx, "publisher", operation, doing, request, every=every)

    def subscriber(
        self, ctx: Context, operation: str, doing: str, request: dict[str, Any], *, wait: float = 0
    ) -> Any:
        """One call about subscriptions.

        Args:
            ctx: the call's surroundings.
            operation: by the client's name: `get_subscription`.
            doing: what is done, for the sentence of an error: "create the subscription 'orders'".
            request: the operation's.
            wait: seconds after which there is no answer to come, in place of the call's own time.

        Raises:
            refusals.Missing: there is no such topic or subscription.
            refusals.Exists: there is one of this name.
            refusals.NoneYet: nothing came within `wait`.
            Refused: Pub/Sub refused it.
            Unreachable: it cannot be reached.
        """
        return self._call(ctx, "subscriber", operation, doing, request, wait=wait)

    def _call(
        self,
        ctx: Context,
        kind: str,
        operation: str,
        doing: str,
        request: dict[str, Any],
        *,
        every: str = "",
        wait: float = 0,
    ) -> Any:
        deadline = time.monotonic() + ctx.timeout

        def once() -> Any:
            left = min(max(deadline - time.monotonic(), 0.2), ctx.timeout)
            return self._send(kind, operation, doing, request, left, every=every, wait=wait)

        def started() -> Any:
            return ctx.wait_for_start(once, transient=(Starting,), what=self.where)

        return ctx.wait_for(started, transient=(Busy,), what=self.where)

    def _send(
        self,
        kind: str,
        operation: str,
        doing: str,
        request: dict[str, Any],
        seconds: float,
        *,
        every: str = "",
        wait: float = 0,
    ) -> Any:
        from google.api_core.exceptions import DeadlineExceeded, GoogleAPICallError  # noqa: PLC0415
        from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415 - see endpoint.channel

        waits = 0 < wait < seconds

        def work() -> Any:
            call = getattr(self._client(kind), operation)
            answer = call(request=request, retry=None, timeout=wait if waits else seconds)
            return list(answer) if every else answer

        try:
            answer = within(seconds + _GRACE, work)
        except TooSlow:
            raise refusals.too_slow(self.where, seconds) from None
        except DeadlineExceeded:
            if waits and self._known:
                raise NoneYet from None
            raise refusals.too_slow(self.where, seconds) from None
        except GoogleAPICallError as error:
            found = refusals.sentence(
                error, self.where, doing, operation, seconds, known=self._known
            )
            self._known = self._known or isinstance(
                found, (refusals.Missing, refusals.Exists, Refused)
            )
            if isinstance(found, Unreachable):
                self._forget()
            raise found from None
        except GoogleAuthError as error:
            raise Refused(
                f"the credentials for {self.where} cannot be used ({line(str(error))[:200]}): look "
                f"at the service account's key, or log in anew (`gcloud auth application-default "
                f"login`)"
            ) from None
        self._known = True
        return answer

    def _forget(self) -> None:
        """Connect anew next time: a connection that failed says so again until its pause is over.

        Others may still wait for an answer on it: it ends with the last of them.
        """
        with self._lock:
            self._channel = None
            self._clients.clear()

    def _client(self, kind: str) -> Any:
        with self._lock:
            if kind not in self._clients:
                if self._channel is None:
                    self._channel = endpoint.channel(self._server)
                self._clients[kind] = _made(kind, self._channel)
            return self._clients[kind]


def _made(kind: str, channel: grpc.Channel) -> Any:
    # The plain clients: those of google.cloud.pubsub_v1 gather messages in threads of their own.
    from google.pubsub_v1.services.publisher import PublisherClient, transports  # noqa: PLC0415
    from google.pubsub_v1.services.subscriber import SubscriberClient  # noqa: PLC0415
    from google.pubsub_v1.services.subscriber.transports import (  # noqa: PLC0415
        SubscriberGrpcTransport,
    )

    if kind == "publisher":
        return PublisherClient(transport=transports.PublisherGrpcTransport(channel=channel))
    return SubscriberClient(transport=SubscriberGrpcTransport(channel=channel))
