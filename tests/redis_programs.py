"""Programs of Redis and Valkey that a test starts by itself, without changing root."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest


def redis_server() -> list[str]:
    """The host's Redis, or the one that tools/servers has installed."""
    return server("redis-server")


def server(name: str) -> list[str]:
    """The command of `redis-server` or `valkey-server`, without arguments."""
    if found := shutil.which(name):
        return [found]
    places = [os.environ.get("CELERIAC_CACHE"), "/var/cache/celeriac", "~/.cache/celeriac"]
    for place in filter(None, places):
        # The newest first, as tools/servers has it: trixie before bookworm.
        for root in sorted(Path(place).expanduser().glob("debian-*"), reverse=True):
            if (root / "usr/bin" / name).exists():
                libraries = f"{root}/lib/x86_64-linux-gnu:{root}/usr/lib/x86_64-linux-gnu"
                loader = f"{root}/lib64/ld-linux-x86-64.so.2"
                return [loader, "--library-path", libraries, f"{root}/usr/bin/{name}"]
    pytest.skip(f"no {name} to start")
