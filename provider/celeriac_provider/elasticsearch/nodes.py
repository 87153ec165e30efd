"""Connections of Elasticsearch's client that go where their route goes."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

from celeriac_provider.reach.look_up import leading

if TYPE_CHECKING:
    from celeriac_provider.reach.route import Route


def node_over(route: Route) -> type[Any]:
    """What the client makes its connections with (`node_class`), over a forwarding.

    TLS and the header `Host` are for the server's own name all the same.

    Args:
        route: the way to the server, which is open when something is asked.
    """
    from elastic_transport import Urllib3HttpNode  # noqa: PLC0415 - half a second
    from urllib3.exceptions import NewConnectionError  # noqa: PLC0415 - as above

    class Over(Urllib3HttpNode):
        """The server."""

        def __init__(self, config: Any) -> None:
            super().__init__(config)
            usual: Any = self.pool.ConnectionCls

            class Connection(usual):  # type: ignore[misc] # with TLS or without
                """A connection to it."""

                def _new_conn(self) -> socket.socket:
                    address = route.opened()
                    if address is None:
                        raise NewConnectionError(self, "the forwarding was closed")
                    with leading(self.host, self.port, address):
                        made: socket.socket = super()._new_conn()
                    return made

            self.pool.ConnectionCls = Connection

    return Over
