"""Wrong doors: one sentence each, in time, that says which setting to look at.

`DOORS` is the table: door, then what the sentence of each system says.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest

from celeriac_provider.engine.resource import Resource
from celeriac_provider.postgresql import Database, Role
from celeriac_provider.rabbitmq import User
from celeriac_provider.redis import AclUser
from tests.lifecycle import Failed, Lifecycle
from tests.provider.weather.doors import CANARY, NOBODY, House, powerless, strangers

_TIMEOUT = 2.0
_SLACK = 3.0
"""Seconds: many doors are tried at once, on few cores."""

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
_LATE_HTTP = "did not answer within 2 s: check the provider's endpoint and timeout"
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
        lambda h, s, _: h.at(s, h.closed_port(), tls=True),
        "check the provider's endpoint (the management API's port is 15672, with TLS 15671)",
        _CLOSED, _CLOSED,
    ),
    "closed port, no TLS": Wrong(
        lambda h, s, _: h.at(s, h.closed_port(), tls=False),
        "waited 2 s for it", _CLOSED, _CLOSED,
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

RESOURCES: dict[str, tuple[type[Resource], dict[str, Any]]] = {
    "rabbitmq": (User, {"name": NOBODY}),
    "redis": (AclUser, {"name": NOBODY}),
    "postgresql": (Role, {"name": NOBODY}),
}

Said = dict[tuple[str, str], "Answer"]


@dataclass(frozen=True)
class Answer:
    """What the provider did at a door.

    Args:
        failed: what it said; None where it got in.
        took: seconds.
    """

    failed: Failed | None
    took: float


def knock(resource: type[Resource], given: dict[str, Any], configuration: dict[str, Any]) -> Answer:
    """Read something there with this configuration; what is not there is made."""
    settings = {key: value for key, value in configuration.items() if value is not None}
    with closing(Lifecycle(resource, settings)) as life:
        began = time.monotonic()
        try:
            life.delete(life.create(given, settled=False))
        except Failed as failed:
            return Answer(failed, time.monotonic() - began)
        return Answer(None, time.monotonic() - began)


@pytest.fixture(scope="module")
def house(servers: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The servers, and strangers beside them."""
    house = House(servers, tmp_path_factory.mktemp("doors"))
    with strangers(house):
        yield house


@pytest.fixture(scope="module")
def names(house: House) -> Iterator[dict[str, str]]:
    """Users without rights."""
    with powerless(house) as found:
        yield found


@pytest.fixture(scope="module")
def said(house: House, names: dict[str, str]) -> Said:
    """Every door, several at once."""

    def one(place: tuple[str, str]) -> Answer:
        system, door = place
        resource, given = RESOURCES[system]
        given = given | {"name": f"{NOBODY}-{door}".replace(" ", "-")}
        return knock(resource, given, house.right(system) | DOORS[door].door(house, system, names))

    places = [(system, door) for system in RESOURCES for door in DOORS]
    with ThreadPoolExecutor(12) as threads:
        return dict(zip(places, threads.map(one, places), strict=True))


def assert_readable(answer: Answer) -> None:
    """One sentence, in time, without a secret."""
    assert answer.failed is not None
    sentence = answer.failed.sentence
    assert answer.took < _TIMEOUT + _SLACK, sentence
    assert answer.failed.code.name != "INTERNAL", sentence
    assert CANARY not in sentence
    assert sentence.isprintable(), sentence


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("system", RESOURCES)
def test_a_wrong_door_says_which_setting_to_look_at(said: Said, system: str, door: str) -> None:
    """The table; where it has no sentence, the door is a right one."""
    answer, expected = said[system, door], getattr(DOORS[door], system)
    if expected is None:
        assert answer.failed is None
        return
    assert_readable(answer)
    assert answer.failed is not None
    assert expected in answer.failed.sentence


@pytest.mark.parametrize(
    ("system", "who", "resource", "given", "expected"),
    [
        ("rabbitmq", "monitoring", User, {"name": NOBODY}, "give it the tag administrator"),
        (
            "postgresql",
            "createrole",
            Database,
            {"name": NOBODY, "owner": "{who}"},
            "permission denied to create database: look at the rights of `username`",
        ),
    ],
)
def test_a_part_of_the_rights_is_not_enough(
    house: House,
    names: dict[str, str],
    system: str,
    who: str,
    resource: type[Resource],
    given: dict[str, str],
    expected: str,
) -> None:
    """A monitor on RabbitMQ; a role that makes roles, and may not make databases."""
    inputs = {key: value.format(who=names[who]) for key, value in given.items()}
    right = house.right(system) | {"username": names[who], "password": CANARY}
    answer = knock(resource, inputs, right)
    assert_readable(answer)
    assert answer.failed is not None
    assert expected in answer.failed.sentence
