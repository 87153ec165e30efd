"""The table of wrong doors: what is wrong, and what the sentence of each system says then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.closed_port import closed_port
from tests.provider.weather.doors import CANARY, NOBODY, TIMEOUT, House

Door = Callable[[House, str, dict[str, str]], dict[str, Any]]


@dataclass(frozen=True)
class Wrong:
    """A door and what is said at it.

    Args:
        door: changes of the configuration that would get in.
        rabbitmq: what RabbitMQ's sentence holds; None where the door is a right one there.
        redis: what Redis' sentence holds.
        postgresql: what PostgreSQL's sentence holds.
    """

    door: Door
    rabbitmq: str | None
    redis: str | None
    postgresql: str | None


_NO_HTTP = "does not speak HTTP: give the management API's port (15672, not 5672)"
_NO_REDIS = "look at host and port in `endpoint`"
_NO_TLS_HTTP = "does not speak TLS: write the provider's endpoint with http://"
_NO_TLS_REDIS = "it speaks no TLS on this port: use its TLS port"
_NO_POSTGRESQL = "does not speak as PostgreSQL does: look at host and port in `endpoint`"
_LATE_HTTP = f"did not answer within {TIMEOUT:g} s: check the provider's endpoint and timeout"
_LATE = "it did not answer in time: look at `endpoint`"
_LOGIN = "refused the administrator's name or password: look at `username` and `password`"
_CLOSED = "nothing listens there: is it running, and is the port in `endpoint` right?"
_CA = "give the authority as `ca` or `caFile`"
_PEM = "is not a readable PEM certificate"

DOORS: dict[str, Wrong] = {
    "wrong password": Wrong(
        lambda *_: {"password": CANARY},
        "or its password: check the provider's username and password", _LOGIN, _LOGIN,
    ),
    "unknown user": Wrong(
        lambda *_: {"username": NOBODY, "password": CANARY},
        "or its password: check the provider's username and password", _LOGIN, _LOGIN,
    ),
    "no password": Wrong(
        lambda *_: {"password": None},
        "give the provider a username and a password", _LOGIN, _LOGIN,
    ),
    "no such host": Wrong(
        lambda h, s, _: {
            "endpoint": h.at(s, 1, tls=False)["endpoint"].replace("localhost", "nowhere.invalid")
        },
        "is not known: check the provider's endpoint and your DNS",
        "its name is not known: look at the host in `endpoint`",
        "its name is not known: look at the host in `endpoint`",
    ),
    "closed port": Wrong(
        lambda h, s, _: h.at(s, closed_port(), tls=True),
        "check the provider's endpoint (the management API's port is 15672, with TLS 15671)",
        _CLOSED, _CLOSED,
    ),
    "closed port, no TLS": Wrong(
        lambda h, s, _: h.at(s, closed_port(), tls=False),
        f"waited {TIMEOUT:g} s for it", _CLOSED, _CLOSED,
    ),
    "the system's authorities": Wrong(
        lambda *_: {"caFile": None}, "check the provider's endpoint and ca", _CA, _CA
    ),
    "another authority": Wrong(
        lambda h, *_: {"caFile": h.other_ca}, "check the provider's endpoint and ca", _CA, _CA
    ),
    "certificate of another host": Wrong(
        lambda h, s, _: h.at(s, h.tls_port(s, "wrong_host"), tls=True),
        "Hostname mismatch", "its certificate is for another host",
        "its certificate is for another host",
    ),
    "expired certificate": Wrong(
        lambda h, s, _: h.at(s, h.tls_port(s, "expired"), tls=True),
        "certificate has expired", "its certificate has expired", "its certificate has expired",
    ),
    "CA file missing": Wrong(
        lambda h, *_: {"caFile": str(h.missing)},
        *[f"missing.pem {_PEM} (No such file or directory)"] * 3,
    ),
    "CA file no PEM": Wrong(lambda h, *_: {"caFile": str(h.no_pem)}, *[f"no.pem {_PEM}"] * 3),
    "CA no PEM": Wrong(lambda *_: {"caFile": None, "ca": "hello"}, *[f"'s ca {_PEM}"] * 3),
    "client certificate without key": Wrong(
        lambda h, *_: {"clientCertificateFile": h.servers["tls"]["client"]["certificate"]},
        *["with its clientKeyFile cannot be used"] * 3,
    ),
    "client certificate missing": Wrong(
        lambda h, *_: {
            "clientCertificateFile": str(h.missing), "clientKeyFile": str(h.missing)
        },
        *["missing.pem with its clientKeyFile cannot be used (No such file or directory)"] * 3,
    ),
    "SSH": Wrong(
        lambda h, s, _: h.at(s, h.ports["ssh"], tls=False), _LATE_HTTP, _NO_REDIS, _NO_POSTGRESQL
    ),
    "SSH, with TLS": Wrong(
        lambda h, s, _: h.at(s, h.ports["ssh"], tls=True), _NO_TLS_HTTP, _NO_TLS_REDIS, "`endpoint`"
    ),
    "web server": Wrong(
        lambda h, s, _: h.at(s, h.ports["http"], tls=False),
        "is not RabbitMQ's management API: check the provider's endpoint", _NO_REDIS, _LATE,
    ),
    "web server, with TLS": Wrong(
        lambda h, s, _: h.at(s, h.ports["http"], tls=True), _NO_TLS_HTTP, _NO_TLS_REDIS, _LATE
    ),
    "silence": Wrong(
        lambda h, s, _: h.at(s, h.ports["silent"], tls=False), _LATE_HTTP, _LATE, _LATE
    ),
    "silence, with TLS": Wrong(
        lambda h, s, _: h.at(s, h.ports["silent"], tls=True), _LATE_HTTP, _LATE, _LATE
    ),
    "closes at once": Wrong(
        lambda h, s, _: h.at(s, h.ports["closing"], tls=False), _NO_HTTP, _NO_REDIS, _NO_POSTGRESQL
    ),
    "closes at once, with TLS": Wrong(
        lambda h, s, _: h.at(s, h.ports["closing"], tls=True),
        "provider's endpoint", "`endpoint`", _NO_POSTGRESQL,
    ),
    "AMQP": Wrong(
        lambda h, s, _: h.at(s, h.servers["rabbitmq"]["amqp_port"], tls=False),
        _NO_HTTP, _NO_REDIS, _NO_POSTGRESQL,
    ),
    "AMQP, with TLS": Wrong(
        lambda h, s, _: h.at(s, h.servers["rabbitmq"]["amqps_port"], tls=True),
        _NO_HTTP, _NO_REDIS, "`endpoint`",
    ),
    "Redis": Wrong(
        lambda h, s, _: h.at(s, h.servers["redis"]["port"], tls=False), _NO_HTTP, None, _LATE
    ),
    "Redis, with TLS": Wrong(
        lambda h, s, _: h.at(s, h.servers["redis"]["tls_port"], tls=True),
        _NO_HTTP, None, "`endpoint`",
    ),
    "PostgreSQL": Wrong(
        lambda h, s, _: h.at(s, h.servers["postgresql"]["port"], tls=False),
        _NO_HTTP, _NO_REDIS, None,
    ),
    "PostgreSQL, with TLS": Wrong(
        lambda h, s, _: h.at(s, h.servers["postgresql"]["port"], tls=True),
        "check the provider's endpoint", "`endpoint`", None,
    ),
    "management": Wrong(
        lambda h, s, _: h.at(s, h.management_port(tls=False), tls=False), None, _NO_REDIS, _LATE
    ),
    "management, with TLS": Wrong(
        lambda h, s, _: h.at(s, h.management_port(tls=True), tls=True),
        None, _NO_REDIS, "`endpoint`",
    ),
    "TLS on a plain port": Wrong(
        lambda h, s, _: h.at(s, h.plain_port(s), tls=True),
        _NO_TLS_HTTP, "a port without TLS is silent to `rediss://`", None,
    ),
    "no TLS on a TLS port": Wrong(
        lambda h, s, _: h.at(s, h.encrypted_port(s), tls=False),
        _NO_HTTP, "a port with TLS needs `rediss://` there", None,
    ),
    "another scheme": Wrong(
        lambda h, s, _: {"endpoint": f"ftp://localhost:{h.plain_port(s)}"},
        "write it as https://host:15671", "write it as rediss://host:6379/0",
        "write it as postgresql://host:5432/postgres",
    ),
    "trailing slash": Wrong(
        lambda h, s, _: {"endpoint": h.right(s)["endpoint"] + "/"}, None, None, None
    ),
    "a path": Wrong(
        lambda h, s, _: {"endpoint": h.right(s)["endpoint"] + "/else/where"},
        "/else/where is not RabbitMQ's management API: check the provider's endpoint",
        "is not a Redis URL: write it as rediss://host:6379/0",
        'database "postgres/else/where" does not exist: look at `endpoint`',
    ),
    "no rights": Wrong(
        lambda _, s, names: {
            "username": names["acl" if s == "redis" else "none"], "password": CANARY
        },
        "is no administrator: give it the tag administrator",
        "the administrator lacks the right",
        "Only roles with the CREATEROLE attribute may create roles): look at the rights of "
        "`username`",
    ),
}  # fmt: skip
