"""What a server stands on, where this stack makes that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi


@dataclass(frozen=True, kw_only=True)
class Underlying:
    """What has to be there before anybody connects, and what takes the data with it.

    The data is not with what runs: a container is made anew whenever its image changes.
    """

    running: Sequence[pulumi.Resource] = ()
    """What runs the server: the containers, each of them healthy."""
    data: pulumi.Resource | None = None
    """What holds its data: while that is deleted, nothing on the server is deleted by itself."""


NOTHING = Underlying()
"""A server that runs already, and stays."""
