"""What to do about a server that cannot be reached from here: it may be on a private network."""

from __future__ import annotations

import ipaddress
import socket
from typing import Final
from urllib.parse import urlsplit

_WAYS: Final = (
    "; if it is on a private network, run Pulumi where it can be reached, or write `via:` in the "
    "server's entry: an SSH bastion or an SSM port forwarding (the proof alone is left out with "
    "`proof: off`)"
)


def ways(endpoint: str | None) -> str:
    """How a sentence goes on about a server that was not reached.

    Args:
        endpoint: its URL.

    Returns:
        Nothing where its address is loopback's or a public one.
    """
    host = urlsplit(endpoint).hostname if endpoint else None
    if host is None:
        return ""
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    except OSError:
        return _WAYS  # a private network has private names
    return _WAYS if any(_private(address) for address in found) else ""


def _private(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    return parsed.is_private and not parsed.is_loopback
