"""The administrator's way to one Redis server."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from celeriac_provider.engine.configuration import Configuration
from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import Lost, Refused, Unreachable
from celeriac_provider.engine.tls import tls
from celeriac_provider.reach.route import Route
from celeriac_provider.redis import patience
from celeriac_provider.redis.places import Node, place
from celeriac_provider.redis.refusals import Starting, sentence
from celeriac_provider.redis.sentinels import PATIENCE, Sentinels

T = TypeVar("T")
Commands = Any
"""redis-py's client, without its parsing: replies differ between its versions and protocols."""

_CONNECTIONS: Final = 8
_OLDEST: Final = 7


class RedisServer:
    """One Redis, administered over a few connections: a server, or a primary and its replicas.

    The endpoint is `rediss://host:port/db`, its certificate and host name verified with the
    configured authority or the system's; `redis://` is without TLS, `unix:///path?db=0` a socket.
    With `rediss+sentinel://host:port,host:port/NAME/db` sentinels say which node is the primary,
    at each operation anew. The database holds our registry: every stack that shares the server
    should name the same one (0 by default).

    Args:
        configuration: the provider's.

    Raises:
        Mistake: the endpoint is not a Redis URL.
    """

    def __init__(self, configuration: Configuration) -> None:
        server = configuration.server("redis")
        self._place = place(server.endpoint)
        self.where = str(self._place)
        self._server = server
        self._parameters: dict[str, Any] = {
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
        if self._place.tls:
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
        self._sentinels = Sentinels(self._place, self._sentinel) if self._place.group else None
        self._lock = threading.Lock()
        self._routes: dict[Node, Route] = {}
        self._clients: dict[tuple[Node, int], redis.Redis] = {}
        self._checked: set[Node] = set()

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            for client in self._clients.values():
                client.close()
                client.connection_pool.disconnect()
            self._clients.clear()
            for route in self._routes.values():
                route.close()

    def run(
        self,
        ctx: Context,
        doing: str,
        work: Callable[[Commands], T],
        *,
        database: int | None = None,
    ) -> T:
        """Do some work on the primary; wait for a server that is starting, or failing over.

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
            return self._on(self._primary(), doing, work, database)

        return ctx.wait_for_start(attempt, transient=(Starting,), what=self.where)

    def everywhere(
        self, ctx: Context, doing: str, work: Callable[[Commands], T], *, writes: bool = True
    ) -> list[T]:
        """Do some work on every node, for what is not replicated: users and settings.

        Args:
            ctx: the call's surroundings.
            doing: as above.
            work: safe to repeat; done on the replicas first, so that the primary's users are the
                last to be there, and what it returns for the primary comes first.
            writes: whether a replica that cannot be reached is an error; else it is a warning.

        Raises:
            Refused: a node refused a command, or cannot be reached and would miss a change.
            Unreachable: the primary or a replica cannot be reached.
        """

        def attempt() -> list[T]:
            patience.begin()
            primary, replicas = self._primary(), self._replicas(ctx, doing, writes=writes)
            found: list[T] = []
            for node in replicas:
                try:
                    found += [self._on(node, doing, work)] if node != primary else []
                except Unreachable as error:
                    if writes:
                        raise
                    ctx.warn(str(error))
            return [self._on(primary, doing, work), *found]

        return ctx.wait_for_start(attempt, transient=(Starting,), what=self.where)

    def _on(
        self, node: Node, doing: str, work: Callable[[Commands], T], database: int | None = None
    ) -> T:
        with self._errors(node, doing):
            commands = self._commands(node, self._place.database if database is None else database)
            self._check(node, commands)
            return work(commands)

    def _primary(self) -> Node:
        return self._place.nodes[0] if self._sentinels is None else self._sentinels.primary()

    def _replicas(self, ctx: Context, doing: str, *, writes: bool) -> list[Node]:
        if self._sentinels is None:
            return []
        there, gone = self._sentinels.replicas()
        for node in gone:
            said = (
                f"the replica at {node}, which the sentinels of {self._place.group} know, cannot "
                f"be reached, and would miss it"
            )
            mend = f"start it, or let each sentinel forget it (SENTINEL RESET {self._place.group})"
            if writes:
                raise Refused(f"cannot {doing}: {said}: {mend}")
            ctx.warn(f"could not {doing} there: {said}: {mend}")
        return there

    @contextmanager
    def _errors(self, node: Node, doing: str) -> Iterator[None]:
        """Turn redis-py's errors into sentences."""
        try:
            with self._route(node).explaining(redis.ConnectionError, redis.TimeoutError):
                yield
        except redis.ReadOnlyError as error:
            if self._sentinels is None:
                raise sentence(error, str(node), doing) from None
            raise Lost(
                f"the Redis server at {node} was the primary of {self._place.group} until now, and "
                f"another is, so that it could not {doing}: run it again"
            ) from None
        except redis.RedisError as error:
            raise sentence(error, str(node), doing, known=node in self._checked) from None

    def _route(self, node: Node) -> Route:
        with self._lock:
            if node not in self._routes:
                server = self._server
                self._routes[node] = Route(server.via, node.host, node.port, server.timeout)
            return self._routes[node]

    def _commands(self, node: Node, database: int) -> Commands:
        """A client of one node."""
        route = self._route(node)
        with self._lock:
            key = (node, database)
            if key not in self._clients:
                self._clients[key] = _client(db=database, **self._parameters | _at(node, route))
            return self._clients[key]

    def _sentinel(self, node: Node) -> Commands:
        """A client of a sentinel: with its own login, and less patience."""
        server = self._server
        wait = min(server.timeout, PATIENCE)
        changed = {
            "username": server.sentinel_username,
            "password": server.sentinel_password,
            "socket_timeout": wait,
            "socket_connect_timeout": wait,
            "timeout": wait,
            "health_check_interval": 0,
        }
        route = self._route(node)
        with self._lock:
            if (node, -1) not in self._clients:
                found = self._parameters | changed | _at(node, route)
                self._clients[node, -1] = _client(**found)
            return self._clients[node, -1]

    def _check(self, node: Node, commands: Commands) -> None:
        if node in self._checked:
            return
        said = str(commands.execute_command("INFO"))
        found = re.search(r"redis_version:(\d+)\S*", said)
        if found and int(found[1]) < _OLDEST:
            raise Refused(
                f"the server at {node} is Redis {found[0].partition(':')[2]}: Redis "
                f"{_OLDEST} or later is needed, whose access control knows read and write apart"
            )
        if self._sentinels is None and re.search(r"^role:slave", said, re.MULTILINE):
            # It would take ACL users, and keep them from its master.
            master = re.search(r"^master_host:(\S+)", said, re.MULTILINE)
            raise Refused(
                f"the Redis server at {node} is a replica of "
                f"{master[1] if master else 'another'}, and what is made on a replica stays there: "
                f"give the master's address as `endpoint`, or its sentinels'"
            )
        self._checked.add(node)


def _client(**parameters: Any) -> redis.Redis:
    pool = redis.BlockingConnectionPool(**parameters)  # type: ignore[no-untyped-call]
    client = redis.Redis(connection_pool=pool)
    client.response_callbacks.clear()
    return client


def _at(node: Node, route: Route) -> dict[str, Any]:
    """Where redis-py connects to."""
    if node.path:
        return {"path": node.path, "connection_class": patience.PatientUnixConnection}
    found: dict[str, Any] = {"host": node.host, "port": node.port}
    return found if route.direct else found | {"route": route}


def pairs(reply: list[Any]) -> dict[str, Any]:
    """A flat reply of names and values."""
    return dict(zip(reply[::2], reply[1::2], strict=True))
