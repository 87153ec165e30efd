"""The provider's process dies, or loses an answer, between two calls to a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx
import psycopg
import pymysql
import redis
from botocore.exceptions import ReadTimeoutError
from elastic_transport import ConnectionTimeout
from psycopg import pq
from pymongo.errors import AutoReconnect

from celeriac_provider.elasticsearch.client import Elastic
from celeriac_provider.engine.errors import Lost
from celeriac_provider.kafka.client import Kafka
from celeriac_provider.mongodb.client import Mongo
from celeriac_provider.mysql.client import MySql
from celeriac_provider.postgresql.client import Postgres
from celeriac_provider.pubsub.client import PubSub
from celeriac_provider.rabbitmq.client import Management
from celeriac_provider.redis.client import RedisServer
from celeriac_provider.sqs.client import Sqs
from tests.lifecycle import Lifecycle

T = TypeVar("T")


class Killed(BaseException):
    """The process is gone: nothing in it runs on, and nothing more reaches the server."""


class Calls:
    """The calls to a server, of which one may be the last, or lose its answer.

    Args:
        lost: what the system's client raises when an answer does not come.
    """

    def __init__(self, lost: Callable[[], Exception]) -> None:
        self._lost = lost
        self.made = 0
        self.last: int | None = None
        self.unanswered: int | None = None

    def do(self, call: Callable[[], T]) -> T:
        """Pass a call on, unless the process died before it."""
        self.begin()
        result = call()
        self.end()
        return result

    def begin(self) -> None:
        """A call is about to be made."""
        if self.made == self.last:
            raise Killed
        self.made += 1

    def end(self) -> None:
        """A call was answered."""
        if self.made == self.unanswered:
            raise self._lost()


@contextmanager
def of_rabbitmq(life: Lifecycle) -> Iterator[Calls]:
    """Requests to the management API."""
    http = life.provider._clients.get(Management)._http
    calls, request = Calls(lambda: httpx.ReadTimeout("no answer")), http.request
    http.request = lambda *a, **k: calls.do(lambda: request(*a, **k))  # type: ignore[method-assign]
    try:
        yield calls
    finally:
        http.request = request  # type: ignore[method-assign]


@contextmanager
def of_redis(life: Lifecycle) -> Iterator[Calls]:
    """Commands, a transaction's MULTI to EXEC as one."""
    calls = Calls(lambda: redis.TimeoutError("Timeout reading from socket"))

    class Watched(redis.Connection):
        """Counts what is sent once the connection stands."""

        standing = False

        def on_connect_check_health(self, *arguments: Any, **more: Any) -> None:
            self.standing = False
            super().on_connect_check_health(*arguments, **more)
            self.standing = True

        def send_packed_command(self, *arguments: Any, **more: Any) -> None:
            send = super().send_packed_command
            if self.standing:
                calls.do(lambda: send(*arguments, **more))
            else:
                send(*arguments, **more)

    life.provider._clients.get(RedisServer)._parameters["connection_class"] = Watched
    yield calls


@contextmanager
def of_postgresql(life: Lifecycle) -> Iterator[Calls]:
    """Statements, and transactions as one: death in the middle of one is death before it."""
    calls = Calls(lambda: psycopg.OperationalError("server closed the connection unexpectedly"))

    class Cursor(psycopg.Cursor[Any]):
        """Counts statements outside transactions."""

        def execute(self, *arguments: Any, **more: Any) -> Any:
            run = super().execute
            if self.connection.info.transaction_status is not pq.TransactionStatus.IDLE:
                return run(*arguments, **more)
            with _closed(self.connection):
                return calls.do(lambda: run(*arguments, **more))

    postgres = life.provider._clients.get(Postgres)
    connect = postgres._raw

    def watched(*arguments: Any) -> Any:
        connection = connect(*arguments)
        begin = connection.transaction

        @contextmanager
        def transaction() -> Iterator[Any]:
            calls.begin()
            with begin() as begun:
                yield begun
            with _closed(connection):
                calls.end()

        connection.cursor_factory = Cursor
        connection.transaction = transaction  # type: ignore[method-assign,assignment]
        return connection

    postgres._raw = watched  # type: ignore[method-assign,assignment]
    yield calls


@contextmanager
def of_mongodb(life: Lifecycle) -> Iterator[Calls]:
    """Commands."""
    mongo = life.provider._clients.get(Mongo)
    calls, send = Calls(lambda: AutoReconnect("connection closed")), mongo._send
    mongo._send = lambda *a, **k: calls.do(lambda: send(*a, **k))  # type: ignore[method-assign]
    try:
        yield calls
    finally:
        mongo._send = send  # type: ignore[method-assign]


@contextmanager
def of_elasticsearch(life: Lifecycle) -> Iterator[Calls]:
    """Requests."""
    elastic = life.provider._clients.get(Elastic)
    calls, send = Calls(lambda: ConnectionTimeout("no answer")), elastic._send
    elastic._send = lambda *a, **k: calls.do(lambda: send(*a, **k))  # type: ignore[method-assign]
    try:
        yield calls
    finally:
        elastic._send = send  # type: ignore[method-assign]


@contextmanager
def of_mysql(life: Lifecycle) -> Iterator[Calls]:
    """Statements: each commits by itself."""
    calls = Calls(lambda: pymysql.OperationalError(2013, "Lost connection to MySQL server"))
    connections = life.provider._clients.get(MySql)._connections
    connect = connections._connect

    def watched() -> Any:
        connection = connect()
        query = connection.query
        connection.query = lambda *a, **k: calls.do(lambda: query(*a, **k))  # type: ignore[method-assign]
        return connection

    connections._connect = watched
    yield calls


@contextmanager
def of_sqs(life: Lifecycle) -> Iterator[Calls]:
    """Calls."""
    client = life.provider._clients.get(Sqs)._made()
    calls, call = Calls(lambda: ReadTimeoutError(endpoint_url="…")), client._make_api_call
    client._make_api_call = lambda *a, **k: calls.do(lambda: call(*a, **k))
    try:
        yield calls
    finally:
        client._make_api_call = call


@contextmanager
def of_kafka(life: Lifecycle) -> Iterator[Calls]:
    """Calls; the attempts to log in as the user among them."""
    kafka = life.provider._clients.get(Kafka)
    calls = Calls(lambda: Lost("no answer: look at `endpoint`"))
    send, accepts = kafka._send, kafka.accepts
    kafka._send = lambda *a: calls.do(lambda: send(*a))  # type: ignore[method-assign]
    kafka.accepts = lambda *a: calls.do(lambda: accepts(*a))  # type: ignore[method-assign]
    try:
        yield calls
    finally:
        kafka._send, kafka.accepts = send, accepts  # type: ignore[method-assign]


@contextmanager
def of_pubsub(life: Lifecycle) -> Iterator[Calls]:
    """Calls."""
    pubsub = life.provider._clients.get(PubSub)
    calls, send = Calls(lambda: Lost("no answer: look at `endpoint`")), pubsub._send
    pubsub._send = lambda *a, **k: calls.do(lambda: send(*a, **k))  # type: ignore[method-assign]
    try:
        yield calls
    finally:
        pubsub._send = send  # type: ignore[method-assign]


@contextmanager
def _closed(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """A connection that lost an answer is lost."""
    try:
        yield
    except psycopg.OperationalError:
        connection.close()
        raise
