"""MongoDB's wire protocol, as far as commands go.

https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from typing import Any

import bson

_HEADER = struct.Struct("<iiii")
_OP_REPLY = 1
_OP_MSG = 2013
_FIELDS_OF_REPLY = 20
_FIELDS_OF_MESSAGE = 5
"""Bytes between the header and the document."""


class Closed(Exception):  # noqa: N818 - the other side has gone
    """The connection ended."""


@dataclass(frozen=True)
class Message:
    """One message.

    Args:
        raw: all of it.
        number: its request id.
        command: the command with its arguments; None where it is an older kind of message.
    """

    raw: bytes
    number: int
    command: dict[str, Any] | None

    @property
    def name(self) -> str:
        """The command's name."""
        return "" if self.command is None else next(iter(self.command))


def read(connection: socket.socket) -> Message:
    """The next message.

    Raises:
        Closed: there is none.
    """
    header = _exactly(connection, _HEADER.size)
    length, number, _, kind = _HEADER.unpack(header)
    body = _exactly(connection, length - _HEADER.size)
    command = None
    if kind == _OP_MSG and body[4] == 0:
        size = struct.unpack_from("<i", body, 5)[0]
        command = dict(bson.decode(body[5 : 5 + size]))
    return Message(header + body, number, command)


def answer(to: Message, document: dict[str, Any]) -> bytes:
    """A message that answers another."""
    body = struct.pack("<iB", 0, 0) + bson.encode(document)
    return _HEADER.pack(_HEADER.size + len(body), 1, to.number, _OP_MSG) + body


def introduced(raw: bytes, says: dict[str, Any]) -> bytes:
    """An answer as it is; one to `hello` (or as it was called before) says more of the server.

    Args:
        raw: a server's answer.
        says: what it adds.
    """
    _, number, to, kind = _HEADER.unpack(raw[: _HEADER.size])
    start = _HEADER.size + (_FIELDS_OF_REPLY if kind == _OP_REPLY else _FIELDS_OF_MESSAGE)
    document = dict(bson.decode(raw[start:]))
    if "maxWireVersion" not in document:
        return raw
    body = raw[_HEADER.size : start] + bson.encode(document | says)
    return _HEADER.pack(_HEADER.size + len(body), number, to, kind) + body


def _exactly(connection: socket.socket, size: int) -> bytes:
    parts = []
    while size:
        try:
            part = connection.recv(size)
        except OSError:
            raise Closed from None
        if not part:
            raise Closed
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
