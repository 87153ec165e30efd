"""The CA of an app's settings, where the proof runs.

The settings hold paths of the app's host. Where the proof is given the CA itself, it stands in
for those paths, in all places where Celery's clients look for one.
"""

from __future__ import annotations

import ssl
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

_URL_OPTIONS = {
    "rediss": "ssl_ca_certs",
    "postgresql": "sslrootcert",
    "mysql": "ssl_ca",
    "mongodb": "tlsCAFile",
}
_SETTING_OPTIONS = {"broker_use_ssl": "ca_certs", "redis_backend_use_ssl": "ssl_ca_certs"}

_OPTIONS_OF_SENTINELS = ("broker_transport_options", "result_backend_transport_options")
"""Where the options of connections to Redis' sentinels are, under `sentinel_kwargs`."""


def with_authority_in_url(url: str, ca_file: str) -> str:
    """A URL whose certificate is verified with this CA; one without TLS stays as it is."""
    parts = urlsplit(url)
    option = next((o for scheme, o in _URL_OPTIONS.items() if scheme in parts.scheme), None)
    if option is None:
        return url
    query = dict(parse_qsl(parts.query))
    if option == "sslrootcert" and not query.get("sslmode", "").startswith("verify"):
        return url
    if option == "tlsCAFile" and query.get("tls") != "true":
        return url
    if option == "ssl_ca" and option not in query:
        return url
    query[option] = ca_file
    return urlunsplit(parts._replace(query=urlencode(query, quote_via=quote, safe="")))


def with_authority(settings: dict[str, Any], broker_url: str, ca_file: str) -> dict[str, Any]:
    """Settings whose TLS options name this CA; those without TLS stay as they are."""
    changed = dict(settings)
    for name, option in _SETTING_OPTIONS.items():
        value = settings.get(name)
        if isinstance(value, dict):
            # py-amqp and redis-py take the same options under different names.
            key = "ssl_ca_certs" if "ssl_cert_reqs" in value else option
            changed[name] = {**value, key: ca_file}
        elif value is True:
            changed[name] = _verifying(broker_url, ca_file)
    for name in _OPTIONS_OF_SENTINELS:
        options = settings.get(name)
        sentinels = options.get("sentinel_kwargs") if isinstance(options, dict) else None
        if sentinels and sentinels.get("ssl"):
            own = {**sentinels, "ssl_ca_certs": ca_file}
            changed[name] = {**changed[name], "sentinel_kwargs": own}
    return changed


def _verifying(broker_url: str, ca_file: str) -> dict[str, Any]:
    return {
        "cert_reqs": int(ssl.CERT_REQUIRED),
        "server_hostname": urlsplit(broker_url).hostname,
        "ca_certs": ca_file,
    }
