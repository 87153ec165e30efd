"""What is in the cache: Debian roots, and programs that are not Debian's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path


class Program(Protocol):
    """Something that is got once per machine."""

    def find(self) -> Path | None:
        """Where it is, in our cache or in the machine's."""

    def ensure(self) -> Path:
        """Find it, or get it."""
