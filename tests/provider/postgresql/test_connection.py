"""What a user reads when the server cannot be used, and how connections are kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from celeriac_provider.postgresql import Role
from tests.closed_port import closed_port
from tests.lifecycle import Failed
from tests.provider.postgresql.conftest import Server, Start


def _sentence(start: Start, **changes: Any) -> str:
    with pytest.raises(Failed) as failed:
        start(Role, timeout=4, **changes).create({"name": "never"})
    assert "hunter2" not in failed.value.sentence
    assert failed.value.code.name != "INTERNAL"
    return failed.value.sentence


def test_wrong_password(start: Start) -> None:
    """Names the settings, not the password."""
    assert "look at `username` and `password`" in _sentence(start, password="hunter2")


def test_closed_port(start: Start) -> None:
    """Says where nothing listens."""
    port = closed_port()
    sentence = _sentence(start, endpoint=f"postgresql://localhost:{port}/postgres")
    assert f"localhost:{port}" in sentence
    assert "nothing listens there" in sentence


def test_unknown_host(start: Start) -> None:
    """Says that the name is not known."""
    sentence = _sentence(start, endpoint="postgresql://nowhere.invalid:5432/postgres")
    assert "look at the host in `endpoint`" in sentence


@pytest.mark.parametrize(
    ("listener", "reason"),
    [
        ("wrong_host", "its certificate is for another host"),
        ("expired", "its certificate has expired"),
    ],
)
def test_bad_certificates(
    servers: dict[str, Any], start: Start, listener: str, reason: str
) -> None:
    """A certificate for another host, and one that has expired, are told apart."""
    port = servers["tls"][listener]["postgresql_port"]
    assert reason in _sentence(start, endpoint=f"postgresql://localhost:{port}/postgres")


def test_unknown_authority(start: Start) -> None:
    """Without our authority the system's are asked, which do not know the server."""
    assert "give the authority as `ca` or `caFile`" in _sentence(start, caFile=None)


def test_authority_as_text(server: Server, start: Start) -> None:
    """The authority can be given as PEM."""
    with open(server.ca, encoding="utf-8") as file:  # noqa: PTH123
        life = start(Role, caFile=None, ca=file.read())
    assert life.import_("nobody_has_this_name") is None


def test_no_tls(server: Server, start: Start) -> None:
    """The endpoint can ask for no TLS."""
    endpoint = f"postgresql://localhost:{server.entry['port']}/postgres?sslmode=disable"
    assert start(Role, endpoint=endpoint, caFile=None).import_("nobody_has_this_name") is None


def test_bad_endpoints(start: Start) -> None:
    """Another scheme, and a query that means nothing to us."""
    assert "is not a PostgreSQL URL" in _sentence(start, endpoint="http://localhost:5432")
    assert "query has ssl: it can have" in _sentence(start, endpoint="postgresql://h/d?ssl=on")


def test_lost_connections_are_replaced(server: Server, start: Start, unique: str) -> None:
    """A server that ended our sessions is connected to again."""
    roles = start(Role)
    role = roles.create({"name": unique})
    client: Any = next(iter(roles.provider._clients._made.values()))
    connections = client._connections
    with server.login() as other:
        for _, _, connection in connections._idle:
            other.execute("SELECT pg_terminate_backend(%s)", [connection.info.backend_pid])
    connections._idle = [(name, since - 60, c) for name, since, c in connections._idle]
    assert roles.exists(role)


def test_few_connections_serve_many(server: Server, start: Start, unique: str) -> None:
    """Forty roles at once take at most eight connections, and close gives them all back."""
    roles = start(Role)
    with ThreadPoolExecutor(40) as threads:
        made = list(
            threads.map(
                lambda n: roles.create(
                    {"name": f"{unique}_{n}", "login": False}, name=str(n), settled=False
                ),
                range(40),
            )
        )
    client: Any = next(iter(roles.provider._clients._made.values()))
    assert 1 <= len(client._connections._idle) <= 8
    for role in made:
        roles.delete(role)
    roles.close()
    assert client._connections._idle == []
