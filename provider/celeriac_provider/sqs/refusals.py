"""SQS's refusals in sentences: what is wrong, and which setting of the provider to look at."""

from __future__ import annotations

import re
from typing import Final

from celeriac_provider.engine.errors import LoginRefused, Refused
from celeriac_provider.sqs import answers, attributes, transport
from celeriac_provider.sqs.answers import Answer

_KEY: Final = re.compile(r"\b(AKIA|ASIA)[A-Z0-9]{12,}\b")

_THROTTLED: Final = (
    *("Throttling", "Throttled", "ThrottledRequest", "RequestThrottled", "TooManyRequests"),
    *("RequestLimitExceeded", "SlowDown", "KmsThrottled", "BandwidthLimitExceeded"),
)
_BUSY: Final = ("InternalError", "InternalFailure", "InternalServerError", "ServiceUnavailable")
_EXPIRED: Final = ("ExpiredToken", "RequestExpired", "TokenRefreshRequired", "InvalidToken")
_KMS: Final = re.compile(r"^kms|\bkms\b", re.IGNORECASE)
_DENIED: Final = ("AccessDenied", "AuthorizationError", "UnauthorizedOperation", "NotAuthorized")


def sentence(answer: Answer, where: str, doing: str, operation: str, *, known: bool) -> Exception:
    """What a refused call raises.

    Args:
        answer: SQS's.
        where: "SQS at https://…".
        doing: what was tried: "create the queue 'orders'".
        operation: by boto3's name.
        known: whether an SQS has answered there before.
    """
    if answer.is_a("NonExistentQueue", "QueueDoesNotExist"):
        return answers.Missing()
    if answer.is_a("QueueAlreadyExists", "QueueNameExists"):
        return answers.Exists()
    if answer.is_a("QueueDeletedRecently"):
        return answers.DeletedRecently()
    said = _KEY.sub("***", answer.message)
    if answer.is_a(*_THROTTLED):
        return transport.Busy(
            f"{where} refuses to {doing} as it is asked too much ({answer.code}): try again later, "
            f"with fewer at once (`pulumi up --parallel`) or a longer `timeout` of the provider"
        )
    if answer.status >= answers.SERVER_ERROR or answer.is_a(*_BUSY):
        return transport.Busy(
            f"{where}, or what lies before it, failed to {doing} ({answer.status}"
            f"{': ' + said if said and answer.is_of_sqs else ''}): look whether it is up, and at "
            f"`endpoint`"
        )
    if not answer.is_of_sqs:
        return transport.strange(where, known=known)
    action = _action(operation)
    if (login := _login(answer, where)) is not None:
        return LoginRefused(login)
    return Refused(
        _account(answer, where)
        or _rights(answer, where, doing, action, said)
        or _quota(answer, where, doing, said)
        or f"{where} refused to {doing}: {said or answer.code}{_lacking(answer, said)}"
    )


def _lacking(answer: Answer, said: str) -> str:
    """What to leave out, where the server does not know an attribute."""
    if not answer.is_a("InvalidAttributeName"):
        return ""
    mends = [mend for name, mend in attributes.MENDS.items() if re.search(rf"\b{name}\b", said)]
    return f": the server lacks it; {'; '.join(mends)}" if mends else ""


def _login(answer: Answer, where: str) -> str | None:
    """What is wrong with the access key: it may have been rotated."""
    if answer.is_a(*_EXPIRED):
        return (
            f"{where} says that the session token has expired: get new credentials (`aws sso "
            f"login`, or assume the role anew) and run it again"
        )
    if answer.is_a("InvalidClientTokenId", "UnrecognizedClient", "InvalidAccessKeyId"):
        return (
            f"{where} does not know the access key: look at the id in `username` or in AWS's "
            f"settings, whether the key is active, and whether it is of this part of AWS"
        )
    if answer.is_a("SignatureDoesNotMatch", "IncompleteSignature", "InvalidSignature"):
        if "expired" in answer.message or "not yet" in answer.message:
            return f"{where} says that this machine's clock is wrong: set it"
        return (
            f"{where} says that the secret does not belong to the access key: look at `username` "
            f"and `password`, and at `region`"
        )
    return None


def _account(answer: Answer, where: str) -> str | None:
    if answer.is_a("MissingAuthenticationToken"):
        return f"{where} wants credentials: give `username` and `password`"
    if answer.is_a("OptInRequired", "SubscriptionRequired", "AccountProblem"):
        return (
            f"{where} cannot be used by this account (not signed up, or the region is not enabled):"
            f" look at `region` and at the account"
        )
    if answer.is_a("InvalidSecurity"):
        return f"{where} wants TLS: write `endpoint` with https://"
    return None


def _rights(answer: Answer, where: str, doing: str, action: str, said: str) -> str | None:
    if _KMS.search(answer.code) or (answer.is_a(*_DENIED) and _KMS.search(said)):
        return (
            f"{where} refused to {doing} as the KMS key cannot be used ({answer.code}: {said}): "
            f"look at `kmsKey`, whether the key is enabled and in this region, and whether its "
            f"policy lets this user and SQS use it"
        )
    if answer.is_a(*_DENIED):
        return (
            f"{where} refused to {doing}: the user of the access key lacks the right {action} "
            f"({said or answer.code}): allow it, or give another `username`"
        )
    return None


def _quota(answer: Answer, where: str, doing: str, said: str) -> str | None:
    if answer.is_a("OverLimit", "LimitExceeded", "TooManyTags", "QuotaExceeded"):
        return (
            f"{where} refused to {doing} as a limit of the account is reached ({said}): have it "
            f"raised (Service Quotas), or remove what nobody needs"
        )
    return None


def _action(operation: str) -> str:
    """The right that a call takes: `sqs:CreateQueue`."""
    action = "sqs:" + "".join(part.capitalize() for part in operation.split("_"))
    return f"{action} or sqs:TagQueue" if operation == "create_queue" else action
