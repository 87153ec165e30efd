"""The ways to broker and result backend, where the proof reaches them over a forwarding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import CeleriacError, Lost
from celeriac_provider.proof.addresses import servers
from celeriac_provider.reach.route import Route, Routes
from celeriac_provider.reach.way import way


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
        self._routes: dict[str, list[tuple[Route, int]]] = {}
        self.directions: dict[str, tuple[str, int]] = {}
        """Where to connect to instead, by `host:port`."""

    def add(self, part: str, url: str, via: Mapping[str, Any] | None) -> None:
        """Open the ways to a part's servers.

        Args:
            part: "broker" or "result backend".
            url: Celery's URL of it.
            via: how it is reached; None for directly.

        Raises:
            CeleriacError: there is no way.
        """
        chosen = way(via)
        if chosen is None:
            return
        for host, port in servers(url):
            route = self._ctx.client(Routes).to(chosen, host, port, self._timeout)
            try:
                # What a bastion says that is starting is waited for, as with any server.
                address = self._ctx.wait_for_start(route.address, transient=(), what=str(chosen))
            except CeleriacError as error:
                raise self._at(part, error) from None
            self._routes.setdefault(part, []).append((route, route.said))
            self.directions[f"{host}:{port}"] = address

    def explain(self, part: str) -> None:
        """Say why a proof failed, if it was the way.

        Raises:
            Lost: a forwarding ended meanwhile: the same again may well succeed.
            CeleriacError: a connection was not forwarded.
        """
        # What goes over the broker's connection fails with it.
        for route, said in self._routes.get(part) or self._routes.get("broker", []):
            reason = route.refusal(said)
            if reason is not None:
                raise self._at(part, reason)
            if not route.is_open:
                raise Lost(f"the proof of {self._app} failed, because {route.way} closed the way")

    def _at(self, part: str, error: CeleriacError) -> CeleriacError:
        return type(error)(f"the proof of {self._app} failed at its {part}: {error}")
