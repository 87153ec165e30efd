"""Redis' errors in sentences: what is wrong, and which setting of the provider to look at."""

from __future__ import annotations

from typing import Final

import redis
from redis.exceptions import InvalidResponse, NoPermissionError, ReadOnlyError

from celeriac_provider.engine.errors import (
    CeleriacError,
    LoginRefused,
    Lost,
    OutOfReach,
    Refused,
    Unreachable,
)


class Starting(Unreachable):
    """Nobody answers, or the server is loading its data: worth another attempt."""


_CONNECTING: Final[tuple[tuple[tuple[str, ...], type[Unreachable], str], ...]] = (
    (
        ("no such file or directory",),
        Starting,
        "there is no such socket: is it running, and is the path in `endpoint` right?",
    ),
    (
        ("permission denied",),
        Unreachable,
        "the socket may not be opened by this user: look at `unixsocketperm` and its folder",
    ),
    (
        ("refused",),
        Starting,
        "nothing listens there: is it running, and is the port in `endpoint` right?",
    ),
    (
        ("name or service not known", "name resolution", "no address", "getaddrinfo"),
        OutOfReach,
        "its name is not known: look at the host in `endpoint`",
    ),
    (
        ("hostname mismatch", "ip address mismatch", "doesn't match"),
        Unreachable,
        "its certificate is for another host: use the certificate's name in `endpoint`",
    ),
    (("certificate has expired",), Unreachable, "its certificate has expired: renew it there"),
    (
        ("certificate verify failed",),
        Unreachable,
        (
            "its certificate is not signed by an authority that we trust: give the authority as "
            "`ca` or `caFile`"
        ),
    ),
    (
        ("wrong_version_number", "wrong version number", "record layer", "unexpected_eof"),
        Unreachable,
        (
            "it speaks no TLS on this port: use its TLS port, or, in a network you trust, "
            "`redis://` in `endpoint`"
        ),
    ),
    (
        ("connection closed", "connection reset", "while reading", "broken pipe"),
        Unreachable,
        (
            "it closed the connection: look at host and port in `endpoint`; a port with TLS needs "
            "`rediss://` there"
        ),
    ),
    (
        ("timeout", "timed out"),
        OutOfReach,
        (
            "it did not answer in time: look at `endpoint` (a port without TLS is silent to "
            "`rediss://`), the firewall and `timeout`"
        ),
    ),
)


def sentence(
    error: redis.RedisError, where: str, doing: str, *, known: bool = False
) -> CeleriacError:
    """Why a command failed, or was never sent.

    Args:
        error: redis-py's.
        where: host and port.
        doing: what was tried: "create the ACL user 'orders'".
        known: whether a Redis has answered there before.
    """
    text = _line(str(error))
    at = f"the Redis server at {where}"
    if known and (isinstance(error, InvalidResponse) or _broken(error, text)):
        return Lost(
            f"the connection to {at} was lost on the way to {doing}: look whether it is up, and "
            f"at what lies between it and `endpoint`, and run it again"
        )
    if isinstance(error, InvalidResponse):
        return Unreachable(
            f"what answers at {where} does not speak as Redis does: look at host and port in "
            f"`endpoint`"
        )
    if isinstance(error, ReadOnlyError):
        return Refused(
            f"{at} refused to {doing}: it is a read-only replica; give the master's address as "
            f"`endpoint`"
        )
    if isinstance(error, redis.BusyLoadingError):
        return Starting(f"{at} is loading its data: try again when it has finished")
    if isinstance(error, redis.AuthenticationError) or "NOAUTH" in text:
        return LoginRefused(
            f"{at} refused the administrator's name or password: look at `username` and `password`"
        )
    if isinstance(error, NoPermissionError):
        return Refused(
            f"{at} refused to {doing}: the administrator lacks the right ({text}); give it more, "
            f"or another `username`"
        )
    if isinstance(error, (redis.ConnectionError, redis.TimeoutError)):
        for words, kind, reason in _CONNECTING:
            if any(word in text.lower() for word in words):
                return kind(f"{at} cannot be used: {reason}")
        return OutOfReach(f"{at} cannot be used: {text}: look at `endpoint`")
    return Refused(f"{at} refused to {doing}: {text}")


def _broken(error: redis.RedisError, text: str) -> bool:
    """Whether a connection ended that had been made."""
    words = next(words for words, _, _ in _CONNECTING if "connection closed" in words)
    return isinstance(error, redis.ConnectionError) and any(w in text.lower() for w in words)


def _line(text: str) -> str:
    """On one line, without what cannot be printed."""
    return "".join(c if c.isprintable() else " " for c in text).strip()
