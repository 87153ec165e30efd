"""Hosts and addresses: which of them only this machine reaches."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import SplitResult, urlsplit

EVERYWHERE: Final = frozenset({"", "*", "0.0.0.0", "::", "[::]"})  # noqa: S104 - to object to it
"""How an address says that a server listens on all interfaces; empty is the default of most."""


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a host, by network or by socket: there is no way to spy on.

    A name is not resolved: `localhost` and what ends in it are reserved for this.
    """
    if host == "localhost" or host.endswith(".localhost") or host.startswith("/"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def parts(url: str) -> SplitResult | None:
    """A URL's parts; None where it is none."""
    try:
        found = urlsplit(url)
        _ = found.hostname, found.port
    except ValueError:
        return None
    return found if found.scheme else None
