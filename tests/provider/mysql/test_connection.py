"""What a user reads when the server cannot be used, and how connections are kept."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from celeriac_provider.mysql import Database, User
from tests.closed_port import closed_port
from tests.lifecycle import Failed
from tests.provider.mysql.conftest import Start
from tests.provider.mysql.server import Server

_LATE = 6.0
"""Seconds: the timeout is one, and machines are busy."""


def _sentence(start: Start, **changes: Any) -> str:
    life = start(User, timeout=1, **changes)
    began = time.monotonic()
    with pytest.raises(Failed) as failed:
        life.create({"name": "never"})
    assert time.monotonic() - began < _LATE
    assert "hunter2" not in failed.value.sentence
    assert failed.value.code.name != "INTERNAL"
    assert failed.value.sentence.isprintable()
    return failed.value.sentence


@contextlib.contextmanager
def _stranger(greeting: bytes, *, stays: bool) -> Iterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    held: list[socket.socket] = []

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                client.sendall(greeting)
                if stays:
                    held.append(client)
                else:
                    client.close()

    threading.Thread(target=accept, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()
    for client in held:
        client.close()


@contextlib.contextmanager
def _forwarded(address: str, port: int) -> Iterator[int]:
    """The server, under another address."""
    listener = socket.create_server((address, 0))

    def pump(one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        with contextlib.suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                behind = socket.create_connection(("127.0.0.1", port))
                for pair in ((client, behind), (behind, client)):
                    threading.Thread(target=pump, args=pair, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


@pytest.mark.parametrize("login", [{"password": "hunter2"}, {"username": "nobody"}])
def test_wrong_login(start: Start, login: dict[str, str]) -> None:
    """Names the settings, not the password."""
    assert "look at `username` and `password`" in _sentence(start, **login)


def test_closed_port(start: Start) -> None:
    """Says where nothing listens."""
    port = closed_port()
    sentence = _sentence(start, endpoint=f"mysql://localhost:{port}")
    assert f"localhost:{port}" in sentence
    assert "nothing listens there" in sentence


def test_unknown_host(start: Start) -> None:
    """Says that the name is not known."""
    said = _sentence(start, endpoint="mysql://nowhere.invalid:3306")
    assert "look at the host in `endpoint`" in said


def test_a_certificate_of_another_host(server: Server, start: Start) -> None:
    """The server answers under an address that its certificate does not have."""
    with _forwarded("127.0.0.2", server.entry["port"]) as port:
        said = _sentence(start, endpoint=f"mysql://127.0.0.2:{port}")
    assert "its certificate is for another host" in said


def test_an_expired_certificate(server: Server, start: Start) -> None:
    """A greeting as MySQL's, and then a certificate that has expired."""
    certificate = Path(server.ca).with_name("expired.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            with contextlib.suppress(OSError):
                while True:
                    client, _ = listener.accept()
                    client.sendall(_greeting(tls=True))
                    client.recv(36)  # that it wants TLS
                    with contextlib.suppress(ssl.SSLError):
                        context.wrap_socket(client, server_side=True)

        threading.Thread(target=answer, daemon=True).start()
        said = _sentence(start, endpoint=f"mysql://localhost:{listener.getsockname()[1]}")
    assert "its certificate has expired" in said


def _greeting(*, tls: bool) -> bytes:
    """MySQL's first words: protocol 10, a version, and what it can."""
    body = (
        b"\x0a8.4.0\0" + b"\1\0\0\0" + b"12345678\0" + (b"\x01\x8a" if tls else b"\x01\x82")
        + b"\xff" + b"\2\0\x08\x00" + b"\x15" + b"\0" * 10 + b"123456789012\0"
        + b"mysql_native_password\0"
    )  # fmt: skip
    return len(body).to_bytes(3, "little") + b"\0" + body


def test_unknown_authority(start: Start) -> None:
    """Without our authority the system's are asked, which do not know the server."""
    assert "give the authority as `ca` or `caFile`" in _sentence(start, caFile=None)


def test_authority_as_text(server: Server, start: Start) -> None:
    """The authority can be given as PEM."""
    life = start(User, caFile=None, ca=Path(server.ca).read_text())
    assert life.import_("nobody_has_this_name") is None


def test_no_tls(server: Server, start: Start) -> None:
    """The endpoint can ask for no TLS."""
    endpoint = f"mysql://localhost:{server.entry['port']}?ssl-mode=DISABLED"
    assert start(User, endpoint=endpoint, caFile=None).import_("nobody_has_this_name") is None


@pytest.mark.parametrize(
    ("endpoint", "says"),
    [
        ("http://localhost:3306", "is not a MySQL URL: write it as mysql://host:3306"),
        ("mysql://localhost:3306/mysql", "is not a MySQL URL"),
        ("mysql://localhost:3306?ssl=on", "it can have ssl-mode=VERIFY_IDENTITY"),
        ("mysql://localhost:3306?ssl-mode=PREFERRED", "it can have ssl-mode=VERIFY_IDENTITY"),
    ],
)
def test_bad_endpoints(start: Start, endpoint: str, says: str) -> None:
    """Another scheme, a database, and a query that means nothing to us."""
    assert says in _sentence(start, endpoint=endpoint)


@pytest.mark.parametrize("mode", ["DISABLED", "VERIFY_IDENTITY"])
@pytest.mark.parametrize(
    ("greeting", "stays", "says"),
    [
        (b"", True, "it did not answer in time"),
        (b"", False, "does not speak as MySQL does: look at host and port"),
        (b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", True, "`endpoint`"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", False, "`endpoint`"),
    ],
    ids=["silence", "closes at once", "SSH", "HTTP"],
)
def test_strangers(start: Start, mode: str, greeting: bytes, stays: bool, says: str) -> None:
    """What answers there is no MySQL."""
    with _stranger(greeting, stays=stays) as port:
        endpoint = f"mysql://localhost:{port}?ssl-mode={mode}"
        assert says in _sentence(start, endpoint=endpoint)


def test_a_server_without_tls_is_not_logged_in_to(start: Start) -> None:
    """Who stands before it and takes TLS out of its greeting learns nothing."""
    with _stranger(_greeting(tls=False), stays=True) as port:
        said = _sentence(start, endpoint=f"mysql://localhost:{port}")
    assert "it offers no TLS, and the connection must be verified" in said


def test_an_administrator_without_rights(server: Server, start: Start, unique: str) -> None:
    """Whose right lacks is named."""
    server.run(f"CREATE USER '{unique}'@'%' IDENTIFIED BY 'hunter2'")
    assert "look at the rights of `username`" in _sentence(
        start, username=unique, password="hunter2"
    )


def test_lost_connections_are_replaced(server: Server, start: Start, unique: str) -> None:
    """A server that ended our sessions is connected to again."""
    databases = start(Database)
    database = databases.create({"name": unique})
    client: Any = next(iter(databases.provider._clients._made.values()))
    connections = client._connections
    for _, connection in connections._idle:
        server.run(f"KILL {connection.thread_id()}")
    connections._idle = [(since - 60, c) for since, c in connections._idle]
    assert databases.exists(database)


def test_few_connections_serve_many(start: Start, unique: str) -> None:
    """Forty users at once take at most eight connections, and close gives them all back."""
    users = start(User)
    with ThreadPoolExecutor(40) as threads:
        made = list(
            threads.map(
                lambda n: users.create({"name": f"{unique}_{n}"}, name=str(n), settled=False),
                range(40),
            )
        )
    client: Any = next(iter(users.provider._clients._made.values()))
    assert 1 <= len(client._connections._idle) <= 8
    for user in made:
        users.delete(user)
    users.close()
    assert client._connections._idle == []
