"""MySQL's errors in sentences: what is wrong, and which setting of the provider to look at."""

from __future__ import annotations

import socket
import ssl
import struct
from typing import Any, Final

import pymysql
from pymysql.constants import CR, ER

from celeriac_provider.engine.errors import (
    CeleriacError,
    LoginRefused,
    Lost,
    OutOfReach,
    Refused,
    Unreachable,
)
from celeriac_provider.mysql.connections import NoTls, TooSlow

GARBAGE: Final = (struct.error, IndexError, AssertionError, ValueError, TypeError, KeyError)
"""What PyMySQL raises over bytes that are not MySQL's."""
ERRORS: Final = (pymysql.Error, OSError, *GARBAGE)
"""Everything that a statement may end with."""

_TOO_MANY: Final = 1040
_SHUTDOWN: Final = 1053
_HOST_BLOCKED: Final = 1129
_HOST_DENIED: Final = 1130
_WRONG_PACKET: Final = (1156, 1835)
_NO_SUCH_TABLE: Final = 1146
_READ_ONLY: Final = (1290, 1836, 3100)
_ABORTED: Final = (1927, 3024)
_GONE: Final = (CR.CR_SERVER_GONE_ERROR, CR.CR_SERVER_LOST, _SHUTDOWN, 1927, 4031)
_RIGHTS: Final = (1044, 1142, 1143, 1227, 1370, 1410, 1045)
_LOGIN: Final = (1045, 1698, 1862, 3118)
_INSECURE: Final = (3159, 1251, 2059)


class Starting(Unreachable):
    """Nobody answers, or the server is not ready yet: worth another attempt."""


def code(error: BaseException) -> int:
    """MySQL's number of an error; 0 where it has none."""
    number = error.args[0] if error.args else 0
    return number if isinstance(number, int) else 0


def told(error: BaseException) -> bool:
    """Whether the server itself told the error: those from 2000 to 2999 are the client's own."""
    return code(error) > 0 and not 2000 <= code(error) < 3000  # noqa: PLR2004


def connecting(error: Exception, where: str, *, known: bool) -> CeleriacError:
    """Why no connection was made.

    Args:
        error: PyMySQL's, or the socket's.
        where: host and port, for the sentence.
        known: whether a MySQL has answered there before.
    """
    cause: Any = getattr(error, "original_exception", None) or error
    kind, reason = _reason(cause, error)
    if kind is not None:
        return kind(f"the MySQL server at {where} cannot be used: {reason}")
    if code(error) in (0, CR.CR_SERVER_LOST, CR.CR_SERVER_GONE_ERROR, *_WRONG_PACKET) or isinstance(
        cause, (*GARBAGE, OSError)
    ):
        if known:
            return _lost(where, "log in")
        return Unreachable(
            f"what answers at {where} does not speak as MySQL does: look at host and port in "
            f"`endpoint`"
        )
    return OutOfReach(
        f"the MySQL server at {where} cannot be used: {_said(error)}: look at `endpoint`"
    )


def _reason(cause: Exception, error: Exception) -> tuple[type[CeleriacError] | None, str]:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Unreachable, _certificate(cause)
    if isinstance(error, NoTls):
        return Unreachable, (
            "it offers no TLS, and the connection must be verified: turn TLS on there, or, in a "
            "network you trust, add `?ssl-mode=DISABLED` to `endpoint`"
        )
    if isinstance(cause, ConnectionRefusedError):
        return Starting, (
            "nothing listens there: is it running, and is the port in `endpoint` right?"
        )
    if isinstance(cause, socket.gaierror):
        return OutOfReach, "its name is not known: look at the host in `endpoint`"
    if isinstance(error, TooSlow) or isinstance(cause, TimeoutError):
        return OutOfReach, (
            "it did not answer in time: look at `endpoint`, the firewall and `timeout`"
        )
    return _numbered(code(error))


def _numbered(number: int) -> tuple[type[CeleriacError] | None, str]:
    """What the server itself says instead of letting us in."""
    if number in _LOGIN:
        return LoginRefused, (
            "it refused the administrator's name or password: look at `username` and `password`"
        )
    if number == _TOO_MANY:
        return Starting, "it has no connection left: raise max_connections, or close some"
    if number == _SHUTDOWN:
        return Starting, "it is stopping: try again when it is up, or look at `endpoint`"
    if number in (_HOST_BLOCKED, _HOST_DENIED):
        return Refused, (
            "it lets nobody in from this host: look at the host of `username` there, and at "
            "max_connect_errors"
        )
    if number in _INSECURE:
        return Refused, (
            "it wants TLS, or another way to log in: leave `ssl-mode=DISABLED` out of `endpoint`"
        )
    return None, ""


def _certificate(error: ssl.SSLCertVerificationError) -> str:
    said = error.verify_message.lower()
    if "mismatch" in said or "not valid for" in said:
        return "its certificate is for another host: use the certificate's name in `endpoint`"
    if "expired" in said:
        return "its certificate has expired: renew it there"
    return (
        "its certificate is not signed by an authority that we trust: give the authority as `ca` "
        "or `caFile`"
    )


def statement(error: Exception, where: str, doing: str) -> CeleriacError:
    """Why a statement failed.

    Args:
        error: PyMySQL's.
        where: host and port, for the sentence.
        doing: what was tried: "create the user 'orders'".
    """
    if isinstance(error, TooSlow):
        return Unreachable(
            f"the MySQL server at {where} did not {doing} in time ({error.args[1]}): look at its "
            f"load, at the line, and at `timeout`"
        )
    number = code(error)
    if not number or number in _GONE or not isinstance(error, pymysql.Error):
        return _lost(where, doing)
    reason = _said(error)
    if number in _RIGHTS:
        reason += ": look at the rights of `username`"
    elif number in _READ_ONLY:
        reason += ": is it a replica? give the primary's address as `endpoint`"
    elif number == ER.LOCK_WAIT_TIMEOUT:
        reason += ": somebody else holds the object, try again"
    elif number == _NO_SUCH_TABLE:
        reason += ": make it first, and let this depend on it"
    return Refused(f"the MySQL server at {where} refused to {doing}: {reason}")


def _said(error: Exception) -> str:
    text = str(error.args[1] if len(error.args) > 1 else error)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split()).rstrip(".")


def _lost(where: str, doing: str) -> Lost:
    return Lost(
        f"the connection to the MySQL server at {where} was lost on the way to {doing}: look "
        f"whether the server is up, and at what lies between it and `endpoint`, and run it again"
    )
