"""What is computed of a password is what the server computes of it."""

from __future__ import annotations

import secrets
import string
from typing import Any

import pytest

from celeriac_provider.mysql import User, passwords
from celeriac_provider.mysql.client import MySql
from tests.provider.mysql.conftest import Start
from tests.provider.mysql.server import Server


@pytest.mark.parametrize("length", [1, 15, 16, 32, 33, 64, 100])
def test_a_password_of_any_length_opens(
    server: Server, start: Start, unique: str, length: int
) -> None:
    """A login with it, over TLS as apps do; and the hash that the server makes is known again."""
    letters = string.printable.strip()
    password = "".join(secrets.choice(letters) for _ in range(length))
    life = start(User)
    made = life.create({"name": unique, "password": password})
    server.login(unique, password, ssl_ca=server.ca, ssl_verify_cert=True).close()
    server.run("ALTER USER %s@'%%' IDENTIFIED BY %s", unique, password)
    found = life.refresh(made)
    assert found is not None
    assert found.state["password"] == password
    server.run("ALTER USER %s@'%%' IDENTIFIED BY %s", unique, password + "x")
    found = life.refresh(made)
    assert found is not None
    assert "password" not in found.state


def test_no_password_is_sent_in_clear(server: Server, start: Start, unique: str) -> None:
    """In all statements there is its hash."""
    life = start(User)
    connections = life.provider._clients.get(MySql)._connections
    connect = connections._connect
    sent: list[str] = []

    def watched() -> Any:
        connection = connect()
        query = connection.query

        def told(statement: Any, *more: Any) -> Any:
            sent.append(str(statement))
            return query(statement, *more)

        connection.query = told  # type: ignore[method-assign,assignment]
        return connection

    connections._connect = watched
    made = life.create({"name": unique, "password": "canary-in-a-mine"})
    life.update(made, {"name": unique, "password": "canary-in-another"})
    life.delete(made)
    assert any("CREATE USER" in statement for statement in sent)
    assert [statement for statement in sent if "canary" in statement] == []


def test_a_known_answer() -> None:
    """Of SHA-crypt's own specification, and of MySQL's documentation."""
    assert passwords._sha256_crypt(b"Hello world!", b"saltstring", 5000) == (
        "5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5"
    )
    assert passwords.native("password") == "*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19"
