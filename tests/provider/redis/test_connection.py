"""What a user reads when the server cannot be used."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from celeriac_provider.redis import AclUser
from tests.closed_port import closed_port
from tests.lifecycle import Failed
from tests.provider.redis.conftest import Server, Start


def _sentence(start: Start, **changes: Any) -> str:
    with pytest.raises(Failed) as failed:
        start(AclUser, **({"timeout": 1} | changes)).create({"name": "never"})
    assert "hunter2" not in failed.value.sentence
    assert failed.value.code.name != "INTERNAL"
    return failed.value.sentence


def test_wrong_password(start: Start) -> None:
    """Names the settings, not the password."""
    assert "look at `username` and `password`" in _sentence(start, password="hunter2")


def test_closed_port(start: Start) -> None:
    """Says where nothing listens."""
    port = closed_port()
    sentence = _sentence(start, endpoint=f"redis://127.0.0.1:{port}")
    assert f"127.0.0.1:{port}" in sentence
    assert "nothing listens there" in sentence


def test_unknown_host(start: Start) -> None:
    """Says that the name is not known."""
    assert "look at the host" in _sentence(start, endpoint="redis://nowhere.invalid:6379")


def test_tls(servers: dict[str, Any], start: Start) -> None:
    """Over TLS, with the authority as a file and as text."""
    endpoint = f"rediss://localhost:{servers['redis']['tls_port']}/0"
    assert start(AclUser, endpoint=endpoint, caFile=servers["ca"]).import_("nobody") is None
    with open(servers["ca"], encoding="utf-8") as file:  # noqa: PTH123
        assert start(AclUser, endpoint=endpoint, ca=file.read()).import_("nobody") is None
    assert "give the authority as `ca` or `caFile`" in _sentence(start, endpoint=endpoint)


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
    port = servers["tls"][listener]["redis_tls_port"]
    endpoint = f"rediss://localhost:{port}"
    assert reason in _sentence(start, endpoint=endpoint, caFile=servers["ca"])


def test_tls_where_there_is_none_and_none_where_there_is(
    servers: dict[str, Any], start: Start
) -> None:
    """The wrong scheme for the port is named."""
    entry = servers["redis"]
    plain = f"rediss://localhost:{entry['port']}"
    assert "a port without TLS is silent to `rediss://`" in _sentence(
        start, endpoint=plain, caFile=servers["ca"], timeout=3
    )
    tls = f"redis://localhost:{entry['tls_port']}"
    assert "a port with TLS needs `rediss://`" in _sentence(start, endpoint=tls, timeout=3)


def test_bad_endpoints(start: Start) -> None:
    """Another scheme, a database that is no number."""
    assert "is not a Redis URL" in _sentence(start, endpoint="http://localhost:6379")
    assert "is not a Redis URL" in _sentence(start, endpoint="redis://localhost:6379/a")


def test_few_connections_serve_many(server: Server, start: Start, unique: str) -> None:
    """Forty users at once take at most eight connections, and close gives them all back."""
    users = start(AclUser)
    with ThreadPoolExecutor(40) as threads:
        made = list(
            threads.map(
                lambda n: users.create({"name": f"{unique}_{n}"}, name=str(n), settled=False),
                range(40),
            )
        )
    ours = [c for c in server.login().client_list() if c["name"] == "celeriac"]
    assert len(ours) >= 1
    client: Any = next(iter(users.provider._clients._made.values()))
    pool: Any = next(iter(client._clients.values())).connection_pool
    assert len(pool._connections) <= 8
    for user in made:
        users.delete(user)
    users.close()
