"""Why a server cannot be spoken to, from the words of a client library or of the system.

For the systems whose clients hand those words on: each adds what only it knows.
"""

from __future__ import annotations

from typing import Final

from celeriac_provider.engine.errors import OutOfReach, Unreachable


class Starting(Unreachable):
    """Nobody answers yet: worth another attempt."""


Sign = tuple[tuple[str, ...], type[Unreachable], str]
"""Words in small letters, what they mean, and the end of a sentence that begins with the server."""

SIGNS: Final[tuple[Sign, ...]] = (
    (
        ("refused",),
        Starting,
        "nothing listens there: is it running, and is the port in `endpoint` right?",
    ),
    (
        ("name or service not known", "name resolution", "no address", "getaddrinfo", "nodename"),
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
        ("wrong_version_number", "wrong version number", "record layer"),
        Unreachable,
        "it speaks no TLS on this port: look at scheme and port in `endpoint`",
    ),
    (
        ("closed", "reset", "broken pipe", "eof", "incomplete"),
        Unreachable,
        "it closed the connection: look at host, port and TLS in `endpoint`",
    ),
    (
        ("timeout", "timed out"),
        OutOfReach,
        "it did not answer in time: look at `endpoint`, the firewall and `timeout`",
    ),
)


def sign(text: str, signs: tuple[Sign, ...] = SIGNS) -> tuple[type[Unreachable], str] | None:
    """What kind of trouble a text speaks of, and the end of its sentence; None if of none."""
    small = text.lower()
    for words, kind, reason in signs:
        if any(word in small for word in words):
            return kind, reason
    return None


def line(text: str) -> str:
    """A text of a server on one line, without what cannot be printed."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
