"""What the stand-in refuses."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - it is an answer
    """A sentence for the user of the stand-in."""
