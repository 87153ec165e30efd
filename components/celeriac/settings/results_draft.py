"""A result backend in a stack file, as far as it could be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from celeriac.contract import Backend
    from celeriac.settings.claims import Claim
    from celeriac.settings.model import Results


@dataclass(frozen=True, kw_only=True)
class ResultsDraft:
    """A result backend as far as it could be read."""

    kind: Backend | None = None
    """Its kind, where that is known."""
    server: str | None = None
    """Name of its server, where it has one that is known."""
    expires: int | None = None
    """Seconds until results expire; None for never."""
    results: Results | None = None
    """The result backend."""
    claims: tuple[Claim, ...] = ()
    """What it wants to have for itself."""
