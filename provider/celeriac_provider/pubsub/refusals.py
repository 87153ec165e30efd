"""What Pub/Sub answers to a call that fails, by gRPC's codes, in sentences.

https://cloud.google.com/pubsub/docs/reference/error-codes
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from celeriac_provider.engine.connecting import Starting, line, sign
from celeriac_provider.engine.errors import (
    LoginRefused,
    Lost,
    OutOfReach,
    Refused,
    Unreachable,
)

if TYPE_CHECKING:
    from google.api_core.exceptions import GoogleAPICallError


class Missing(Exception):  # noqa: N818 - an answer, not an error of the program
    """There is no such topic or subscription."""


class Exists(Exception):  # noqa: N818
    """There is one of this name."""


class NoneYet(Exception):  # noqa: N818
    """No message came in time."""


class Busy(Unreachable):
    """It answers, and cannot do it now: worth another attempt."""


_BROKEN: Final = re.compile(r"Stream removed|HTTP/2|RST_STREAM|GOAWAY|Received http2")
"""What gRPC says of an answer that is none."""
_TOPIC: Final = re.compile(r"_topic(s|_subscriptions)?$")


def sentence(
    error: GoogleAPICallError,
    where: str,
    doing: str,
    operation: str,
    seconds: float,
    *,
    known: bool,
) -> Exception:
    """What a failed call raises.

    Args:
        error: Google's.
        where: "Pub/Sub", or "the emulator of Pub/Sub at host:port".
        doing: what was tried: "create the topic 'orders'".
        operation: by the client's name: `create_topic`.
        seconds: how long it was tried.
        known: whether it has answered before.
    """
    code, said = _code(error), line(str(error.message or "")).rstrip(".")
    if code == "NOT_FOUND":
        return Missing()
    if code == "ALREADY_EXISTS":
        return Exists()
    if code == "UNAVAILABLE" or (code in ("UNKNOWN", "INTERNAL") and _BROKEN.search(said)):
        return _unavailable(said, where, known=known)
    if code in ("DEADLINE_EXCEEDED", "CANCELLED"):
        return too_slow(where, seconds)
    if code in ("RESOURCE_EXHAUSTED", "ABORTED", "INTERNAL"):
        return Busy(
            f"{where} could not {doing} ({code}: {said}): look at the project's quotas, and run it "
            f"again later or with a longer `timeout`"
        )
    if code == "UNAUTHENTICATED":
        return LoginRefused(
            f"{where} refused the credentials ({said}): look at the service account's key in "
            f"`password`, or log in anew (`gcloud auth application-default login`)"
        )
    if code == "PERMISSION_DENIED":
        return Refused(
            f"{where} refused to {doing}: who deploys lacks the right {_right(operation)} ({said}):"
            f" give it roles/pubsub.editor on the project, and look whether the project is right "
            f"and has the API pubsub.googleapis.com enabled"
        )
    if code == "UNIMPLEMENTED":
        return (Lost if known else Unreachable)(
            f"what answers at {where} is not Pub/Sub: look at `endpoint`"
        )
    return Refused(f"{where} refused to {doing} ({code}: {said})")


def too_slow(where: str, seconds: float) -> Unreachable:
    """No answer in time."""
    return Unreachable(
        f"{where} did not answer within {seconds:.3g} s: look at `endpoint`, the firewall and the "
        f"provider's `timeout`"
    )


def _unavailable(said: str, where: str, *, known: bool) -> Unreachable:
    found = sign(said)
    if found is not None and found[0] in (Starting, OutOfReach):
        return found[0](f"{where} cannot be used: {found[1]}")
    if known:
        return Lost(
            f"the connection to {where} was lost: look whether it is up, and at what lies between "
            f"it and `endpoint`, and run it again"
        )
    if found is not None:
        return found[0](f"{where} cannot be used: {found[1]}")
    return Unreachable(f"{where} cannot be used ({said}): look at `endpoint`")


def _code(error: GoogleAPICallError) -> str:
    return str(getattr(error.grpc_status_code, "name", None) or type(error).__name__)


def _right(operation: str) -> str:
    """The right that a call takes: `pubsub.topics.create`."""
    if operation in ("pull", "modify_ack_deadline"):
        return "pubsub.subscriptions.consume"
    kind = "topics" if _TOPIC.search(operation) else "subscriptions"
    right = f"pubsub.{kind}.{operation.partition('_')[0]}"
    return (
        f"{right} or pubsub.topics.attachSubscription"
        if operation.startswith("create_s")
        else right
    )
