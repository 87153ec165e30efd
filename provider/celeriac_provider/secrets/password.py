"""A generated password, for what is made elsewhere: by AWS's provider, for one."""

from __future__ import annotations

import dataclasses
import secrets
import string
from typing import Any, Final, Self

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.properties import output, prop
from celeriac_provider.engine.resource import Key, Resource

_SHORTEST: Final = 8
_LONGEST: Final = 128
"""Of RDS, ElastiCache and Amazon MQ none takes more:
https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateUser.html"""

_CLASSES: Final = (string.ascii_lowercase, string.ascii_uppercase, string.digits)


def _length(value: int) -> str | None:
    if _SHORTEST <= value <= _LONGEST:
        return None
    return f"must be between {_SHORTEST} and {_LONGEST} characters"


def _characters(value: str) -> str | None:
    strange = next((c for c in value if c not in string.punctuation), None)
    if strange is None:
        return None
    return f"has {strange!r}: name special characters only; letters and digits are always allowed"


class Password(Resource):
    """A random password that lives in the stack's state, as a secret, and nowhere else.

    It has a lower-case letter, an upper-case letter, a digit and, where any is allowed, a special
    character at least. Another length, other characters or other keepers make another password.
    """

    token = "secrets:Password"  # noqa: S105 - a type token
    # An id is not secret: it must not be the password.
    identity = ("identifier",)
    not_importable = (
        "a password is in no other place than the state of the stack that made it: let `pulumi up` "
        "make one"
    )

    length: int = prop("Its length, in characters.", default=32, replaces=True, check=_length)
    characters: str = prop(
        "The special characters that it may have; empty for none. The default is allowed in a "
        "URL, and by RDS, ElastiCache (its auth tokens too) and Amazon MQ.",
        default="-",
        replaces=True,
        check=_characters,
    )
    keepers: dict[str, Any] = prop(
        "Whatever should make another password when it changes.", default={}, replaces=True
    )
    identifier: str | None = output("What tells this password from the next one.")
    value: str | None = output("The password.", secret=True)

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """It is what the state says."""
        del ctx, key
        return prior

    def create(self, ctx: Context) -> Self:
        """Make one."""
        del ctx
        return dataclasses.replace(self, identifier=secrets.token_hex(8), value=self._drawn())

    def update(self, old: Self, ctx: Context) -> Self:
        """Keep it: all that would change it makes another."""
        del ctx
        return dataclasses.replace(self, identifier=old.identifier, value=old.value)

    def delete(self, ctx: Context) -> None:
        """Nothing is left of it with its state."""

    def _drawn(self) -> str:
        classes = [*_CLASSES, *filter(None, [self.characters])]
        alphabet = "".join(sorted(set("".join(classes))))
        while True:  # drawn anew, not mended: so every allowed password is equally likely
            drawn = "".join(secrets.choice(alphabet) for _ in range(self.length))
            if all(set(drawn) & set(one) for one in classes):
                return drawn
