"""What fails between us and SQS, as sentences that name the setting to look at."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING

from celeriac_provider.engine.errors import CeleriacError, Lost, Mistake, Refused, Unreachable

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError


class Starting(Unreachable):
    """Nobody listens yet: worth another attempt."""


class Busy(Unreachable):
    """It answers, and cannot do it now: worth another attempt."""


def sentence(
    error: BotoCoreError, where: str, seconds: float, *, aws: bool, known: bool
) -> CeleriacError:
    """Why a call was never answered, or never sent.

    Args:
        error: botocore's.
        where: "SQS at https://…".
        seconds: how long it was tried.
        aws: whether it is AWS itself.
        known: whether an SQS has answered there before.
    """
    from botocore import exceptions  # noqa: PLC0415 - loaded already by who raised

    if (before := _before_sending(error)) is not None:
        return before
    if isinstance(error, exceptions.SSLError):
        return _tls(error, where)
    if isinstance(error, exceptions.ProxyConnectionError):
        return Unreachable(
            f"{where} cannot be reached, as the proxy cannot: look at HTTPS_PROXY and NO_PROXY"
        )
    if isinstance(error, (exceptions.ConnectTimeoutError, exceptions.ReadTimeoutError)):
        return too_slow(where, seconds)
    if isinstance(error, exceptions.EndpointConnectionError):
        return _not_connected(error, where, aws=aws)
    if isinstance(error, exceptions.HTTPClientError):
        return _lost(where, known=known)
    return Refused(f"{where} cannot be asked ({type(error).__name__}: {_line(str(error))})")


def too_slow(where: str, seconds: float) -> Unreachable:
    """No answer in time."""
    return Unreachable(
        f"{where} did not answer within {seconds:.3g} s: look at `endpoint` and `region`, the "
        f"firewall and the provider's `timeout`"
    )


def strange(where: str, *, known: bool) -> Unreachable:
    """HTTP, but not SQS's; or an answer of it that something between has cut."""
    return (Lost if known else Unreachable)(
        f"what answers at {where.removeprefix('SQS at ')} is not SQS, or something between spoils "
        f"its answers: look at `endpoint`"
    )


def _before_sending(error: BotoCoreError) -> CeleriacError | None:
    """What botocore finds wrong with region, profile and credentials."""
    from botocore import exceptions as e  # noqa: PLC0415

    if isinstance(error, e.NoRegionError):
        return Mistake("no region is configured for SQS: give the provider a `region`", "region")
    if isinstance(error, e.InvalidRegionError):
        return Mistake(
            "the `region` for SQS is not the name of one: write it as eu-west-1", "region"
        )
    if isinstance(error, e.ProfileNotFound):
        return Mistake(f"{_line(str(error))}: look at AWS_PROFILE and at AWS's configuration")
    if isinstance(error, e.NoCredentialsError):
        return Refused(
            "no credentials for SQS were found: give the provider `username` and `password` (the "
            "id and the secret of an access key), or log in as AWS's own tools have it (AWS_PROFILE"
            ", AWS_ACCESS_KEY_ID, a role)"
        )
    if isinstance(error, e.PartialCredentialsError):
        return Refused(
            "AWS's settings hold half of an access key: set AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY both, or give `username` and `password`"
        )
    expired = (e.SSOError, e.TokenRetrievalError, e.LoginError, e.CredentialRetrievalError)
    if isinstance(error, expired):
        return Refused(
            f"AWS's settings lead to no credentials for SQS ({type(error).__name__}): log in anew "
            f"(`aws sso login`), or give `username` and `password`"
        )
    if isinstance(error, (e.ConfigParseError, e.ConfigNotFound, e.InvalidConfigError)):
        return Refused(f"AWS's configuration on this machine cannot be read: {_line(str(error))}")
    return None


def _tls(error: BaseException, where: str) -> Unreachable:
    text = _line(str(error)).lower()
    if "hostname mismatch" in text or "doesn't match" in text or "ip address mismatch" in text:
        reason = "its certificate is for another host: use the certificate's name in `endpoint`"
    elif "certificate has expired" in text:
        reason = "its certificate has expired: renew it there"
    elif "certificate verify failed" in text:
        reason = (
            "its certificate is not signed by an authority that we trust: give the authority as "
            "`ca` or `caFile`"
        )
    elif "wrong_version_number" in text or "record layer" in text or "wrong version" in text:
        reason = (
            "it speaks no TLS on this port: use its TLS port, or, in a network you trust, "
            "`http://` in `endpoint`"
        )
    else:
        reason = f"TLS failed ({text.partition('failed for')[2] or text}): look at `endpoint`"
    return Unreachable(f"{where} cannot be used: {reason}")


def _not_connected(error: BaseException, where: str, *, aws: bool) -> Unreachable:
    text = _line(str(error))
    if _caused_by(error, socket.gaierror) or "resolve" in text:
        look = "look at `region`, and at your DNS" if aws else "look at the host in `endpoint`"
        return Unreachable(f"{where} cannot be used: its name is not known: {look}")
    if _caused_by(error, ConnectionRefusedError) or "refused" in text:
        return Starting(
            f"{where} cannot be used: nothing listens there: is it running, and is the port in "
            f"`endpoint` right?"
        )
    if _caused_by(error, ssl.SSLError):
        return _tls(error, where)
    return Unreachable(f"{where} cannot be reached: look at `endpoint` and at the network")


def _lost(where: str, *, known: bool) -> Unreachable:
    if known:
        return Lost(
            f"the connection to {where} was lost: look whether it is up, and at what lies between "
            f"it and `endpoint`, and run it again"
        )
    return Unreachable(
        f"what listens at {where.removeprefix('SQS at ')} closed the connection or does not speak "
        f"HTTP as SQS does: look at host and port in `endpoint`; a port with TLS needs https://"
    )


def _caused_by(error: BaseException | None, kind: type[BaseException]) -> bool:
    """Whether an exception of this kind is among what it came from."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        found = waiting.pop()
        if found is None or id(found) in seen:
            continue
        seen.add(id(found))
        if isinstance(found, kind):
            return True
        inner = getattr(found, "kwargs", {}).get("error")  # where botocore keeps it
        reason = getattr(found, "reason", None)
        waiting += [found.__cause__, found.__context__]
        waiting += [one for one in (inner, reason) if isinstance(one, BaseException)]
    return False


def _line(text: str) -> str:
    """On one line, without what cannot be printed."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split()).rstrip(".")
