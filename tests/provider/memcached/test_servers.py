"""Memcached servers, verified on two real ones, of which the second takes half as much."""

from __future__ import annotations

import math
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from celery import Celery
from pymemcache.exceptions import MemcacheServerError

from celeriac.contract import memcached_settings, memcached_url
from celeriac_provider.engine.configuration import PROPERTIES
from celeriac_provider.memcached import Servers
from tests.closed_port import closed_port
from tests.lifecycle import CheckFailed, Failed, Lifecycle
from tests.provider.weather.proxy import ANYWHERE, Fault, proxied

HALF = 512 * 1024
WHOLE = 1024 * 1024


@pytest.fixture(scope="module")
def port(start_server: Callable[[str], dict[str, Any]]) -> int:
    """Of the one that takes 1 MiB."""
    return int(start_server("memcached")["port"])


@pytest.fixture(scope="module")
def second(start_server: Callable[[str], dict[str, Any]]) -> int:
    """Of the one that takes 512 KiB."""
    return int(start_server("memcached-second")["port"])


@contextmanager
def life_on(*ports: int, **changes: Any) -> Iterator[Lifecycle]:
    """A provider for these servers."""
    servers = ",".join(f"127.0.0.1:{port}" for port in ports)
    configuration = {"endpoint": f"memcached://{servers}", "timeout": 2} | changes
    with closing(Lifecycle(Servers, configuration)) as life:
        yield life


def test_they_are_asked_and_nothing_is_made(port: int, second: int) -> None:
    """Versions are told, the warning says what memcached is not; delete asks nobody."""
    with life_on(port, second) as life:
        made = life.create({"name": "cache", "largestItem": HALF})
        assert made.state["versions"].keys() == {f"127.0.0.1:{port}", f"127.0.0.1:{second}"}
        assert all(version.startswith("1.6") for version in made.state["versions"].values())
        assert len(life.warnings) == 1
        assert "a result is lost when its server restarts" in life.warnings[0]
        assert "neither users nor TLS" in life.warnings[0]
        made = life.update(made, {"name": "cache", "largestItem": 1000})
        assert life.drift(made, {"name": "cache", "largestItem": 1000}) == {}
    with life_on(closed_port()) as gone:
        gone.delete(made)


def test_items_that_are_too_small_are_refused_by_server(port: int, second: int) -> None:
    """The sentence names the server, what it takes, and the option."""
    with life_on(port, second) as life, pytest.raises(Failed) as failed:
        life.create({})
    assert failed.value.sentence == (
        f"memcached at 127.0.0.1:{second} takes items of {HALF} bytes, and {WHOLE} bytes are "
        f"wanted: start it with -I {WHOLE}, or write less (largestItem, in a stack file "
        f"maxItemSize in the server's entry)"
    )


def test_a_server_that_takes_less_since_shows_as_drift(port: int, second: int) -> None:
    """A refresh names it, an update is refused."""
    with life_on(port) as life:
        made = life.create({})
    with life_on(second) as smaller:
        assert smaller.drift(made, {}) == {"largestItem": "UPDATE"}
        found = smaller.refresh(made)
        assert found is not None
        with pytest.raises(Failed, match="takes items of 524288 bytes"):
            smaller.update(found, {})


def test_it_cannot_be_imported_and_a_preview_asks_nobody() -> None:
    """There is nothing to import."""
    with life_on(closed_port()) as life:
        assert life.preview({})["largestItem"] == WHOLE
        with pytest.raises(Failed, match="nothing is made on memcached"):
            life.import_("cache")
        with pytest.raises(CheckFailed):
            life.check({"largestItem": 0})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"endpoint": "redis://h:1"}, "write it as memcached://host:11211"),
        ({"endpoint": "memcached://h:1/0"}, "write it as memcached://host:11211"),
        ({"username": "u"}, "memcached is used without users"),
        ({"endpoint": "memcached://nowhere.invalid"}, "its name is not known: look at the host"),
    ],
)
def test_what_memcached_has_not(changes: dict[str, Any], said: str) -> None:
    """A sentence each."""
    with life_on(1, **changes) as life, pytest.raises(Failed) as failed:
        life.create({})
    assert said in failed.value.sentence


def test_an_endpoint_with_a_port_that_is_none() -> None:
    """In the second server as well."""
    (endpoint,) = (p for p in PROPERTIES if p.key == "endpoint")
    assert endpoint.problem("memcached://a:1,b:2") is None
    assert "is not a URL" in (endpoint.problem("memcached://a:1,b:x") or "")


def test_one_of_two_that_is_gone(port: int) -> None:
    """It is named; one that comes late is waited for."""
    closed = closed_port()
    with life_on(port, closed, timeout=1) as life, pytest.raises(Failed) as failed:
        life.create({})
    assert failed.value.sentence == (
        f"the memcached server at 127.0.0.1:{closed} cannot be used: nothing listens there: is it "
        f"running, and is the port in `endpoint` right?"
    )
    with proxied(("127.0.0.1", port)) as line, life_on(line.port) as life:
        line.refuse(0.5)
        life.create({})


@pytest.mark.parametrize("fault", ANYWHERE, ids=str)
@pytest.mark.parametrize("times", [1, math.inf])
def test_bad_weather(port: int, fault: Fault, times: float) -> None:
    """Each operation ends in time, with a sentence; what hurts once is mended by trying again."""
    with proxied(("127.0.0.1", port)) as line, life_on(line.port, timeout=1.5) as life:
        made = life.create({})
        for act in (life.refresh, lambda made: life.update(made, {"largestItem": 5})):
            line.arm(fault, times=times)
            began = time.monotonic()
            try:
                act(made)
            except Failed as failed:
                said = failed.sentence
                silent = fault.name in ("half-open", "executed, no answer", "dribbling")
                assert times == math.inf or silent, said
                assert "memcached server at 127.0.0.1" in said
                assert "`endpoint`" in said
                assert said.isprintable()
                assert "bug" not in said
            else:
                assert times == 1 or fault.passes
            assert time.monotonic() - began < 6
            line.clear()


@contextmanager
def stranger(answer: bytes) -> Iterator[int]:
    """Something else that listens: it says this to whatever it is told."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                client.recv(100)
                client.sendall(answer)
                client.close()

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak as memcached does"),
        (b"", "it closed the connection"),
        (b"CLIENT_ERROR unauthenticated\r\n", "wants a login, which Celery cannot give"),
    ],
)
def test_strangers(answer: bytes, said: str) -> None:
    """What is no memcached, and a memcached that wants a login (`-Y`)."""
    with stranger(answer) as there, life_on(there) as life, pytest.raises(Failed) as failed:
        life.create({})
    assert said in failed.value.sentence
    assert "`endpoint`" in failed.value.sentence


def test_a_result_that_is_larger_than_an_item(port: int) -> None:
    """Celery 5.7 hears of it: it is an error of the task, and nothing is there."""
    app = Celery("t", backend=memcached_url([("127.0.0.1", port)]), set_as_current=False)
    app.conf.update(memcached_settings(prefix="large:", expires=60))
    app.backend.store_result("fits", "x" * (WHOLE - 2000), "SUCCESS")
    assert app.AsyncResult("fits").state == "SUCCESS"
    with pytest.raises(MemcacheServerError, match="too large"):
        app.backend.store_result("too-large", "x" * WHOLE, "SUCCESS")
    assert app.AsyncResult("too-large").state == "PENDING"
