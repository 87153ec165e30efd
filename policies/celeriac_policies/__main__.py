"""The analyzer as Pulumi's engine starts it."""

from __future__ import annotations

import sys

from celeriac_policies.engine.server import serve
from celeriac_policies.rules import RULES


def main() -> None:
    """Serve until the engine ends the process."""
    serve(RULES, sys.argv[1:])


if __name__ == "__main__":
    main()
