"""Where the brokers are and how to log in: from the provider's configuration to librdkafka's.

https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from celeriac_provider.engine.configuration import Server
from celeriac_provider.engine.errors import Mistake
from celeriac_provider.engine.tls import tls

MECHANISMS: Final = ("SCRAM-SHA-256", "SCRAM-SHA-512")
_ADMINISTRATORS: Final = (*MECHANISMS, "PLAIN")
_PORTS: Final = {"kafka": 9092, "kafka+ssl": 9093}


@dataclass(frozen=True)
class Endpoint:
    """The brokers.

    Args:
        servers: `host:port` of each that is asked first.
        options: librdkafka's, without a login; there may be a secret among them.
        encrypted: whether with TLS.
    """

    servers: tuple[str, ...]
    options: dict[str, Any]
    encrypted: bool

    def login(self, username: str, password: str, mechanism: str) -> dict[str, Any]:
        """The options with somebody's login."""
        return self.options | {
            "security.protocol": "SASL_SSL" if self.encrypted else "SASL_PLAINTEXT",
            "sasl.mechanism": mechanism,
            "sasl.username": username,
            "sasl.password": password,
        }


def read(server: Server) -> tuple[Endpoint, dict[str, Any]]:
    """The brokers, and the options of the administrator's client.

    Raises:
        Mistake: the endpoint is not one of Kafka, or half a login was given.
    """
    parts = urlsplit(server.endpoint)
    query = parse_qs(parts.query)
    mechanism = query.get("mechanism", [MECHANISMS[1]])[0]
    known = (
        parts.scheme in _PORTS
        and not parts.path.strip("/")
        and not query.keys()
        - {
            "mechanism",
            "servers",
        }
    )
    if not known or mechanism not in _ADMINISTRATORS:
        raise Mistake(
            f"the endpoint {server.endpoint!r} is not one of Kafka: write it as "
            f"kafka+ssl://host:9093, where need be with ?servers=host:port,host:port (further "
            f"brokers) and &mechanism={' or '.join(_ADMINISTRATORS)}",
            "endpoint",
        )
    if server.via is not None:
        raise Mistake(
            "Kafka is not reached over `via`: each broker says by itself where clients find it, "
            "and they go there: run `pulumi up` inside its network",
            "via",
        )
    if (server.username is None) != (server.password is None):
        missing = "password" if server.password is None else "username"
        raise Mistake(f"the {missing} for Kafka is missing: give both or neither", missing)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    first = f"{host}:{parts.port or _PORTS[parts.scheme]}"
    further = [one for one in query.get("servers", [""])[0].split(",") if one]
    encrypted = parts.scheme == "kafka+ssl"
    options: dict[str, Any] = {
        "bootstrap.servers": ",".join([first, *further]),
        "client.id": "celeriac",
        "security.protocol": "SSL" if encrypted else "PLAINTEXT",
        # A broker that restarts is soon asked again.
        "reconnect.backoff.max.ms": 1000,
    }
    if encrypted:
        options |= _tls(server)
    endpoint = Endpoint((first, *further), options, encrypted)
    if server.username is None or server.password is None:
        return endpoint, options
    return endpoint, endpoint.login(server.username, server.password, mechanism)


def _tls(server: Server) -> dict[str, Any]:
    tls(server)  # says which file is wrong, where librdkafka says that it cannot connect
    found: dict[str, Any] = {"ssl.endpoint.identification.algorithm": "https"}
    if server.ca is not None:
        found["ssl.ca.pem"] = server.ca
    else:
        found["ssl.ca.location"] = (
            server.ca_file or ssl.get_default_verify_paths().cafile or "probe"
        )
    if server.client_certificate_file is not None:
        found["ssl.certificate.location"] = server.client_certificate_file
    if server.client_key_file is not None:
        found["ssl.key.location"] = server.client_key_file
    return found
