# Written by tools/resources from the provider's declarations: change those.
"""Resources of secrets, as the provider offers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

from celeriac.resources.base import CeleriacResource

if TYPE_CHECKING:
    from collections.abc import Mapping


class Password(CeleriacResource):
    """A random password that lives in the stack's state, as a secret, and nowhere else.

    It has a lower-case letter, an upper-case letter, a digit and, where any is allowed, a special
    character at least. Another length, other characters or other keepers make another password.

    Args:
        resource_name: the name of the resource in Pulumi.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        length: Its length, in characters. Default: 32.
        characters: The special characters that it may have; empty for none. The default is
            allowed in a URL, and by RDS, ElastiCache (its auth tokens too) and Amazon MQ.
            Default: '-'.
        keepers: Whatever should make another password when it changes. Default: {}.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        adopt: pulumi.Input[bool] | None = None,
        length: pulumi.Input[int] | None = None,
        characters: pulumi.Input[str] | None = None,
        keepers: pulumi.Input[Mapping[str, pulumi.Input[Any]]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:secrets:Password",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "length": length,
                "characters": characters,
                "keepers": keepers,
                "identifier": None,
                "value": None,
            },
            opts,
        )

    @property
    def adopt(self) -> pulumi.Output[bool]:
        """Take over an object that exists already and was not made by this resource, and
        manage it from now on, deletion included."""
        return self._property("adopt")

    @property
    def mark(self) -> pulumi.Output[str | None]:
        """The mark of ownership that the object carries on its server."""
        return self._property("mark")

    @property
    def length(self) -> pulumi.Output[int]:
        """Its length, in characters."""
        return self._property("length")

    @property
    def characters(self) -> pulumi.Output[str]:
        """The special characters that it may have; empty for none. The default is allowed in a
        URL, and by RDS, ElastiCache (its auth tokens too) and Amazon MQ."""
        return self._property("characters")

    @property
    def keepers(self) -> pulumi.Output[Mapping[str, Any]]:
        """Whatever should make another password when it changes."""
        return self._property("keepers")

    @property
    def identifier(self) -> pulumi.Output[str | None]:
        """What tells this password from the next one."""
        return self._property("identifier")

    @property
    def value(self) -> pulumi.Output[str | None]:
        """The password."""
        return self._property("value")
