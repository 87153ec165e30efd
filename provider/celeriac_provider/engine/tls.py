"""Certificates of the provider's configuration, read before anything is sent."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from celeriac_provider.engine.errors import Mistake

if TYPE_CHECKING:
    from celeriac_provider.engine.configuration import Server


def tls(server: Server) -> ssl.SSLContext:
    """A context that verifies certificates and host names, with the administrator's own in it.

    Raises:
        Mistake: the authority or the client certificate cannot be read.
    """
    try:
        context = ssl.create_default_context(cafile=server.ca_file, cadata=server.ca)
    except (OSError, ValueError) as error:
        where = f"caFile {server.ca_file}" if server.ca is None else "ca"
        raise Mistake(
            f"the provider's {where} is not a readable PEM certificate ({_short(error)}): give "
            f"the certificate of the authority that signed the server's",
            "ca",
        ) from None
    if server.client_certificate_file is not None:
        try:
            context.load_cert_chain(server.client_certificate_file, server.client_key_file)
        except OSError as error:
            raise Mistake(
                f"the provider's clientCertificateFile {server.client_certificate_file} with its "
                f"clientKeyFile cannot be used ({_short(error)}): both must be PEM, and belong "
                f"together",
                "clientCertificateFile",
            ) from None
    return context


def _short(error: BaseException) -> str:
    return getattr(error, "strerror", None) or str(error)
