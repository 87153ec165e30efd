"""RabbitMQ's management API: one pooled HTTP client, and its answers as errors a user can read.

https://www.rabbitmq.com/docs/http-api-reference
"""

from __future__ import annotations

import json
import re
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote, urlsplit

import httpx

from celeriac_provider.engine.errors import LoginRefused, Mistake, Refused, Unreachable
from celeriac_provider.engine.tls import tls
from celeriac_provider.rabbitmq import answers, transport
from celeriac_provider.reach.route import Route

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from celeriac_provider.engine.configuration import Configuration
    from celeriac_provider.engine.context import Context

OLDEST = (4, 0)
"""The oldest RabbitMQ: before it, PUT of a vhost ignores the default queue type in silence."""

_CONNECTIONS = 8
_LOST_TWICE = 2
_SERVER_ERROR = 500
_PAUSES = (0.1, 0.4)
"""Seconds before asking again a server that failed on a request."""
_BUSY = (502, 503, 504)
"""What a server says that is starting, or a load balancer before it."""


class NotAllowed(Refused):
    """The administrator has no permissions in the vhost: with them the same call works."""


@dataclass
class _Starting(Exception):  # noqa: N818 - not an error yet: worth another attempt
    """The server cannot answer yet."""

    sentence: str


class Management:
    """The connections to one server's management API.

    Args:
        configuration: the provider's: `endpoint` with or without a trailing slash or `/api`.
    """

    def __init__(self, configuration: Configuration) -> None:
        server = configuration.server("rabbitmq")
        parts = urlsplit(server.endpoint)
        if parts.scheme not in ("http", "https"):
            raise Mistake(
                f"the provider's endpoint {server.endpoint!r} is not that of a management API: "
                f"write it as https://host:15671 or http://host:15672",
                "endpoint",
            )
        if server.username is None or server.password is None:
            raise Mistake(
                f"no administrator is configured for the RabbitMQ at {server.endpoint}: give the "
                f"provider a username and a password",
                "username",
            )
        self.endpoint = server.endpoint
        self.username = server.username
        self.base = f"{parts.scheme}://{parts.netloc}{_api_path(parts.path)}"
        self._route = Route(
            server.via,
            parts.hostname or "",
            parts.port or (443 if parts.scheme == "https" else 80),
            server.timeout,
        )
        self._lock = threading.Lock()
        self._supported = False
        self._http = httpx.Client(
            auth=httpx.BasicAuth(server.username, server.password),
            transport=transport.Transport(
                tls(server) if parts.scheme == "https" else None, _CONNECTIONS, self._route
            ),
            # A thousand resources wait their turn for a few connections as long as it takes.
            timeout=httpx.Timeout(server.timeout, pool=None),
            # The endpoint says where to go, not a proxy meant for the internet.
            trust_env=False,
        )

    def close(self) -> None:
        """Give back every connection."""
        self._http.close()
        self._route.close()

    @property
    def known(self) -> bool:
        """Whether a RabbitMQ has answered before."""
        return self._supported

    def send(self, method: str, path: str, body: Any, timeout: float) -> httpx.Response:
        """One request; a failure on the way is a sentence.

        Raises:
            _Starting: nothing listens there yet, or it says that it is not ready.
            Unreachable: anything else on the way.
        """
        content = None if body is None else json.dumps(body)
        headers = {"content-type": "application/json"}
        deadline = time.monotonic() + timeout
        for attempt in range(1, _LOST_TWICE + 1):
            left = max(deadline - time.monotonic(), 0.1)
            try:
                with self._route.explaining(httpx.HTTPError):
                    response = self._http.request(
                        method,
                        self.base + path,
                        content=content,
                        headers=headers,
                        timeout=httpx.Timeout(left, pool=None),
                    )
            except httpx.ConnectError as error:
                if transport.refused(error):
                    raise _Starting(transport.nobody_listens(self.endpoint)) from None
                raise transport.not_connected(error, self.endpoint) from None
            except httpx.TimeoutException:
                raise transport.too_slow(self.endpoint, timeout) from None
            except httpx.HTTPError:
                # A kept connection that the server closed meanwhile; every call is repeatable.
                if attempt == _LOST_TWICE:
                    raise transport.lost(self.endpoint, known=self.known) from None
            else:
                if response.status_code in _BUSY:
                    raise _Starting(
                        f"the RabbitMQ at {self.endpoint}, or a load balancer before it, says "
                        f"that it is not ready ({response.status_code}): look whether it is up, or "
                        f"raise the provider's timeout"
                    )
                return response
        raise AssertionError

    def check_version(self, api: Api) -> None:
        """Refuse a server that is too old, once per connection."""
        if self._supported:
            return
        with self._lock:
            if self._supported:
                return
            found = api.send("GET", "/overview?columns=rabbitmq_version")
            version = found.get("rabbitmq_version", "") if isinstance(found, dict) else ""
            numbers = re.match(r"(\d+)\.(\d+)", version)
            if numbers is None:
                raise transport.not_rabbitmq(self.endpoint, known=False)
            if (int(numbers[1]), int(numbers[2])) < OLDEST:
                raise Refused(
                    f"the RabbitMQ at {self.endpoint} is {version}, and Celeriac needs 4.0 or "
                    f"later: upgrade the server"
                )
            self._supported = True


