"""What can go wrong, and whose fault it is.

CeleriacError
├── Mistake        the user's: a property, or an object that is not ours; says how to mend it
├── Refused        a server that answered and said no
│   └── LoginRefused  to the administrator's name or password
├── Unreachable    a server that did not answer in time
│   ├── OutOfReach  nobody has answered, or the name is not known: it may be on another network
│   ├── Lost       one that answered before: the same again may well succeed
│   └── NotListening  nobody is there yet, behind a bastion or on it: it may be starting
└── PartlyCreated  the object exists, but is not yet what was asked for

Anything else that escapes a resource is a bug of ours, and is reported as one.
A message is one sentence and never holds a secret.
"""

from __future__ import annotations

from typing import Any


class CeleriacError(Exception):
    """Something that a user can read and act on."""


class Mistake(CeleriacError):  # noqa: N818 - the names above are what a reader looks for
    """What was asked for cannot be done, whatever the server.

    Args:
        message: the sentence.
        property_name: the input it is about, in the schema's spelling, or "".
    """

    def __init__(self, message: str, property_name: str = "") -> None:
        super().__init__(message)
        self.property_name = property_name


class Refused(CeleriacError):  # noqa: N818
    """The server answered and refused: rights, limits, or a state that forbids the call."""


class LoginRefused(Refused):
    """The server refused the administrator's name or password: they may have been rotated."""


class Unreachable(CeleriacError):  # noqa: N818
    """No usable answer within the configured timeout: the sentence names the setting to look at."""


class OutOfReach(Unreachable):
    """No answer, or no such name: from here. On a private network it may be there."""


class Lost(Unreachable):
    """A connection that worked broke, or brought nonsense: what was sent may have been done.

    Safe to answer by reading anew what is there and going on from it: see `Context.persist`.
    """


class NotListening(Unreachable):
    """On the way to the server a connection was refused: what is there may be starting."""


class PartlyCreated(CeleriacError):  # noqa: N818
    """The object was made, a later step failed: the state keeps it, so that `destroy` finds it.

    Args:
        message: the sentence.
        state: what exists now: the resource.
    """

    def __init__(self, message: str, state: Any) -> None:
        super().__init__(message)
        self.state = state
