"""What is wrong with a broker's certificate."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable

from celeriac_provider.engine.configuration import Server
from celeriac_provider.engine.tls import tls


def problem(server: Server, brokers: Iterable[str], seconds: float) -> str:
    """What OpenSSL says of the first broker that it does not trust; nothing if it trusts them all.

    Args:
        server: whose authority counts.
        brokers: `host:port` of each.
        seconds: for each.
    """
    context = tls(server)
    for broker in brokers:
        host, _, port = broker.rpartition(":")
        name = host.strip("[]")
        try:
            with (
                socket.create_connection((name, int(port)), timeout=seconds) as plain,
                context.wrap_socket(plain, server_hostname=name),
            ):
                continue
        except ssl.SSLCertVerificationError as error:
            return str(error.verify_message)
        except OSError:
            continue
    return ""
