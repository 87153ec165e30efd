"""MongoDB's errors in sentences: what is wrong, and which setting of the provider to look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from celeriac_provider.engine.connecting import Starting, line, sign
from celeriac_provider.engine.errors import (
    CeleriacError,
    LoginRefused,
    Lost,
    OutOfReach,
    Refused,
    Unreachable,
)

_UNAUTHORIZED: Final = 13
_AUTHENTICATION_FAILED: Final = 18
NOT_FOUND: Final = (11, 26, 27)
"""UserNotFound, NamespaceNotFound, IndexNotFound:
https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml."""
_NO_COLLECTION: Final = "ns not found"
"""What is said of a collection that is not there, by servers that give no number with it."""
_NOT_PRIMARY: Final = ("not primary", "not master", "notwritableprimary")
"""What a member of a replica set says that takes no writes."""


class NotFound(Refused):
    """What a command is about is not there."""


class NoWay(Refused):
    """A replica set says that a member is where no forwarding leads to."""

    @classmethod
    def to(cls, members: Sequence[str], where: str) -> NoWay:
        """The sentence.

        Args:
            members: host and port of each that has no forwarding.
            where: what the endpoint names.
        """
        are = "a member is" if len(members) == 1 else "members are"
        return cls(
            f"the replica set of MongoDB at {where} says that {are} at {' and '.join(members)}, "
            f"which no forwarding of `via` leads to: name every member in `endpoint` as the set "
            f"itself does (rs.conf())"
        )


def sentence(error: Exception, where: str, doing: str, *, known: bool) -> CeleriacError:
    """Why a command failed, or was never sent.

    Args:
        error: pymongo's.
        where: hosts and ports.
        doing: what was tried: "create the user 'orders'".
        known: whether a MongoDB has answered there before.
    """
    from pymongo.errors import (  # noqa: PLC0415 - loaded by who raised it
        ConnectionFailure,
        OperationFailure,
    )

    at = f"the MongoDB at {where}"
    if isinstance(error, OperationFailure):
        return _refused(error.code, line(str(error).partition(", full error")[0]), at, doing)
    # What pymongo knows of its servers and of its own settings comes after.
    text = line(str(error).partition(" (configured timeouts")[0].partition(", Timeout:")[0])
    if not isinstance(error, (ConnectionFailure, OSError)):
        if known:
            return _lost(at, doing)
        return Unreachable(
            f"what answers at {where} does not speak as MongoDB does, or as one of another time "
            f"({text}): look at host and port in `endpoint`"
        )
    if any(words in text.lower() for words in _NOT_PRIMARY):
        return Lost(
            f"{at} takes no writes, as a secondary of a replica set: name the set (replicaSet) and "
            f"every member in `endpoint`, or run it again where another member is elected just now"
        )
    # "No servers found yet": it waits for the first answer, whatever that will be.
    found = sign("timed out" if "found yet" in text else text)
    if known and (found is None or found[0] not in (Starting, OutOfReach)):
        return _lost(at, doing)
    if found is None:
        return OutOfReach(f"{at} cannot be used: {text}: look at `endpoint`")
    kind, reason = found
    return kind(f"{at} cannot be used: {reason}")


def _refused(code: int | None, text: str, at: str, doing: str) -> CeleriacError:
    if code == _AUTHENTICATION_FAILED:
        return LoginRefused(
            f"{at} refused the administrator's name or password: look at `username`, `password` "
            f"and authSource in `endpoint`"
        )
    if code == _UNAUTHORIZED:
        return Refused(
            f"{at} refused to {doing}: the administrator lacks the right ({text}); give it "
            f"userAdminAnyDatabase and readWriteAnyDatabase, or another `username`"
        )
    kind = NotFound if code in NOT_FOUND or text.startswith(_NO_COLLECTION) else Refused
    return kind(f"{at} refused to {doing}: {text}: look at `username` and `endpoint`")


def _lost(at: str, doing: str) -> Lost:
    return Lost(
        f"the connection to {at} was lost on the way to {doing}: look whether it is up, and at "
        f"what lies between it and `endpoint`, and run it again"
    )
