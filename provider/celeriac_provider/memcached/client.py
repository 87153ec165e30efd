"""The way to a set of memcached servers, over the client that Celery uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from celeriac_provider.engine.configuration import Configuration
from celeriac_provider.engine.connecting import Starting, line, sign
from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import CeleriacError, Lost, Mistake, OutOfReach, Refused
from celeriac_provider.engine.patience import TooSlow, within
from celeriac_provider.reach.route import Route

_PORT: Final = 11211


@dataclass(frozen=True)
class Answer:
    """What a server says of itself."""

    version: str
    """Its version."""
    item_size: int
    """Bytes of the largest item that it takes (`item_size_max`)."""


class Memcached:
    """Servers that an app uses together, each asked over a connection of its own.

    The endpoint is `memcached://host:11211`, further servers after commas; behind a bastion each
    has a forwarding of its own. There are neither users nor TLS: Celery's client of memcached has
    no settings for them.

    Args:
        configuration: the provider's.

    Raises:
        Mistake: the endpoint is none of memcached, or something is configured that it has not.
    """

    def __init__(self, configuration: Configuration) -> None:
        server = configuration.server("memcached")
        parts = urlsplit(server.endpoint)
        if parts.scheme != "memcached" or parts.path.strip("/") or parts.query:
            raise Mistake(
                f"the endpoint {server.endpoint!r} is not one of memcached: write it as "
                f"memcached://host:11211, further servers after commas",
                "endpoint",
            )
        if server.username or server.password:
            raise Mistake(
                "memcached is used without users, because Celery cannot log in to it: leave "
                "`username` and `password` out",
                "username",
            )
        found = [urlsplit(f"//{one}") for one in parts.netloc.split(",")]
        self.servers = [(one.hostname or "", one.port or _PORT) for one in found]
        self._routes = {at: Route(server.via, *at, server.timeout) for at in self.servers}
        self._timeout = server.timeout
        self._known = False

    def close(self) -> None:
        """No connection is held; forwardings are."""
        for route in self._routes.values():
            route.close()

    def ask(self, ctx: Context) -> dict[str, Answer]:
        """Every server by `host:port`; one that is starting is waited for.

        Raises:
            Refused: a server answered and refused.
            Unreachable: one cannot be reached, or is something else.
        """
        found = {
            _named(server): ctx.wait_for_start(
                lambda server=server: self._one(server),  # type: ignore[misc] # bound as default
                transient=(Starting,),
                what=_named(server),
            )
            for server in self.servers
        }
        self._known = True
        return found

    def _one(self, server: tuple[str, int]) -> Answer:
        route = self._routes[server]
        address = route.address()
        try:
            with route.explaining(Exception):
                return within(self._timeout, lambda: self._asked(address))
        except CeleriacError:
            raise
        except TooSlow:
            raise self._sentence(server, TimeoutError("timed out")) from None
        except Exception as error:  # noqa: BLE001 - pymemcache hands on whatever garbage led to
            raise self._sentence(server, error) from None

    def _asked(self, address: tuple[str, int]) -> Answer:
        from pymemcache.client.base import Client  # noqa: PLC0415 - only where there is one

        client = Client(address, connect_timeout=self._timeout, timeout=self._timeout)
        try:
            said: dict[bytes, Any] = client.stats("settings")
            version = client.version().decode("ascii")
            return Answer(version, int(said[b"item_size_max"]))
        finally:
            client.close()

    def _sentence(self, server: tuple[str, int], error: Exception) -> CeleriacError:
        text = line(str(error)) or type(error).__name__
        at = f"the memcached server at {_named(server)}"
        if "unauthenticated" in text.lower():
            return Refused(
                f"{at} wants a login, which Celery cannot give: start it without -S and -Y, on a "
                f"network that only its apps are on, and look at `endpoint`"
            )
        if isinstance(error, OSError) or type(error).__name__ == "MemcacheUnexpectedCloseError":
            found = sign(text if isinstance(error, OSError) else "closed")
            if found is None:
                return OutOfReach(f"{at} cannot be used: {text}: look at `endpoint`")
            kind, reason = found
            if self._known and kind not in (Starting, OutOfReach):
                return _lost(at)
            return kind(f"{at} cannot be used: {reason}")
        if self._known:
            return _lost(at)
        return OutOfReach(
            f"what answers at {_named(server)} does not speak as memcached does: look at host and "
            f"port in `endpoint`"
        )


def _lost(at: str) -> Lost:
    return Lost(
        f"the connection to {at} was lost: look whether it is up, and at what lies between it and "
        f"`endpoint`, and run it again"
    )


def _named(server: tuple[str, int]) -> str:
    host, port = server
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
