"""The administrator's way to MongoDB, over the client that Celery uses."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from celeriac_provider.engine.configuration import Configuration, Server
from celeriac_provider.engine.connecting import Starting
from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import LoginRefused, Mistake, Refused
from celeriac_provider.engine.patience import TooSlow, within
from celeriac_provider.engine.tls import tls
from celeriac_provider.mongodb.refusals import NoWay, sentence
from celeriac_provider.reach.members import alone, pool_over
from celeriac_provider.reach.route import Route

_CONNECTIONS: Final = 8
_SELECTION: Final = 1.0
"""Seconds of one look for a server that takes writes: looks are repeated until the time is up."""
_OPTIONS: Final = {"replicaSet", "authSource", "tls"}
_PORT: Final = 27017


class Mongo:
    """One MongoDB: a server alone, or the members of a replica set.

    The endpoint is `mongodb://host:27017`, further members after commas, with `replicaSet` and
    `authSource` (`admin` by default) as options; `tls=false` is without TLS, otherwise certificate
    and host name are verified.

    Behind a bastion each server that the endpoint names has a forwarding of its own. A server alone
    is then taken as it is, whatever set it is a member of; the members of a set are found where the
    set says that they are, which must be where the endpoint names them.

    Args:
        configuration: the provider's.

    Raises:
        Mistake: the endpoint is none of MongoDB, or a certificate cannot be read.
    """

    def __init__(self, configuration: Configuration) -> None:
        self._server = configuration.server("mongodb")
        parts = urlsplit(self._server.endpoint)
        options = dict(parse_qsl(parts.query))
        if parts.scheme != "mongodb" or parts.path.strip("/") or options.keys() - _OPTIONS:
            raise Mistake(
                f"the endpoint {self._server.endpoint!r} is not one of MongoDB: write it as "
                f"mongodb://host:27017, further members after commas, with ?replicaSet=NAME where "
                f"there is one",
                "endpoint",
            )
        self.where = parts.netloc
        self._hosts = parts.netloc.split(",")
        self._encrypted = options.get("tls") != "false"
        self._options: dict[str, Any] = {k: v for k, v in options.items() if k == "replicaSet"}
        self._source = options.get("authSource", "admin")
        self._routes = self._ways() if self._server.via is not None else {}
        self._over: Any = None
        """What pymongo makes its connections with, where there are forwardings between."""
        if self._routes:
            self._over = pool_over({at: route.opened for at, route in self._routes.items()})
            in_a_set = "replicaSet" in self._options
            self._options |= {"_pool_class": self._over}
            self._options |= alone(len(self._routes), in_a_set=in_a_set)
        if self._encrypted:
            tls(self._server)  # says which file is wrong, where pymongo says that it cannot connect
        self._lock = threading.Lock()
        self._files: tempfile.TemporaryDirectory[str] | None = None
        self._made: Any = None
        self._known = False

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            if self._made is not None:
                self._made.close()
                self._made = None
            if self._files is not None:
                self._files.cleanup()
                self._files = None
        for route in self._routes.values():
            route.close()

    def command(self, ctx: Context, doing: str, database: str, **command: Any) -> dict[str, Any]:
        """Run a command; wait for a server that is starting.

        Args:
            ctx: the call's surroundings.
            doing: what is done, for the sentence of an error: "create the user 'orders'".
            database: in which database.
            command: the command, its name first.

        Raises:
            Refused: the server refused it.
            Unreachable: it cannot be reached.
        """

        def attempt() -> dict[str, Any]:
            found: dict[str, Any] = self._bounded(doing, lambda: self._send(database, command))
            return found

        return ctx.wait_for_start(attempt, transient=(Starting,), what=self.where)

    def opens(self, ctx: Context, database: str, name: str, password: str) -> bool:
        """Whether a user of a database logs in with this password."""
        doing = f"log in as {name!r}"

        def attempt() -> bool:
            client = self._client(database, name, password, pool=1)
            try:
                self._bounded(doing, lambda: client[database].command("ping"))
            except LoginRefused:
                return False
            except NoWay:
                raise
            except Refused:
                return True  # it got in
            finally:
                client.close()
            return True

        return ctx.wait_for_start(attempt, transient=(Starting,), what=self.where)

    def _bounded(self, doing: str, work: Any) -> Any:
        from pymongo.errors import PyMongoError  # noqa: PLC0415 - a third of a second

        try:
            with self._reached():
                found = within(self._server.timeout + _SELECTION, work)
        except TooSlow:
            raise sentence(TimeoutError("timed out"), self.where, doing, known=False) from None
        except (PyMongoError, OSError, ValueError) as error:
            failed = sentence(error, self.where, doing, known=self._known)
            self._known = self._known or isinstance(failed, Refused)  # it has answered
            raise failed from None
        self._known = True
        return found

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """Open the ways, and say why what is inside failed, if it was one of them.

        Raises:
            NoWay: the replica set leads to a member that has none.
            CeleriacError: there is no way.
        """
        from pymongo.errors import (  # noqa: PLC0415 - as above
            ConnectionFailure,
            ServerSelectionTimeoutError,
        )

        for route in self._routes.values():
            route.address()
        try:
            with ExitStack() as ways:
                for route in self._routes.values():
                    ways.enter_context(route.explaining(ConnectionFailure, OSError, TooSlow))
                yield
        except ServerSelectionTimeoutError:
            if self._over is not None and self._over.strangers:
                raise NoWay.to(sorted(self._over.strangers), self.where) from None
            raise

    def _ways(self) -> dict[tuple[str, int], Route]:
        """One to each server that the endpoint names."""
        named = [urlsplit(f"//{one}") for one in self._hosts]
        servers = [(one.hostname or "", one.port or _PORT) for one in named]
        server = self._server
        return {at: Route(server.via, *at, server.timeout) for at in servers}

    def _send(self, database: str, command: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            if self._made is None:
                self._made = self._client(
                    self._source, self._server.username, self._server.password, _CONNECTIONS
                )
            client = self._made
        found: dict[str, Any] = client[database].command(command)
        return found

    def _client(self, source: str, name: str | None, password: str | None, pool: int) -> Any:
        from pymongo import MongoClient  # noqa: PLC0415 - as above

        milliseconds = int(self._server.timeout * 1000)
        login: dict[str, Any] = {}
        if name:
            # The one that every server since 4.0 has, and that sends no hash worth stealing.
            login = {"username": name, "password": password or "", "authSource": source}
            login["authMechanism"] = "SCRAM-SHA-256"
        return MongoClient(
            self._hosts,
            **self._options,
            **login,
            **self._authority(self._server),
            maxPoolSize=pool,
            appname="celeriac",
            retryReads=False,
            retryWrites=False,
            timeoutMS=milliseconds,
            serverSelectionTimeoutMS=int(min(_SELECTION, self._server.timeout) * 1000),
            connectTimeoutMS=milliseconds,
        )

    def _authority(self, server: Server) -> dict[str, Any]:
        """TLS, as pymongo takes it: files."""
        if not self._encrypted:
            return {"tls": False}
        found: dict[str, Any] = {"tls": True}
        if server.ca is not None:
            if self._files is None:
                self._files = tempfile.TemporaryDirectory(prefix="celeriac-mongodb-")
                Path(self._files.name, "ca.pem").write_text(server.ca, encoding="ascii")
            found["tlsCAFile"] = str(Path(self._files.name, "ca.pem"))
        elif server.ca_file is not None:
            found["tlsCAFile"] = server.ca_file
        return found
