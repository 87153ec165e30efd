"""The provider plugin's process: `pulumi-resource-celeriac`."""

from __future__ import annotations

import sys

from celeriac_provider.engine.server import serve
from celeriac_provider.resources import RESOURCES


def main() -> None:
    """Serve every resource of every system."""
    serve(RESOURCES, sys.argv[1:])


if __name__ == "__main__":
    main()
