"""From an exception to what is wrong, in the words of the one who has to mend it."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from amqp import exceptions as amqp

Part = Literal["broker", "result backend"]
Kind = Literal["unreachable", "tls", "credentials", "permission", "missing", "lost", "other"]


class Failed(Exception):  # noqa: N818 - the proof's own outcome, not an error of the program
    """The proof failed.

    Args:
        part: which of the two.
        kind: what is wrong with it.
        sentence: the end of "the proof of <app> failed at its <part>: …".
    """

    def __init__(self, part: Part, kind: Kind, sentence: str) -> None:
        super().__init__(part, kind, sentence)
        self.part: Part = part
        self.kind: Kind = kind
        self.sentence = sentence


@dataclass(frozen=True)
class _Sign:
    """What a text of a client library means."""

    pattern: re.Pattern[str]
    kind: Kind
    mend: str


def _sign(pattern: str, kind: Kind, mend: str) -> _Sign:
    return _Sign(re.compile(pattern, re.IGNORECASE | re.DOTALL), kind, mend)


_REACH: Final = (
    "run `pulumi up` inside its network, or give its server's entry `via:` (an SSH bastion or a "
    "port forwarding), or set `proof: off` in the app's entry"
)
_LOGIN: Final = (
    "the user is not there or has another password: `pulumi up --refresh` finds that and mends it"
)
_RIGHTS: Final = "give the app's user this right"

ALARM: Final = (
    "RabbitMQ takes no messages, because its disk or memory alarm is on: free space on its disk, "
    "or give it more memory (`rabbitmq-diagnostics alarms` says which)"
)

# In this order: a text of a TLS failure also says that the connection failed.
_SIGNS: Final = (
    _sign(
        r"No master found",
        "other",
        "look at the sentinels, at what they call the primary (master_name), and at their password",
    ),
    _sign(
        r"hostname mismatch|does not match host ?name|ip address mismatch",
        "tls",
        "its certificate is for another host: connect by a name that is in it",
    ),
    _sign(r"certificate has expired", "tls", "renew its certificate"),
    _sign(
        r"SSL validation failed.*certificate verify failed",
        "tls",
        "kombu verifies the certificate of an SQS endpoint with the authorities of certifi only: "
        "give it one of theirs",
    ),
    _sign(
        r"certificate verify failed|self-signed|unable to get local issuer"
        r"|certificate could not be verified",
        "tls",
        "its certificate is not signed by the CA that was given, or no longer valid",
    ),
    _sign(
        r"server does not support SSL|wrong.version.number|record layer failure|unexpected eof"
        r"|PLAINTEXT broker listener",
        "tls",
        "it does not speak TLS on this port: use its TLS port, or a URL without TLS",
    ),
    _sign(r"insecure transport", "tls", "it takes connections with TLS only: give its CA"),
    _sign(
        # MySQL, in whose words a wrong password and a right that lacks begin alike.
        r"command denied to user|access denied for user .* to database",
        "permission",
        _RIGHTS,
    ),
    _sign(
        r"unknown database",
        "missing",
        "create the database, or mend its name in the URL",
    ),
    _sign(
        r"(relation|table) .*(django_|cache).* (does not|doesn't) exist"
        r"|column .*django_.* does not exist|unknown column .*django_",
        "missing",
        "create Django's tables for Celery, or bring them up to date (DjangoTables of "
        "celeriac:postgresql or celeriac:mysql)",
    ),
    _sign(
        r"table '.*' doesn't exist|unknown column",
        "missing",
        "create Celery's tables, or bring them up to date (celeriac:mysql:ResultTables)",
    ),
    _sign(
        r"login was refused|access denied for user|WRONGPASS|NOAUTH|invalid username-password"
        r"|password authentication|role \".*\" does not exist|no pg_hba|is not permitted to log in"
        r"|authentication required|Authentication failed|unable to authenticate user"
        r"|SASL authentication error",
        "credentials",
        _LOGIN,
    ),
    _sign(
        r"InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|SignatureDoesNotMatch"
        r"|ExpiredToken|RequestExpired",
        "credentials",
        "the access key is not known there, has another secret, or its token has expired: give the "
        "app a valid one",
    ),
    _sign(
        r"unable to locate credentials|partial credentials|error loading SSO|retrieving credentials"
        r"|token has expired and refresh failed|config profile",
        "credentials",
        "the broker URL has no access key, and AWS's own chain finds none where `pulumi up` runs: "
        "log in there, give the app a key, or set `proof: off` in the app's entry",
    ),
    _sign(
        r"\bKMS\.\w|\bKms[A-Z]",
        "permission",
        "let the app's user use the KMS key (kms:Decrypt, to send also kms:GenerateDataKey)",
    ),
    _sign(r"AccessDenied|not authorized to perform|authorization.failed", "permission", _RIGHTS),
    _sign(
        r"default credentials were not found|Reauthentication is needed|RefreshError|^401 ",
        "credentials",
        "log in where `pulumi up` runs (`gcloud auth application-default login`, or "
        "GOOGLE_APPLICATION_CREDENTIALS), or set `proof: off` in the app's entry",
    ),
    _sign(r"^403 ", "permission", "give who deploys roles/pubsub.editor on the project"),
    _sign(r"^404 ", "missing", "look at the project, and whether topic and subscription are there"),
    _sign(r"unknown topic", "missing", "create the topic, or mend its name"),
    _sign(
        r"NonExistentQueue|QueueDoesNotExist|defined in 'predefined_queues'",
        "missing",
        "create the queue, or mend its URL in predefined_queues",
    ),
    _sign(r"\bSSL\b|sslv3|tlsv1", "tls", "look at the TLS settings of both sides"),
    _sign(r"vhost .*not found", "missing", "create the vhost, or mend the name in the broker URL"),
    _sign(
        r"database \".*\" does not exist|DB index is out of range|invalid database",
        "missing",
        "create the database, or mend its name in the URL",
    ),
    _sign(
        r"relation \".*\" does not exist|no such table",
        "missing",
        "create Celery's tables (celeriac:postgresql:ResultTables)",
    ),
    _sign(
        r"column .* does not exist",
        "missing",
        "bring Celery's tables up to date (celeriac:postgresql:ResultTables)",
    ),
    _sign(r"no queue '.*'|no exchange '.*'", "missing", "create it"),
    _sign(
        r"refused for user|permission denied|not authorized on|is unauthorized for|NOPERM"
        r"|no permissions? to|must be owner",
        "permission",
        _RIGHTS,
    ),
    _sign(
        r"PRECONDITION_FAILED|inequivalent arg",
        "other",
        "delete what is there under this name with other arguments",
    ),
    _sign(r"connection limit|too many (clients|connections)", "other", "raise its limit"),
    _sign(r"throttl|TooManyRequests", "other", "ask it less at a time, or have its limit raised"),
    _sign(r"READONLY|MISCONF|OOM command|NOT_ALLOWED", "other", "look at the server"),
    _sign(
        r"refused|timed? ?out|could not connect|name or service|name resolution|getaddrinfo"
        r"|unreachable|no route|reset by peer|closed|broken pipe|could not translate host|not known"
        r"|socket|lost connection",
        "unreachable",
        _REACH,
    ),
)


def failure(exc: BaseException, part: Part, where: str, redact: Callable[[str], str]) -> Failed:
    """What an exception of Celery or of a client library means.

    Args:
        exc: the exception; what it was raised from is looked at as well.
        part: what was being spoken to.
        where: its address and what was being done ("127.0.0.1:5672, declaring the queue").
        redact: cuts credentials out.
    """
    if isinstance(exc, Failed):
        return exc
    chain = list(_chain(exc))
    origin = next((e for e in chain if _speaks(e)), chain[-1])
    text = redact(_text(origin))
    for sign in _SIGNS:
        if sign.pattern.search(text):
            return Failed(part, sign.kind, f"{where}: {text}: {sign.mend}")
    if isinstance(origin, OSError):
        return Failed(part, "unreachable", f"{where}: {text}: {_REACH}")
    return Failed(part, "other", f"{where}: {text} ({type(origin).__name__})")


def _chain(exc: BaseException) -> Iterator[BaseException]:
    """An exception and all it was raised from, the driver's behind SQLAlchemy's included."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [exc]
    while waiting:
        found = waiting.pop(0)
        if found is None or id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        waiting += [getattr(found, "orig", None), found.__cause__, found.__context__]


