"""What Kafka answers to a call that fails, by its error codes.

https://kafka.apache.org/protocol#protocol_error_codes
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from celeriac_provider.engine.errors import CeleriacError, LoginRefused, Refused
from celeriac_provider.kafka import transport
from celeriac_provider.kafka.transport import Busy, Heard

if TYPE_CHECKING:
    from confluent_kafka import KafkaError


class Missing(Exception):  # noqa: N818 - an answer, not an error of the program
    """There is no such topic, user or group."""


class Exists(Exception):  # noqa: N818
    """There is a topic of this name, or one that only differs in . and _."""


_MISSING: Final = ("UNKNOWN_TOPIC_OR_PART", "RESOURCE_NOT_FOUND", "UNKNOWN_TOPIC_ID")
_OURS: Final = ("_INVALID_ARG", "_UNSUPPORTED_FEATURE", "_NOT_IMPLEMENTED", "_CONFLICT")
"""librdkafka's own errors begin with _: no answer, or none that can be read; but for these."""
_BUSY: Final = (
    "NOT_CONTROLLER", "LEADER_NOT_AVAILABLE", "NOT_LEADER_FOR_PARTITION", "REQUEST_TIMED_OUT",
    "COORDINATOR_NOT_AVAILABLE", "COORDINATOR_LOAD_IN_PROGRESS", "NOT_COORDINATOR",
    "BROKER_NOT_AVAILABLE", "NETWORK_EXCEPTION", "UNKNOWN_SERVER_ERROR",
    "THROTTLING_QUOTA_EXCEEDED",
)  # fmt: skip


def failure(
    error: KafkaError,
    heard: Sequence[Heard],
    where: str,
    doing: str,
    seconds: float,
    *,
    known: bool,
) -> Exception:
    """What an error of a call means: an answer, or one of our errors with its sentence."""
    code = error.name()
    if code in _MISSING:
        return Missing()
    if code == "TOPIC_ALREADY_EXISTS":
        return Exists()
    if code.startswith("_") and code not in _OURS:
        return transport.sentence(heard, where, seconds, known=known)
    said = " ".join("".join(c if c.isprintable() else " " for c in error.str()).split())
    said = said.removeprefix("Broker: ").rstrip(".")
    if code in _BUSY:
        return Busy(f"{where} could not {doing} ({said}): look at `timeout`, or run it again")
    return _refusal(code, where, doing, said)


def _refusal(code: str, where: str, doing: str, said: str) -> CeleriacError:
    if code == "SASL_AUTHENTICATION_FAILED":
        return LoginRefused(
            f"{where} refused the administrator's name or password: look at `username` and "
            f"`password`"
        )
    if code.endswith("AUTHORIZATION_FAILED"):
        return Refused(
            f"{where} refused to {doing}: the administrator lacks the right ({said}): give "
            f"`username` the rights on topics, groups and the cluster (Alter, Create, Describe), "
            f"or name it among super.users"
        )
    if code == "SECURITY_DISABLED":
        return Refused(
            f"{where} refused to {doing}: it has no authorizer, so everybody may do everything, "
            f"and nothing tells this stack's topics from others': set authorizer.class.name to "
            f"org.apache.kafka.metadata.authorizer.StandardAuthorizer there"
        )
    if code == "INVALID_REPLICATION_FACTOR":
        return Refused(
            f"{where} refused to {doing}: it has fewer brokers than `replication` ({said}): lower "
            f"it"
        )
    if code == "UNSUPPORTED_VERSION":
        return Refused(
            f"{where} is too old to {doing} ({said}): Kafka 3.5 or later is needed, with KRaft"
        )
    return Refused(f"{where} refused to {doing} ({code}: {said})")
