"""Elasticsearch's errors in sentences: what is wrong, and which setting to look at."""

from __future__ import annotations

from typing import Any, Final

from celeriac_provider.engine.connecting import Starting, line, sign
from celeriac_provider.engine.errors import (
    CeleriacError,
    LoginRefused,
    Lost,
    OutOfReach,
    Refused,
    Unreachable,
)

_UNAUTHORIZED: Final = 401
_FORBIDDEN: Final = 403
_NOT_FOUND: Final = 404
_NOT_READY: Final = (429, 502, 503, 504)
_BUSY: Final = (500, *_NOT_READY)


class NotFound(Refused):
    """What a request is about is not there."""


def sentence(error: Exception, where: str, doing: str, *, known: bool) -> CeleriacError:
    """Why a request failed, or was never sent.

    Args:
        error: of elasticsearch-py or elastic-transport.
        where: host and port.
        doing: what was tried: "make the index 'orders'".
        known: whether an Elasticsearch has answered there before.
    """
    from elastic_transport import ConnectionTimeout, SerializationError  # noqa: PLC0415
    from elasticsearch import ApiError, UnsupportedProductError  # noqa: PLC0415

    at = f"the Elasticsearch at {where}"
    lost = Lost(
        f"the connection to {at} was lost on the way to {doing}: look whether it is up, and at "
        f"what lies between it and `endpoint`, and run it again"
    )
    if isinstance(error, ApiError):
        if known and error.status_code in _BUSY:
            return lost
        if error.status_code in _NOT_READY:
            return Starting(
                f"{at} is not ready ({error.status_code}): look at its log, and at `endpoint`"
            )
        return _refused(error.status_code, _reason(error.body), at, doing)
    if isinstance(error, (UnsupportedProductError, SerializationError, ValueError)):
        if known:
            return lost
        return Unreachable(
            f"what answers at {where} is not Elasticsearch: look at host and port in `endpoint`"
        )
    # elastic-transport keeps what happened out of its errors' texts.
    said = str(getattr(error, "message", "") or error)
    text = "timed out" if isinstance(error, ConnectionTimeout) else line(said)
    found = sign(text)
    if known and (found is None or found[0] not in (Starting, OutOfReach)):
        return lost
    if found is None:
        return OutOfReach(f"{at} cannot be used: {text}: look at `endpoint`")
    kind, reason = found
    return kind(f"{at} cannot be used: {reason}")


def _refused(status: int, reason: str, at: str, doing: str) -> CeleriacError:
    if status == _UNAUTHORIZED:
        return LoginRefused(
            f"{at} refused the administrator's name or password: look at `username` and `password`"
        )
    if status == _FORBIDDEN:
        return Refused(
            f"{at} refused to {doing}: the administrator lacks the right ({reason}); give it "
            f"`manage` and `read` on the index, or another `username`"
        )
    if status == _NOT_FOUND:
        return NotFound(f"{at} refused to {doing}: {reason}: look at `endpoint`")
    return Refused(f"{at} refused to {doing}: {reason} ({status}): look at `endpoint`")


def _reason(body: Any) -> str:
    """What the server says; never more than a sentence of it."""
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict):
        return line(str(error.get("reason") or error.get("type") or "no reason is given"))
    return line(str(error or "no reason is given"))[:200]
