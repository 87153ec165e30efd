"""Ours or not: the mark that an object made by this provider carries.

A mark is two short hashes. The first is the *scope*: organization, project, stack and, where set,
the owner. The second is the resource's URN. After a crash between the call to the server and the
writing of the state, the same URN finds its own object again; everybody else is refused.

Hashes, because the narrowest place for a mark, a RabbitMQ user's tag, is an Erlang atom: 255
characters at most, and a URN can be longer.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import Enum

_FORM = re.compile(r"celeriac-([0-9a-f]{16})-([0-9a-f]{16})")


class Ownership(Enum):
    """What a mark found on a server says to the resource that found it."""

    OURS = "made by this very resource"
    SIBLING = "made by another resource of this stack"
    FOREIGN = "not made by this stack"


@dataclass(frozen=True)
class Mark:
    """The mark of one resource.

    Args:
        scope: hash of organization, project, stack and owner.
        urn: hash of the resource's URN.
    """

    scope: str
    urn: str

    @classmethod
    def of(cls, urn: str, organization: str, owner: str) -> Mark:
        """The mark that the resource with this URN writes."""
        stack, project = urn.removeprefix("urn:pulumi:").split("::", 2)[:2]
        return cls(_hash(organization, project, stack, owner), _hash(urn))

    @classmethod
    def find(cls, text: str | None) -> Mark | None:
        """The first mark in a description, comment or tag, if there is one."""
        match = _FORM.search(text or "")
        return cls(match[1], match[2]) if match else None

    def __str__(self) -> str:
        """The text that is written on the server."""
        return f"celeriac-{self.scope}-{self.urn}"

    def judge(self, found: str | None, *, inside: bool = False) -> Ownership:
        """Compare the mark found on a server with this resource's own.

        Args:
            found: the text that was found, or None.
            inside: the mark is that of what the object lies in (a policy in a vhost): what lies
                in something of ours is ours.
        """
        other = Mark.find(found)
        if other is None or other.scope != self.scope:
            return Ownership.FOREIGN
        if inside or other.urn == self.urn:
            return Ownership.OURS
        return Ownership.SIBLING


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
