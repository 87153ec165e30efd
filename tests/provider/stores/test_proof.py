"""The proof over servers that keep results only: it passes, and it says what is wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from celeriac.contract import (
    Tls,
    elasticsearch_settings,
    elasticsearch_url,
    memcached_settings,
    memcached_url,
    mongodb_settings,
    mongodb_url,
)
from celeriac_provider.celery import RoundTrip
from tests.closed_port import closed_port
from tests.lifecycle import Failed, Lifecycle
from tests.provider.celery import made
from tests.provider.celery.made import MadeApp
from tests.provider.stores.tls_front import tls_front
from tests.standins.mongodb.users import ADMINISTRATOR, PASSWORD, StandIn, standing_in

Start = Callable[[str], dict[str, Any]]
TLS = Path(__file__).resolve().parents[3] / ".local" / "servers" / "test" / "tls"
CANARY = "canary/pass%word"


@pytest.fixture(scope="module")
def app(start_server: Start) -> Iterator[MadeApp]:
    """An app on RabbitMQ; its results are elsewhere each time."""
    with made.on_rabbitmq({"rabbitmq": start_server("rabbitmq")}) as (found, _):
        yield found


@pytest.fixture(scope="module")
def mongo(start_server: Start) -> Iterator[StandIn]:
    """With an app's user."""
    entry = start_server("mongo-java")
    with standing_in((entry["host"], entry["port"])) as found:
        client: MongoClient[dict[str, Any]] = MongoClient(
            "127.0.0.1",
            found.port,
            username=ADMINISTRATOR,
            password=PASSWORD,
            authMechanism="SCRAM-SHA-256",
        )
        for database in ("proof", "other"):
            roles = [{"role": "readWrite", "db": "proof"}]
            client[database].command("createUser", "app", pwd=CANARY, roles=roles)
        client.close()
        yield found


def in_memcached(port: int) -> tuple[str, dict[str, Any]]:
    """URL and settings."""
    return memcached_url([("127.0.0.1", port)]), memcached_settings(prefix="proof:", expires=60)


def in_mongodb(port: int, **more: Any) -> tuple[str, dict[str, Any]]:
    """URL and settings."""
    login = {"user": "app", "password": CANARY, "database": "proof"} | more
    return mongodb_url(servers=[("localhost", port)], **login), mongodb_settings(expires=60)


def in_elasticsearch(port: int, **more: Any) -> tuple[str, dict[str, Any]]:
    """URL and settings."""
    url = elasticsearch_url(host="127.0.0.1", port=port, index="proof", tls=False, **more)
    return url, elasticsearch_settings(expires=60)


def prove(app: MadeApp, results: tuple[str, dict[str, Any]], **more: Any) -> Failed | None:
    """One proof; what was said where it failed, in time and without a password."""
    url, settings = results
    inputs = app.changed(result_backend=url, settings={**app.settings, **settings}).inputs(**more)
    began, found = time.monotonic(), None
    with closing(Lifecycle(RoundTrip)) as proofs:
        try:
            proofs.create(inputs)
        except Failed as failed:
            found = failed
    if found is not None:
        assert time.monotonic() - began < 30
        assert found.code.name != "INTERNAL", found.sentence
        assert "failed at its result backend" in found.sentence
        assert "canary" not in found.sentence
        assert "\n" not in found.sentence
    return found


def test_it_passes_over_each(app: MadeApp, mongo: StandIn, start_server: Start) -> None:
    """A task and its result; over MongoDB also with TLS, by the CA that the proof is given."""
    assert prove(app, in_memcached(start_server("memcached")["port"])) is None
    assert prove(app, in_elasticsearch(start_server("elasticsearch")["port"])) is None
    assert prove(app, in_mongodb(mongo.port)) is None
    ca = (TLS / "ca.pem").read_text()
    with tls_front(("127.0.0.1", mongo.port), TLS / "server.pem") as port:
        encrypted = in_mongodb(port, tls=Tls(ca_path="/etc/ssl/of-another-host.pem"))
        assert prove(app, encrypted, ca=ca) is None


@pytest.mark.parametrize("kind", [in_memcached, in_mongodb, in_elasticsearch])
def test_unreachable(app: MadeApp, kind: Callable[[int], tuple[str, dict[str, Any]]]) -> None:
    """It names the address and the ways."""
    port = closed_port()
    failed = prove(app, kind(port))
    assert failed is not None
    assert str(port) in failed.sentence
    assert "proof: off" in failed.sentence


def test_a_login_that_is_refused(app: MadeApp, mongo: StandIn) -> None:
    """The user's password is another one."""
    failed = prove(app, in_mongodb(mongo.port, password="canary-wrong"))
    assert failed is not None
    assert "has another password" in failed.sentence


def test_rights_that_are_missing(app: MadeApp, mongo: StandIn) -> None:
    """A user of another database."""
    failed = prove(app, in_mongodb(mongo.port, database="other"))
    assert failed is not None
    assert "not authorized on other" in failed.sentence
    assert "give the app's user this right" in failed.sentence


def test_a_certificate_of_another_host(app: MadeApp, mongo: StandIn) -> None:
    """Refused, and said."""
    with tls_front(("127.0.0.1", mongo.port), TLS / "wrong-host.pem") as port:
        encrypted = in_mongodb(port, tls=Tls(ca_path="/etc/ssl/of-another-host.pem"))
        failed = prove(app, encrypted, ca=(TLS / "ca.pem").read_text())
    assert failed is not None
    assert "certificate is for another host" in failed.sentence
