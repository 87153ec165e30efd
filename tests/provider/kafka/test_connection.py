"""Wrong doors: one sentence each, in time, that says which setting to look at."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from celeriac_provider.kafka import ScramUser, Topic
from tests.closed_port import closed_port
from tests.lifecycle import Failed, Lifecycle
from tests.provider.kafka.cluster import Cluster

CANARY = "canary-of-a-password"
Right = dict[str, Any]
Door = Callable[[Right, dict[str, Any]], Right]

_LOGIN = "refused the administrator's name or password: look at `username` and `password`"
_CLOSED = "nothing listens there: is it running, and is the port in `endpoint` right?"
_CA = "give the authority as `ca` or `caFile`"
_FORM = "is not one of Kafka: write it as kafka+ssl://host:9093"


def at(scheme: str, port: int, host: str = "localhost") -> Right:
    """The endpoint elsewhere."""
    return {"endpoint": f"{scheme}://{host}:{port}"}


def bad_tls(servers: dict[str, Any], kind: str) -> Right:
    """A port that shows a bad certificate."""
    return at("kafka+ssl", servers["tls"][kind]["redis_tls_port"])


DOORS: dict[str, tuple[Door, str]] = {
    "wrong password": (lambda *_: {"password": CANARY}, _LOGIN),
    "unknown user": (lambda *_: {"username": "nobody", "password": CANARY}, _LOGIN),
    "no password": (lambda *_: {"password": None}, "the password for Kafka is missing: give both"),
    "another mechanism": (
        lambda right, _: {"endpoint": right["endpoint"] + "?mechanism=PLAIN"},
        "write `?mechanism=` with one of them in `endpoint`",
    ),
    "no such host": (
        lambda *_: at("kafka+ssl", 9093, "nowhere.invalid"),
        "its name is not known: look at the host in `endpoint`",
    ),
    "closed port": (lambda *_: at("kafka+ssl", closed_port()), _CLOSED),
    "closed port, no TLS": (lambda *_: at("kafka", closed_port()), _CLOSED),
    "the system's authorities": (lambda *_: {"caFile": None}, _CA),
    "another authority": (lambda _, servers: {"caFile": servers["other_ca"]}, _CA),
    "certificate of another host": (
        lambda _, servers: bad_tls(servers, "wrong_host"),
        "its certificate is for another host: use the certificate's name in `endpoint`",
    ),
    "expired certificate": (
        lambda _, servers: bad_tls(servers, "expired"),
        "its certificate is no longer valid, as it has expired: renew it there",
    ),
    "CA file missing": (
        lambda *_: {"caFile": "/nowhere.pem"},
        "nowhere.pem is not a readable PEM certificate",
    ),
    "TLS on a plain port": (
        lambda _, servers: at("kafka+ssl", servers["kafka"]["port"]),
        "it speaks no TLS on this port: use its TLS port",
    ),
    "no TLS on a TLS port": (
        lambda right, _: {"endpoint": right["endpoint"].replace("+ssl", "")},
        "a port with TLS needs `kafka+ssl://` there",
    ),
    "another scheme": (lambda *_: at("ftp", 9093), _FORM),
    "a path": (lambda right, _: {"endpoint": right["endpoint"] + "/else"}, _FORM),
    "an unknown option": (lambda right, _: {"endpoint": right["endpoint"] + "?brokers=b"}, _FORM),
    "through a bastion": (
        lambda *_: {"via": {"ssh": {"host": "bastion"}}},
        "Kafka is not reached over `via`",
    ),
}


@pytest.fixture
def right(cluster: Cluster, servers: dict[str, Any]) -> Right:
    """What gets in, over TLS."""
    return {
        "endpoint": f"kafka+ssl://localhost:{cluster.entry['tls_port']}",
        "caFile": servers["ca"],
        "username": cluster.entry["username"],
        "password": cluster.entry["password"],
        "timeout": 2,
    }


@pytest.fixture(scope="module")
def other_ca(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An authority that signed nothing here."""
    file = tmp_path_factory.mktemp("ca") / "other.pem"
    command = "req -x509 -newkey rsa:2048 -nodes -subj /CN=other -keyout /dev/null -out"
    subprocess.run(["openssl", *command.split(), file], check=True, capture_output=True)
    return str(file)


@pytest.fixture(scope="module")
def silent() -> Iterator[int]:
    """A port where nobody says anything."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        yield listener.getsockname()[1]


def knock(configuration: Right, name: str) -> None:
    """Make a topic there."""
    settings = {key: value for key, value in configuration.items() if value is not None}
    with closing(Lifecycle(Topic, settings)) as life:
        life.delete(life.create({"name": name}, settled=False))


@pytest.mark.parametrize("door", DOORS)
def test_a_wrong_door_says_which_setting_to_look_at(
    right: Right, servers: dict[str, Any], cluster: Cluster, word: str, other_ca: str, door: str
) -> None:
    """One sentence, in time, without a secret."""
    change, expected = DOORS[door]
    others = {**servers, "kafka": cluster.entry, "other_ca": other_ca}
    began = time.monotonic()
    with pytest.raises(Failed) as failed:
        knock(right | change(right, others), word)
    assert time.monotonic() - began < 6
    said = failed.value.sentence
    assert failed.value.code.name != "INTERNAL", said
    assert expected in said
    assert said.isprintable()
    assert CANARY not in said


@pytest.mark.parametrize("scheme", ["kafka", "kafka+ssl"])
def test_silence_ends_in_time(right: Right, silent: int, word: str, scheme: str) -> None:
    """A port that takes connections and says nothing."""
    began = time.monotonic()
    with pytest.raises(Failed, match=r"did not answer within 2 s: look at `endpoint`"):
        knock(right | at(scheme, silent), word)
    assert time.monotonic() - began < 6


def test_the_right_door(right: Right, word: str, cluster: Cluster) -> None:
    """Over TLS; and where one of several brokers is down."""
    knock(right, word)
    port = cluster.entry["tls_port"]
    first = f"kafka+ssl://localhost:{closed_port()}?servers=localhost:{port}"
    knock(right | {"endpoint": first, "timeout": 10}, word)


def test_an_administrator_without_rights(right: Right, word: str, cluster: Cluster) -> None:
    """The sentence says what it lacks."""
    cluster.make_user(word, CANARY)
    with pytest.raises(Failed, match=r"the administrator lacks the right .*super\.users"):
        knock(right | {"username": word, "password": CANARY}, f"{word}-topic")


def test_no_connection_is_left(right: Right, word: str) -> None:
    """Attempts to log in as the user included."""
    before = _connections(right)
    with closing(Lifecycle(ScramUser, right | {"timeout": 20})) as life:
        life.delete(life.create({"name": word}))
        assert _connections(right) > before
    ends = time.monotonic() + 10
    while _connections(right) > before and time.monotonic() < ends:
        time.sleep(0.1)
    assert _connections(right) <= before


def _connections(right: Right) -> int:
    """Ours, to the broker over TLS."""
    port = right["endpoint"].rpartition(":")[2]
    command = ["ss", "-Htnp", "state", "established", f"dport = :{port}"]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return found.count(f"pid={os.getpid()},")
