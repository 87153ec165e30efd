"""What an app with results in MySQL is made of, and what it hands out."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from tests.unit.components.world import run

from celeriac import CeleryApp, MySQLResults, MySQLServer, RedisBroker, RedisServer


def _program(**more: Any) -> dict[str, pulumi.Output[Any]]:
    connection: dict[str, Any] = {"username": "deployer", "password": "p"} | more
    server = MySQLServer("results", host="db.example.com", **connection)
    cache = RedisServer("cache", host="cache.example.com")
    app = CeleryApp(
        "orders",
        broker=RedisBroker("orders", server=cache, longest_task=60),
        result_backend=MySQLResults("orders", server=server, expires=60),
    )
    return app.outputs()


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])
def test_a_database_its_tables_and_a_user_of_rows(preview: bool) -> None:
    """The user must use TLS, and may read and write rows of Celery's tables."""
    world, outputs = run(lambda: _program(ca_path="/ca.pem"), preview=preview)
    assert world.one("mysql:Database", "orders-database")["name"] == "orders"
    assert world.one("mysql:ResultTables", "orders-tables")["database"] == "orders"
    user = world.one("mysql:User", "orders-user")
    assert user["requireTls"] is True
    rows = ["SELECT", "INSERT", "UPDATE", "DELETE"]
    if not preview:
        assert user["privileges"] == {
            "orders.celery_taskmeta": rows,
            "orders.celery_tasksetmeta": rows,
        }
    url, secret = outputs["result_backend"]
    assert secret
    if not preview:
        assert url == (
            "db+mysql+pymysql://orders:orders-user-password@db.example.com:3306/orders"
            "?charset=utf8mb4&ssl_ca=%2Fca.pem&ssl_check_hostname=true"
        )
    assert world.registered["pulumi:providers:celeriac::results"]["endpoint"] == (
        "mysql://db.example.com:3306?ssl-mode=VERIFY_IDENTITY"
    )


def test_without_tls_nothing_is_verified_and_nothing_required() -> None:
    """`tls: off` is written, so it is meant."""
    world, outputs = run(lambda: _program(tls=False))
    assert world.one("mysql:User", "orders-user")["requireTls"] is False
    assert outputs["result_backend"][0].endswith("/orders?charset=utf8mb4")


def test_tls_needs_the_path_of_a_ca() -> None:
    """PyMySQL would encrypt, and verify nothing."""
    with pytest.raises(ValueError, match="results needs ca_path: PyMySQL verifies"):
        run(_program)
