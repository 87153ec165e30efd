"""The ways to broker and result backend, where the proof reaches them over a forwarding."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import CeleriacError, Lost
from celeriac_provider.reach.route import Route, Routes
from celeriac_provider.reach.way import way

_PORTS: Final = {
    "amqp": 5672,
    "amqps": 5671,
    "redis": 6379,
    "rediss": 6379,
    "postgresql": 5432,
    "mysql": 3306,
}


class Ways:
    """The ways of one proof.

    Args:
        ctx: the call's surroundings.
        app: the app's name, for sentences.
        timeout: seconds for one forwarding.
    """

    def __init__(self, ctx: Context, app: str, timeout: float) -> None:
        self._ctx = ctx
        self._app = app
        self._timeout = timeout
        self._routes: dict[str, tuple[Route, int]] = {}
        self.directions: dict[str, tuple[str, int]] = {}
        """Where to connect to instead, by `host:port`."""

    def add(self, part: str, url: str, via: Mapping[str, Any] | None) -> None:
        """Open the way to a part's server.

        Args:
            part: "broker" or "result backend".
            url: Celery's URL of it.
            via: how it is reached; None for directly.

        Raises:
            CeleriacError: there is no way.
        """
        chosen, server = way(via), _server(url)
        if chosen is None or server is None:
            return
        route = self._ctx.client(Routes).to(chosen, *server, self._timeout)
        try:
            # What a bastion says that is starting is waited for, as with any server.
            address = self._ctx.wait_for_start(route.address, transient=(), what=str(chosen))
        except CeleriacError as error:
            raise self._at(part, error) from None
        self._routes[part] = (route, route.said)
        self.directions[f"{server[0]}:{server[1]}"] = address

    def explain(self, part: str) -> None:
        """Say why a proof failed, if it was the way.

        Raises:
            Lost: a forwarding ended meanwhile: the same again may well succeed.
            CeleriacError: a connection was not forwarded.
        """
        # What goes over the broker's connection fails with it.
        found = self._routes.get(part) or self._routes.get("broker")
        if found is None:
            return
        route, said = found
        reason = route.refusal(said)
        if reason is not None:
            raise self._at(part, reason)
        if not route.is_open:
            raise Lost(f"the proof of {self._app} failed, because {route.way} closed the way")

    def _at(self, part: str, error: CeleriacError) -> CeleriacError:
        return type(error)(f"the proof of {self._app} failed at its {part}: {error}")


def _server(url: str) -> tuple[str, int] | None:
    """Host and port of a URL of Celery; None where it has none."""
    parts = urlsplit(re.split("[;,]", url, maxsplit=1)[0])
    # `db+postgresql+psycopg2`: the system is what stands before the driver.
    system = parts.scheme.removeprefix("db+").partition("+")[0]
    port = parts.port or _PORTS.get(system)
    return (parts.hostname, port) if parts.hostname and port else None
