"""Results in MongoDB: the URL that Celery's backend and pymongo read, settings, names, the pair."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from celery.backends.mongodb import MongoBackend
from hypothesis import given, settings
from hypothesis import strategies as st

from celeriac.contract import (
    Tls,
    Uses,
    mongodb_database_problem,
    mongodb_settings,
    mongodb_url,
    mongodb_user_problem,
    pairing_problems,
    to_json,
)

HOSTS = st.sampled_from(["localhost", "mongo-1.example.org", "10.0.0.7"])
SERVERS = st.lists(st.tuples(HOSTS, st.integers(1, 65535)), min_size=1, max_size=3, unique=True)
TEXT = st.text(
    st.one_of(
        st.sampled_from("/:@?#%&+=;[] é€"), st.characters(codec="utf-8", exclude_characters="\0")
    ),
    min_size=1,
    max_size=30,
)
NAMES = st.from_regex(r"[a-z0-9_-]{1,63}", fullmatch=True)


def backend(url: str, expires: int | None = 60) -> MongoBackend:
    """Celery's, as an app gets it; nothing is connected."""
    app = Celery("t", backend=url, set_as_current=False)
    app.conf.update(json.loads(to_json(mongodb_settings(expires=expires))))
    found = app.backend
    assert isinstance(found, MongoBackend)
    return found


@settings(deadline=None)  # Celery makes an app each time, on a machine that others use
@given(servers=SERVERS, user=TEXT, password=TEXT, database=NAMES, replica_set=st.none() | NAMES)
def test_celery_reads_the_url_back(
    servers: list[tuple[str, int]],
    user: str,
    password: str,
    database: str,
    replica_set: str | None,
) -> None:
    """Members, login, database and replica set."""
    url = mongodb_url(
        servers=servers,
        user=user,
        password=password,
        database=database,
        replica_set=replica_set,
        tls=None,
    )
    found = backend(url)
    assert found.mongo_host == [f"{host}:{port}" for host, port in servers]
    assert (found.user, found.password, found.database_name) == (user, password, database)
    options = {key.lower(): value for key, value in found.options.items()}
    assert options.get("replicaset") == replica_set
    assert options["authsource"] == database
    assert options["authmechanism"] == "SCRAM-SHA-256"
    assert options["sockettimeoutms"] in (30_000, 30.0)


@pytest.mark.parametrize("name", [None, "our ca & key.pem"])
def test_tls_verifies_certificate_and_host(name: str | None, tmp_path: Path) -> None:
    """Nothing that turns a check off; the CA's path as the app's host has it."""
    path = None
    if name is not None:
        path = str(tmp_path / name)
        Path(path).touch()
    url = mongodb_url(
        servers=[("h", 1)], user="u", password="p", database="d", tls=Tls(ca_path=path)
    )
    options = {key.lower(): value for key, value in backend(url).options.items()}
    assert options["tls"] is True
    assert options.get("tlscafile") == path
    assert not {"tlsinsecure", "tlsallowinvalidcertificates"} & options.keys()


@pytest.mark.parametrize("expires", [3600, None])
def test_expiry(expires: int | None) -> None:
    """As the index has it."""
    url = mongodb_url(servers=[("h", 1)], user="u", password="p", database="d")
    assert backend(url, expires).expires == expires


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("orders-2_x", None),
        ("Orders", "small letters"),
        ("or.ders", "small letters"),
        ("admin", "MongoDB's own"),
        ("x" * 64, "longer than 63 bytes"),
    ],
)
def test_databases(name: str, problem: str | None) -> None:
    """What MongoDB takes, also beside another in capitals."""
    found = mongodb_database_problem(name)
    assert (found is None) if problem is None else problem in str(found)


@pytest.mark.parametrize(
    ("name", "good"), [("Orders.2", True), ("örders", False), ("x" * 64, False)]
)
def test_users(name: str, good: bool) -> None:
    """ASCII, which nobody prepares."""
    assert (mongodb_user_problem(name) is None) is good


@pytest.mark.parametrize("broker", ["rabbitmq", "redis", "sqs"])
@pytest.mark.parametrize("backend_kind", ["mongodb", "elasticsearch"])
def test_every_broker_goes_with_it(broker: Any, backend_kind: Any) -> None:
    """Chords are polled; nothing needs beat."""
    uses = Uses(chords=True, shared_results=True, beat=False)
    assert pairing_problems(broker=broker, backend=backend_kind, expires=60, uses=uses) == []
