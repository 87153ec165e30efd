"""A stand-in for MongoDB's users and rights, in front of mongo-java-server, which has neither.

Written from MongoDB's manual (createUser, updateUser, dropUser, usersInfo, SCRAM-SHA-256, the
built-in role readWrite); MongoDB itself was never asked. All other commands are those of
mongo-java-server.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.standins.mongodb import wire
from tests.standins.mongodb.scram import Conversation, Keys

ADMINISTRATOR, PASSWORD = "celeriac_admin", "canary/of an administrator%"

_BEFORE_LOGIN = {"hello", "ismaster", "isMaster", "ping", "buildInfo", "endSessions", "logout"}
_READ_WRITE = _BEFORE_LOGIN | {
    "find", "insert", "update", "delete", "findAndModify", "aggregate", "count", "getMore",
    "createIndexes", "listIndexes", "dropIndexes", "create", "drop", "listCollections",
    "killCursors",
}  # fmt: skip


@dataclass
class _User:
    keys: Keys
    roles: list[dict[str, str]]
    custom: dict[str, Any]

    def may(self, command: str, database: str) -> bool:
        """Whether a command is allowed in a database."""
        roles = {(role["role"], role["db"]) for role in self.roles}
        if ("root", "admin") in roles or command in _BEFORE_LOGIN:
            return True
        return ("readWrite", database) in roles and command in _READ_WRITE


class StandIn:
    """Listens on loopback.

    Args:
        behind: host and port of mongo-java-server.
    """

    def __init__(self, behind: tuple[str, int]) -> None:
        self._behind = behind
        self.member: dict[str, Any] = {}
        """What it says of itself as a member of a replica set; see `member`."""
        self._lock = threading.Lock()
        root = [{"role": "root", "db": "admin"}]
        self.users = {("admin", ADMINISTRATOR): _User(Keys.of(PASSWORD), root, {})}
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """End it."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(self._behind, 10) as server:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            session = _Session(self.users, self._lock, self.member)
            with contextlib.suppress(wire.Closed, OSError):
                while True:
                    message = wire.read(client)
                    said = None if message.command is None else session.own(message)
                    if said is not None:
                        client.sendall(wire.answer(message, said))
                    else:
                        server.sendall(message.raw)
                        client.sendall(wire.introduced(wire.read(server).raw, self.member))


class _Session:
    """One connection: who has logged in on it."""

    def __init__(
        self,
        users: dict[tuple[str, str], _User],
        lock: threading.Lock,
        member: dict[str, Any],
    ) -> None:
        self._users, self._lock, self._member = users, lock, member
        self._who: tuple[str, str] | None = None
        self._login: tuple[str, Conversation] | None = None

    def own(self, message: wire.Message) -> dict[str, Any] | None:
        """The answer to what is ours: users, log-ins, and what is not allowed."""
        command = message.command or {}
        database = str(command.get("$db", "admin"))
        if message.name in ("saslStart", "saslContinue"):
            return self._sasl(message.name, command, database)
        if self._member.get("secondary") and message.name not in _BEFORE_LOGIN:
            return _error(10107, "NotWritablePrimary", "not primary")
        with self._lock:
            user = self._users.get(self._who) if self._who else None
            if message.name not in _BEFORE_LOGIN and user is None:
                return _error(13, "Unauthorized", f"Command {message.name} requires authentication")
            if user is not None and not user.may(message.name, database):
                return _error(
                    13,
                    "Unauthorized",
                    f"not authorized on {database} to execute command {{ {message.name}: … }}",
                )
            handler = _HANDLERS.get(message.name)
            return None if handler is None else handler(self._users, database, command)

    def _sasl(self, name: str, command: dict[str, Any], database: str) -> dict[str, Any]:
        payload = bytes(command["payload"]).decode()
        if name == "saslStart":
            keys = {user: one.keys for (at, user), one in self._users.items() if at == database}
            talk = Conversation(payload, keys)
            self._login = (database, talk)
            return {"conversationId": 1, "done": False, "payload": talk.challenge.encode(), "ok": 1}
        if self._login is None:
            return _error(17, "ProtocolError", "No SASL session state found")
        at, talk = self._login
        if not payload:
            return {"conversationId": 1, "done": True, "payload": b"", "ok": 1}
        signature = talk.finish(payload)
        if signature is None:
            return _error(18, "AuthenticationFailed", "Authentication failed.")
        self._who = (at, talk.user)
        return {"conversationId": 1, "done": True, "payload": signature.encode(), "ok": 1}


def _create(
    users: dict[tuple[str, str], _User], at: str, command: dict[str, Any]
) -> dict[str, Any]:
    name = command["createUser"]
    if (at, name) in users:
        return _error(51003, "Location51003", f'User "{name}@{at}" already exists')
    keys, custom = Keys.of(command["pwd"]), dict(command.get("customData", {}))
    users[at, name] = _User(keys, list(command["roles"]), custom)
    return {"ok": 1}


def _update(
    users: dict[tuple[str, str], _User], at: str, command: dict[str, Any]
) -> dict[str, Any]:
    name = command["updateUser"]
    user = users.get((at, name))
    if user is None:
        return _error(11, "UserNotFound", f"User {name}@{at} not found")
    if "pwd" in command:
        user.keys = Keys.of(command["pwd"])
    user.roles = list(command.get("roles", user.roles))
    user.custom = dict(command.get("customData", user.custom))
    return {"ok": 1}


def _drop(users: dict[tuple[str, str], _User], at: str, command: dict[str, Any]) -> dict[str, Any]:
    if users.pop((at, command["dropUser"]), None) is None:
        return _error(11, "UserNotFound", f"User '{command['dropUser']}@{at}' not found")
    return {"ok": 1}


def _info(users: dict[tuple[str, str], _User], at: str, command: dict[str, Any]) -> dict[str, Any]:
    del at
    asked = command["usersInfo"]
    user = users.get((asked["db"], asked["user"]))
    if user is None:
        return {"users": [], "ok": 1}
    found = {
        "_id": f"{asked['db']}.{asked['user']}",
        "user": asked["user"],
        "db": asked["db"],
        "customData": user.custom,
        "roles": user.roles,
        "mechanisms": ["SCRAM-SHA-256"],
    }
    return {"users": [found], "ok": 1}


_HANDLERS: dict[str, Callable[..., dict[str, Any]]] = {
    "createUser": _create,
    "updateUser": _update,
    "dropUser": _drop,
    "usersInfo": _info,
}


def _error(code: int, name: str, text: str) -> dict[str, Any]:
    return {"ok": 0, "errmsg": text, "code": code, "codeName": name}


def member(of: str, hosts: Sequence[str], me: str) -> dict[str, Any]:
    """What a member of a replica set answers to `hello`, the first of whose members is primary.

    https://www.mongodb.com/docs/manual/reference/command/hello/

    Args:
        of: the set's name.
        hosts: where its members are, as the set says: `host:port`.
        me: which of them it is.
    """
    primary = me == hosts[0]
    return {
        "setName": of,
        "setVersion": 1,
        "hosts": list(hosts),
        "primary": hosts[0],
        "me": me,
        "ismaster": primary,
        "isWritablePrimary": primary,
        "secondary": not primary,
    }


@contextlib.contextmanager
def standing_in(behind: tuple[str, int]) -> Iterator[StandIn]:
    """A stand-in that ends with the block."""
    made = StandIn(behind)
    try:
        yield made
    finally:
        made.close()
