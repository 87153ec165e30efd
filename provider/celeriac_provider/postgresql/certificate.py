"""What is wrong with a server's certificate: libpq says no more than "verify failed"."""

from __future__ import annotations

import socket
import ssl
import struct
from typing import Final

_SSL_REQUEST: Final = struct.pack("!II", 8, 80877103)
"""PostgreSQL's message that asks for TLS."""


def flaw(host: str, address: tuple[str, int], authorities: str) -> str | None:
    """OpenSSL's reason for refusing the certificate, or None when it has none.

    Args:
        host: the server's name, which its certificate must have.
        address: where it is reached.
        authorities: path of the trusted certificates, PEM.
    """
    try:
        context = ssl.create_default_context(cafile=authorities)
        with socket.create_connection(address, timeout=5) as plain:
            plain.sendall(_SSL_REQUEST)
            if plain.recv(1) != b"S":
                return None
            with context.wrap_socket(plain, server_hostname=host):
                return None
    except ssl.SSLCertVerificationError as error:
        return error.verify_message
    except OSError:
        return None