def _speaks(exc: BaseException) -> bool:
    """Whether this is the exception of a client library, and not of a layer that wraps it."""
    if type(exc).__name__ == "InFailedSqlTransaction":
        return False  # what comes after the error that counts
    return isinstance(exc, (amqp.AMQPError, ssl.SSLError)) or type(exc).__module__.startswith(
        (
            "redis.",
            "psycopg",
            "pymysql",
            "pymemcache.",
            "pymongo.",
            "elastic",
            "botocore.",
            "kombu.transport.SQS",
            "cimpl",
            "google.",
        )
    )


def _text(exc: BaseException) -> str:
    """One line, without the method's signature that amqp adds or the SQL that SQLAlchemy adds."""
    if isinstance(exc, amqp.AMQPError) and getattr(exc, "reply_text", None):
        text = str(exc.reply_text)
    elif isinstance(exc, ssl.SSLCertVerificationError):
        text = f"certificate verify failed: {exc.verify_message}"
    elif isinstance(exc, OSError) and exc.strerror:
        text = exc.strerror
    elif type(exc).__module__.startswith("botocore.") and hasattr(exc, "operation_name"):
        said = exc.response.get("Error", {})  # type: ignore[attr-defined] # a ClientError
        text = f"{exc.operation_name}: {said.get('Code')}: {said.get('Message')}"
    elif type(exc).__module__ == "cimpl" and exc.args:  # confluent_kafka's
        text = str(getattr(exc.args[0], "str", lambda: exc)())
    elif type(exc).__module__.startswith("pymongo."):
        # What it knows of its servers and of its own settings comes after.
        text = str(exc).partition(", Timeout:")[0].partition(" (configured timeouts")[0]
    elif type(exc).__module__.startswith("elastic_transport"):
        text = str(getattr(exc, "message", exc))
    elif type(exc).__module__.startswith("kombu.transport.SQS"):
        text = f"{type(exc).__name__}: {exc}"
    else:
        text = str(exc) or type(exc).__name__
    return " ".join(text.split()).rstrip(".")
