"""What makes `pulumi destroy` refuse before it has deleted anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

if TYPE_CHECKING:
    from collections.abc import Sequence


class DeletionProtection(pulumi.ComponentResource):
    """Depends on everything in a stack, and is protected while anything in it is.

    Pulumi deletes first what nothing depends on, and asks a protected resource only when its turn
    has come. Of a protected server that would be the last turn: without a preview
    (`--skip-preview`, the Automation API) `destroy` had by then taken away the rules that let
    clients in, the apps' users, policies and secrets, and refused the server alone. This is the
    first turn of all, and Pulumi stops there.

    It is made where nothing is protected, too: what is protected in the state can only be let go
    by an `up` that still has it.

    Args:
        name: the component's name.
        protected: whether anything in the stack is protected.
        everything: all components of the stack.
    """

    def __init__(
        self, name: str, *, protected: bool, everything: Sequence[pulumi.Resource]
    ) -> None:
        super().__init__(
            "celeriac:index:DeletionProtection",
            name,
            {"protected": protected},
            pulumi.ResourceOptions(depends_on=list(everything), protect=protected),
        )
        self.register_outputs({})
