"""The administrator's way to Elasticsearch, over the client that Celery uses."""

from __future__ import annotations

import threading
from typing import Any, Final
from urllib.parse import urlsplit

from celeriac_provider.elasticsearch.nodes import node_over
from celeriac_provider.elasticsearch.refusals import NotFound, sentence
from celeriac_provider.engine.configuration import Configuration
from celeriac_provider.engine.connecting import Starting
from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import Mistake
from celeriac_provider.engine.patience import TooSlow, within
from celeriac_provider.engine.tls import tls
from celeriac_provider.reach.route import Route

_CONNECTIONS: Final = 8
_SLACK: Final = 0.5
"""Seconds that the client's own time-out comes before ours: it says more."""


class Elastic:
    """One Elasticsearch.

    The endpoint is `https://host:9200`, certificate and host name verified with the configured
    authority or the system's; `http://` is without TLS. Without a username nobody logs in.

    Args:
        configuration: the provider's.

    Raises:
        Mistake: the endpoint is none of Elasticsearch.
    """

    def __init__(self, configuration: Configuration) -> None:
        self._server = configuration.server("elasticsearch")
        parts = urlsplit(self._server.endpoint)
        if parts.scheme not in ("http", "https") or parts.path.strip("/") or parts.query:
            raise Mistake(
                f"the endpoint {self._server.endpoint!r} is not one of Elasticsearch: write it as "
                f"https://host:9200",
                "endpoint",
            )
        self._encrypted = parts.scheme == "https"
        name, port = parts.hostname or "", parts.port or 9200
        self.where = f"{name}:{port}"
        self._route = Route(self._server.via, name, port, self._server.timeout)
        host = f"[{name}]" if ":" in name else name
        self._address = f"{parts.scheme}://{host}:{port}"
        self._context = tls(self._server) if self._encrypted else None
        self._lock = threading.Lock()
        self._made: Any = None
        self._known = False

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            if self._made is not None:
                self._made.close()
                self._made = None
        self._route.close()

    def ask(
        self, ctx: Context, doing: str, method: str, path: str, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """One request; a server that is starting is waited for.

        Args:
            ctx: the call's surroundings.
            doing: what is done, for the sentence of an error: "make the index 'orders'".
            method: of HTTP.
            path: with its leading slash.
            body: JSON.

        Raises:
            Refused: the server refused it; NotFound where there is no such thing.
            Unreachable: it cannot be reached.
        """
        from elastic_transport import TransportError  # noqa: PLC0415 - half a second
        from elasticsearch import ApiError, UnsupportedProductError  # noqa: PLC0415

        def attempt() -> dict[str, Any]:
            patience = self._server.timeout + _SLACK
            self._route.address()
            try:
                with self._route.explaining(TransportError, OSError, TooSlow):
                    found = within(patience, lambda: self._send(method, path, body))
            except TooSlow:
                late = TimeoutError("timed out")
                raise sentence(late, self.where, doing, known=False) from None
            except (ApiError, TransportError, UnsupportedProductError, OSError) as error:
                failed = sentence(error, self.where, doing, known=self._known)
                self._known = self._known or isinstance(failed, NotFound)  # it has answered
                raise failed from None
            self._known = True
            return found

        return ctx.wait_for_start(attempt, transient=(Starting,), what=self.where)

    def _send(self, method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        headers = {"accept": "application/json"}
        if body is not None:
            headers["content-type"] = "application/json"
        found = self._client().perform_request(method, path, headers=headers, body=body)
        if not isinstance(found.body, dict):
            raise ValueError("the answer is no JSON object")  # noqa: TRY004 - of the server
        return dict(found.body)

    def _client(self) -> Any:
        from elasticsearch import Elasticsearch  # noqa: PLC0415 - as above

        with self._lock:
            if self._made is None:
                login = {}
                if self._server.username:
                    login = {"basic_auth": (self._server.username, self._server.password or "")}
                encrypted = {} if self._context is None else {"ssl_context": self._context}
                over = {} if self._route.direct else {"node_class": node_over(self._route)}
                self._made = Elasticsearch(
                    self._address,
                    **over,  # type: ignore[arg-type] # as below
                    **login,  # type: ignore[arg-type] # of this one argument
                    **encrypted,  # type: ignore[arg-type]
                    connections_per_node=_CONNECTIONS,
                    request_timeout=self._server.timeout,
                    max_retries=0,
                    retry_on_timeout=False,
                    # A node that failed is asked again at once: waiting is our own business.
                    dead_node_backoff_factor=0,
                )
            return self._made
