"""The administrator's way to MongoDB, over the client that Celery uses."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from celeriac_provider.engine.configuration import Configuration, Server
from celeriac_provider.engine.connecting import Starting
from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import LoginRefused, Mistake, Refused
from celeriac_provider.engine.patience import TooSlow, within
from celeriac_provider.engine.tls import tls
from celeriac_provider.mongodb.refusals import sentence

_CONNECTIONS: Final = 8
_SELECTION: Final = 1.0
"""Seconds of one look for a server that takes writes: looks are repeated until the time is up."""
_OPTIONS: Final = {"replicaSet", "authSource", "tls"}


class Mongo:
    """One MongoDB: a server alone, or the members of a replica set.

    The endpoint is `mongodb://host:27017`, further members after commas, with `replicaSet` and
    `authSource` (`admin` by default) as options; `tls=false` is without TLS, otherwise certificate
    and host name are verified.

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
        if self._server.via is not None:
            raise Mistake("MongoDB is not reached over `via` yet: leave it out", "via")
        self.where = parts.netloc
        self._hosts = parts.netloc.split(",")
        self._encrypted = options.get("tls") != "false"
        self._options: dict[str, Any] = {k: v for k, v in options.items() if k == "replicaSet"}
        self._source = options.get("authSource", "admin")
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
            except Refused:
                return True  # it got in
            finally:
                client.close()
            return True

        return ctx.wait_for_start(attempt, transient=(Starting,), what=self.where)

    def _bounded(self, doing: str, work: Any) -> Any:
        from pymongo.errors import PyMongoError  # noqa: PLC0415 - a third of a second

        try:
            found = within(self._server.timeout + _SELECTION, work)
        except TooSlow:
            raise sentence(TimeoutError("timed out"), self.where, doing, known=False) from None
        except (PyMongoError, OSError, ValueError) as error:
            failed = sentence(error, self.where, doing, known=self._known)
            self._known = self._known or isinstance(failed, Refused)  # it has answered
            raise failed from None
        self._known = True
        return found

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
