"""What fails between us and Kafka, as sentences that name the setting to look at.

librdkafka connects behind a call's back, and says why it cannot to a callback only; the call itself
just takes too long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from celeriac_provider.engine.errors import (
    CeleriacError,
    LoginRefused,
    Lost,
    OutOfReach,
    Refused,
    Unreachable,
)

_ALL_DOWN: Final = "_ALL_BROKERS_DOWN"


class Starting(Unreachable):
    """Nobody listens yet: worth another attempt."""


class Untrusted(Unreachable):
    """A broker's certificate is not trusted: see `untrusted`."""


class Busy(Unreachable):
    """It answers, and cannot do it now: worth another attempt."""


@dataclass(frozen=True)
class Heard:
    """What librdkafka said of a connection.

    Args:
        at: when, on the monotonic clock.
        name: of its error: "_TRANSPORT".
        text: its words, with the broker's address.
    """

    at: float
    name: str
    text: str


def decisive(heard: Sequence[Heard]) -> bool:
    """Whether no broker can be used: one of several may be down."""
    return any(one.name == _ALL_DOWN for one in heard)


def sentence(heard: Sequence[Heard], where: str, seconds: float, *, known: bool) -> CeleriacError:
    """Why there is no answer.

    Args:
        heard: during the call.
        where: "Kafka at host:port".
        seconds: how long it was tried.
        known: whether it has answered before.
    """
    if not decisive(heard):
        return _late(where, seconds, known=known)
    text = " ".join(one.text for one in heard).lower()
    names = {one.name for one in heard}
    if "certificate verify failed" in text:
        return Untrusted(f"{where} cannot be used: its certificate is not trusted")
    # A line that breaks while somebody logs in is no refusal.
    refused = [one.text for one in heard if one.name == "_AUTHENTICATION"]
    if refused and "local:" not in refused[-1].lower():
        return _login(refused[-1], where)
    if "_RESOLVE" in names:
        return OutOfReach(
            f"{where} cannot be used: its name is not known: look at the host in `endpoint`"
        )
    if "_SSL" in names or "ssl handshake failed" in text:
        return Unreachable(f"{where} cannot be used: {_tls(text)}")
    if "connection refused" in text:
        return Starting(
            f"{where} cannot be used: nothing listens there: is it running, and is the port in "
            f"`endpoint` right?"
        )
    if "unreachable" in text or "no route" in text:
        return OutOfReach(
            f"{where} cannot be reached from here: look at `endpoint` and at the network"
        )
    if known:
        return Lost(
            f"the connection to {where} was lost: look whether it is up, and at what lies between "
            f"it and `endpoint`, and run it again"
        )
    return Unreachable(
        f"what listens at {where.removeprefix('Kafka at ')} closed the connection or does not "
        f"speak as Kafka does: look at host and port in `endpoint`; a port with TLS needs "
        f"`kafka+ssl://` there"
    )


def _late(where: str, seconds: float, *, known: bool) -> Unreachable:
    return (Lost if known else Unreachable)(
        f"{where} did not answer within {seconds:.3g} s: look at `endpoint`, the firewall and the "
        f"provider's `timeout`"
    )


def _login(text: str, where: str) -> Refused:
    lowered = text.lower()
    if "supported mechanisms" in lowered:
        offered = text.partition("supported mechanisms: ")[2].partition(" (")[0]
        return Refused(
            f"{where} does not know the way to log in: it offers {offered}: write `?mechanism=` "
            f"with one of them in `endpoint`"
        )
    return LoginRefused(
        f"{where} refused the administrator's name or password: look at `username` and `password`"
    )


def untrusted(where: str, said: str) -> Unreachable:
    """Why a certificate is not trusted.

    Args:
        where: "Kafka at host:port".
        said: OpenSSL's words, if it has any.
    """
    text = said.lower()
    if "mismatch" in text:
        reason = "for another host: use the certificate's name in `endpoint`"
    elif "expired" in text:
        reason = "no longer valid, as it has expired: renew it there"
    else:
        reason = "not signed by an authority that we trust: give the authority as `ca` or `caFile`"
    return Unreachable(f"{where} cannot be used: its certificate is {reason}")


def _tls(text: str) -> str:
    if "plaintext" in text or "wrong version" in text or "record layer" in text or "eof" in text:
        return (
            "it speaks no TLS on this port: use its TLS port, or, in a network you trust, "
            "`kafka://` in `endpoint`"
        )
    reason = text.partition("ssl handshake failed: ")[2].partition(" (after")[0]
    return f"TLS failed ({reason or text[:200]}): look at `endpoint`"
