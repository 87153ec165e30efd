"""The administrator's way to one Redis server."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from celeriac_provider.engine.configuration import Configuration
from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import Mistake, Refused
from celeriac_provider.engine.tls import tls
from celeriac_provider.reach.route import Route
from celeriac_provider.redis import patience
from celeriac_provider.redis.refusals import Starting, sentence

T = TypeVar("T")
Commands = Any
"""redis-py's client, without its parsing: replies differ between its versions and protocols."""

_CONNECTIONS: Final = 8
_OLDEST: Final = 7


class RedisServer:
    """One server, administered over a few connections.

    The endpoint is `rediss://host:port/db`, its certificate and host name verified with the
    configured authority or the system's; `redis://` is without TLS. The database holds our
    registry: every stack that shares the server should name the same one (0 by default).

    Args:
        configuration: the provider's.

    Raises:
        Mistake: the endpoint is not a Redis URL.
    """

    def __init__(self, configuration: Configuration) -> None:
        server = configuration.server("redis")
        parts = urlsplit(server.endpoint)
        database = parts.path.strip("/") or "0"
        if parts.scheme not in ("redis", "rediss") or not database.isdigit() or parts.query:
            raise Mistake(
                f"the endpoint {server.endpoint!r} is not a Redis URL: write it as "
                f"rediss://host:6379/0",
                "endpoint",
            )
        self.where = f"{parts.hostname}:{parts.port or 6379}"
        self._route = Route(server.via, parts.hostname or "", parts.port or 6379, server.timeout)
        self._database = int(database)
        self._parameters: dict[str, Any] = {
            "host": parts.hostname,
            "port": parts.port or 6379,
            "username": server.username,
            "password": server.password,
            "protocol": 2,
            "decode_responses": True,
            "encoding_errors": "surrogateescape",
            "max_connections": _CONNECTIONS,
            "timeout": server.timeout,
            "connection_class": patience.PatientConnection,
            "socket_timeout": server.timeout,
            "socket_connect_timeout": server.timeout,
            "retry": Retry(NoBackoff(), 0),
            "health_check_interval": 5,
            "client_name": "celeriac",
        }
        if parts.scheme == "rediss":
            tls(server)  # says which file is wrong, where redis-py says that it cannot connect
            self._parameters |= {
                "connection_class": patience.PatientSSLConnection,
                "ssl_cert_reqs": "required",
                "ssl_check_hostname": True,
                "ssl_ca_certs": server.ca_file,
                "ssl_ca_data": server.ca,
                "ssl_certfile": server.client_certificate_file,
                "ssl_keyfile": server.client_key_file,
            }
        if not self._route.direct:
            self._parameters["route"] = self._route
        self._lock = threading.Lock()
        self._clients: dict[int, redis.Redis] = {}
        self._checked = False

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            for client in self._clients.values():
                client.close()
                client.connection_pool.disconnect()
            self._clients.clear()
        self._route.close()

    def run(
        self,
        ctx: Context,
        doing: str,
        work: Callable[[Commands], T],
        *,
        database: int | None = None,
    ) -> T:
        """Do some work; wait for a server that is starting.

        Args:
            ctx: the call's surroundings.
            doing: what is done, for the sentence of an error: "create the ACL user 'orders'".
            work: given redis-py's client; repeated when the server was not ready.
            database: in which database; the endpoint's when not given.

        Raises:
            Refused: the server refused a command.
            Unreachable: it cannot be reached.
        """

        def attempt() -> T:
            patience.begin()
            with self.errors(doing):
                commands = self._commands(database)
                self._check_server(commands)
                return work(commands)

        return ctx.wait_for_start(attempt, transient=(Starting,), what=self.where)

    @contextmanager
    def errors(self, doing: str) -> Iterator[None]:
        """Turn redis-py's errors into sentences."""
        try:
            with self._route.explaining(redis.ConnectionError, redis.TimeoutError):
                yield
        except redis.RedisError as error:
            raise sentence(error, self.where, doing, known=self._checked) from None

    def _commands(self, database: int | None) -> Commands:
        number = self._database if database is None else database
        with self._lock:
            if number not in self._clients:
                pool = redis.BlockingConnectionPool(db=number, **self._parameters)  # type: ignore[no-untyped-call]
                client = redis.Redis(connection_pool=pool)
                client.response_callbacks.clear()
                self._clients[number] = client
            return self._clients[number]

    def _check_server(self, commands: Commands) -> None:
        if self._checked:
            return
        said = str(commands.execute_command("INFO"))
        found = re.search(r"redis_version:(\d+)\S*", said)
        if found and int(found[1]) < _OLDEST:
            raise Refused(
                f"the server at {self.where} is Redis {found[0].partition(':')[2]}: Redis "
                f"{_OLDEST} or later is needed, whose access control knows read and write apart"
            )
        if re.search(r"^role:slave", said, re.MULTILINE):
            # It would take ACL users, and keep them from its master.
            master = re.search(r"^master_host:(\S+)", said, re.MULTILINE)
            raise Refused(
                f"the Redis server at {self.where} is a replica of "
                f"{master[1] if master else 'another'}, and what is made on a replica stays there: "
                f"give the master's address as `endpoint`"
            )
        self._checked = True


def pairs(reply: list[Any]) -> dict[str, Any]:
    """A flat reply of names and values."""
    return dict(zip(reply[::2], reply[1::2], strict=True))