@dataclass(frozen=True)
class Api:
    """The management API in the surroundings of one call: its deadline, its cancellation."""

    management: Management
    ctx: Context

    @classmethod
    def of(cls, ctx: Context) -> Self:
        """The API of the configured server, which is new enough."""
        api = cls(ctx.client(Management), ctx)
        api.management.check_version(api)
        return api

    def get(self, *path: str, query: str = "") -> Any:
        """The object at this path, or None when there is none."""
        return self.send("GET", _path(path) + (f"?{query}" if query else ""))

    def put(self, *path: str, body: Any) -> None:
        """Make the object, or bring it to this."""
        self._change("PUT", path, body)

    def post(self, *path: str, body: Any) -> Any:
        """Do what this path stands for."""
        return self._change("POST", path, body)

    def define(self, vhost: str, objects: Mapping[str, list[dict[str, Any]]]) -> None:
        """Declare queues, exchanges and bindings in one call; what exists is left as it is.

        Unlike single calls it takes any name: `POST /bindings` fails on some.
        """
        try:
            self.post("definitions", vhost, body=objects)
        except Refused:
            # RabbitMQ's own answer is an Erlang term, or 500 when a name in it is not ASCII.
            missing = self._missing(vhost, objects)
            if missing is None:
                raise
            raise Refused(
                f"there is no {missing} in the vhost {vhost!r}: make it first, and let this "
                f"depend on it"
            ) from None

    def _missing(self, vhost: str, objects: Mapping[str, list[dict[str, Any]]]) -> str | None:
        """The first exchange or queue that a binding needs, and neither server nor we have."""
        for binding in objects.get("bindings", []):
            ends = (
                ("exchange", binding["source"]),
                (binding["destination_type"], binding["destination"]),
            )
            for kind, name in ends:
                ours = any(made["name"] == name for made in objects.get(f"{kind}s", []))
                if (
                    not ours
                    and self.get(f"{kind}s", vhost, name, query="disable_stats=true") is None
                ):
                    return f"{kind} {name!r}"
        return None

    def delete(self, *path: str) -> None:
        """Remove the object, or find it gone."""
        self.send("DELETE", _path(path))

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """One call, repeated while the server is starting; None stands for 404.

        Raises:
            Refused: what the server answered, as a sentence.
            Unreachable: no answer in time.
        """
        given_up, patience = self.ctx.clients.given_up, self.ctx.timeout
        deadline = time.monotonic() + patience

        def attempt() -> httpx.Response:
            left = max(deadline - time.monotonic(), 0.1)
            response = self.management.send(method, path, body, left)
            if answers.may_be_stopping(response):
                known = self.management.send("GET", "/whoami", None, left)
                if known.status_code == httpx.codes.NOT_FOUND:
                    raise _Starting(
                        f"the RabbitMQ at {self.management.endpoint} is stopping: look whether it "
                        f"comes up again"
                    )
            return response

        try:
            response = self._once(attempt)
            for pause in _PAUSES:
                if response.status_code != _SERVER_ERROR or self.ctx.cancelled.wait(pause):
                    break
                response = self._once(attempt)
        except _Starting as starting:
            waited = (
                "an earlier call waited for it" if given_up else f"waited {patience:g} s for it"
            )
            raise Unreachable(f"{starting.sentence}; {waited}") from None
        return self._answer(response)

    def _once(self, attempt: Callable[[], httpx.Response]) -> httpx.Response:
        return self.ctx.wait_for_start(attempt, transient=(_Starting,), what="RabbitMQ to start")

    def _change(self, method: str, path: tuple[str, ...], body: Any) -> Any:
        return self.send(method, _path(path), body)

    def _answer(self, response: httpx.Response) -> Any:
        code = response.status_code
        if code == httpx.codes.NOT_FOUND:
            if "reason" not in (answers.content(response) or {}):
                raise self._strange()
            if response.request.method in ("GET", "DELETE"):
                return None
            raise Refused(answers.missing(response))
        if response.is_success:
            content = answers.content(response) if response.content else {}
            if content is None:
                raise self._strange()
            return content
        reason = answers.reason(response)
        if code == httpx.codes.UNAUTHORIZED:
            raise self._unauthorised(reason)
        if code >= _SERVER_ERROR:
            raise Refused(
                f"RabbitMQ failed on {response.request.method} {response.request.url.path} with "
                f"{code}{reason and ': ' + reason}: its log says more"
            )
        if not reason:
            raise self._strange()
        raise Refused(f"RabbitMQ refused it: {reason}")

    def _strange(self) -> Unreachable:
        return transport.not_rabbitmq(self.management.endpoint, known=self.management.known)

    def _unauthorised(self, reason: str) -> Refused:
        name, endpoint = self.management.username, self.management.endpoint
        if reason in ("Access refused.", "User not authorised to access virtual host"):
            return NotAllowed(
                f"the administrator {name!r} may not do this in the vhost: give it permissions "
                f"there with `rabbitmqctl set_permissions -p VHOST {name} '.*' '.*' '.*'` (names "
                f"that start with amq. are refused to everybody)"
            )
        if reason.startswith("Not "):
            if "user" not in reason:
                return LoginRefused(
                    f"the RabbitMQ at {endpoint} refused the user {name!r} or its password: check "
                    f"the provider's username and password"
                )
            return Refused(
                f"the user {name!r} of the RabbitMQ at {endpoint} is no administrator: give it "
                f"the tag administrator, or configure the provider with one that has it"
            )
        return LoginRefused(
            f"the RabbitMQ at {endpoint} refused the user {name!r} ({reason}): check the "
            f"provider's username and password"
        )


def _api_path(path: str) -> str:
    path = path.rstrip("/")
    return path if path.endswith("/api") else f"{path}/api"


def _path(parts: tuple[str, ...]) -> str:
    return "".join(f"/{quote(part, safe='')}" for part in parts)
