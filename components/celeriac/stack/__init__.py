"""From the stack file to components and outputs: what this repository's own program does.

`build` goes through the stack file; a module each makes the servers of a platform, the brokers and
the results that an entry asks for. That an entry's server is of its kind was checked with the file.
"""

from __future__ import annotations

from celeriac.stack.program import build

__all__ = ["build"]
