"""Redis' errors in sentences: what is wrong, and which setting of the provider to look at."""

from __future__ import annotations

from typing import Final

import redis
from redis.exceptions import NoPermissionError

from celeriac_provider.engine.errors import CeleriacError, Refused, Unreachable


class Starting(Unreachable):
    """Nobody answers, or the server is loading its data: worth another attempt."""


_CONNECTING: Final[tuple[tuple[tuple[str, ...], type[Unreachable], str], ...]] = (
    (
        ("refused",),
        Starting,
        "nothing listens there: is it running, and is the port in `endpoint` right?",
    ),
    (
        ("name or service not known", "name resolution", "no address", "getaddrinfo"),
        Unreachable,
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
        ("connection closed", "connection reset", "while reading", "protocol error"),
        Unreachable,
        "it closed the connection: a port with TLS needs `rediss://` in `endpoint`",
    ),
    (
        ("timeout", "timed out"),
        Unreachable,
        (
            "it did not answer in time: look at `endpoint` (a port without TLS is silent to "
            "`rediss://`), the firewall and `timeout`"
        ),
    ),
)


def sentence(error: redis.RedisError, where: str, doing: str) -> CeleriacError:
    """Why a command failed, or was never sent.

    Args:
        error: redis-py's.
        where: host and port.
        doing: what was tried: "create the ACL user 'orders'".
    """
    text = str(error)
    at = f"the Redis server at {where}"
    if isinstance(error, redis.BusyLoadingError):
        return Starting(f"{at} is loading its data: try again when it has finished")
    if isinstance(error, redis.AuthenticationError) or "NOAUTH" in text:
        return Refused(
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
        return Unreachable(f"{at} cannot be used: {text}")
    return Refused(f"{at} refused to {doing}: {text}")
