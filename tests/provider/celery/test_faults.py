"""Every way in which a round trip can fail has its sentence, without a credential in it."""

from __future__ import annotations

import dataclasses
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

import grpc
import pytest
from tests.lifecycle import Failed, Lifecycle
from tests.provider.celery import made
from tests.provider.celery.made import Database, MadeApp, Rabbit

from celeriac_provider.celery import RoundTrip

UNREACHABLE = grpc.StatusCode.UNAVAILABLE
REFUSED = grpc.StatusCode.FAILED_PRECONDITION

Broken = tuple[MadeApp, Rabbit, Database]


@pytest.fixture(scope="module")
def life() -> Iterator[Lifecycle]:
    """A provider with the proof."""
    found = Lifecycle(RoundTrip)
    yield found
    found.close()


@pytest.fixture(scope="module")
def whole(servers: Mapping[str, Any]) -> Iterator[Broken]:
    """An app on RabbitMQ and PostgreSQL that works, for tests that break its inputs only."""
    with made.on_rabbitmq(servers) as (app, rabbit), made.with_database(servers, app) as both:
        yield both[0], rabbit, both[1]


@pytest.fixture
def broken(servers: Mapping[str, Any]) -> Iterator[Broken]:
    """The same, for tests that break the servers' side."""
    with made.on_rabbitmq(servers) as (app, rabbit), made.with_database(servers, app) as both:
        yield both[0], rabbit, both[1]


def proof_of(life: Lifecycle, app: MadeApp, **others: Any) -> Failed:
    """The failure of a proof; in time, and without a credential."""
    started = time.monotonic()
    with pytest.raises(Failed) as failed:
        life.create(app.inputs(**others))
    assert time.monotonic() - started < 40
    sentence = failed.value.sentence
    for form in ("canary", app.password, made.quoted(app.password)):
        assert form not in sentence
    assert "\n" not in sentence
    return failed.value


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.mark.parametrize("which", ["broker", "result backend"])
def test_unreachable_names_the_ways(life: Lifecycle, whole: Broken, which: str) -> None:
    """A closed port is a failure that says how the server can be reached, or the proof left out."""
    app, rabbit, database = whole
    port = free_port()
    if which == "broker":
        app = app.changed(
            broker_url=app.broker_url.replace(str(rabbit.server["amqp_port"]), str(port))
        )
    else:
        app = app.changed(result_backend=database.url(port=port))
    failed = proof_of(life, app)
    assert failed.code == UNREACHABLE
    assert f"failed at its {which}: 127.0.0.1:{port}" in failed.sentence
    for way in ("inside its network", "`via:`", "`proof: off`"):
        assert way in failed.sentence


def test_a_server_that_says_nothing(life: Lifecycle, whole: Broken) -> None:
    """A port that accepts and is silent ends within the timeout."""
    app, rabbit, _ = whole
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        url = app.broker_url.replace(
            str(rabbit.server["amqp_port"]), str(listener.getsockname()[1])
        )
        failed = proof_of(life, app.changed(broker_url=url), timeout=5)
    assert failed.code == UNREACHABLE
    assert "timed out" in failed.sentence


def test_wrong_password(life: Lifecycle, whole: Broken) -> None:
    """Refused credentials are told from everything else, on both sides."""
    app, _, database = whole
    good = made.quoted(app.password)
    failed = proof_of(life, app.changed(broker_url=app.broker_url.replace(good, "canary-wrong")))
    assert failed.code == REFUSED
    assert "failed at its broker" in failed.sentence
    assert "has another password" in failed.sentence

    good = made.quoted(database.password)
    wrong = database.url().replace(good, "canary-wrong")
    failed = proof_of(life, app.changed(result_backend=wrong))
    assert failed.code == REFUSED
    assert "failed at its result backend" in failed.sentence
    assert f'password authentication failed for user "{database.name}"' in failed.sentence


def test_missing_vhost_and_database(life: Lifecycle, whole: Broken) -> None:
    """A vhost or database that is not there is named."""
    app, rabbit, database = whole
    url = app.broker_url.removesuffix(rabbit.name) + "nowhere"
    failed = proof_of(life, app.changed(broker_url=url))
    assert "vhost nowhere not found" in failed.sentence
    url = database.url().replace(f"/{database.name}?", "/nowhere?")
    failed = proof_of(life, app.changed(result_backend=url))
    assert 'database "nowhere" does not exist' in failed.sentence


def without(expression: str, name: str) -> str:
    """A right's expression that never matches one name."""
    return f"^(?!{name}$)({expression.removeprefix('^').removesuffix('$')})$"


@pytest.mark.parametrize(
    ("right", "name", "named"),
    [
        ("configure", ".*celeriac-proof", "configure access to exchange"),
        ("write", ".*celeriac-proof", "write access to"),
        ("read", ".*celeriac-proof", "read access to"),
        ("configure", "celeryev", "configure access to exchange 'celeryev'"),
        ("configure", "celery.pidbox", "configure access to exchange 'celery.pidbox'"),
        ("write", "reply.celery.pidbox", "reply.celery.pidbox"),
    ],
)
def test_missing_permission_on_rabbitmq(
    life: Lifecycle, broken: Broken, right: str, name: str, named: str
) -> None:
    """What the app's worker or client may not do is named with the object."""
    app, rabbit, _ = broken
    rights = made.worker_rights(app.name)
    rabbit.allow(dataclasses.replace(rights, **{right: without(getattr(rights, right), name)}))
    failed = proof_of(life, app)
    assert failed.code == REFUSED
    assert "failed at its broker" in failed.sentence
    assert named in failed.sentence


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("revoke select on celery_taskmeta from {role}", "permission denied for table celery_task"),
        ("revoke insert on celery_taskmeta from {role}", "permission denied for table celery_task"),
        (
            "revoke usage on sequence task_id_sequence from {role}",
            "permission denied for sequence task_id_sequence",
        ),
        ("drop table celery_taskmeta", "celery_taskmeta is not there: create Celery's tables"),
        ("alter table celery_taskmeta drop column date_done", "date_done"),
        ("alter role {role} nologin", "is not permitted to log in"),
    ],
)
def test_what_is_wrong_in_postgresql(life: Lifecycle, broken: Broken, sql: str, named: str) -> None:
    """Missing tables, columns and rights are named, and it is the result backend that failed."""
    app, _, database = broken
    database.run(sql.format(role=f'"{database.name}"'))
    failed = proof_of(life, app)
    assert failed.code == REFUSED
    assert "failed at its result backend" in failed.sentence
    assert named in failed.sentence


@pytest.mark.parametrize(
    ("rules", "named"),
    [
        (("-brpop",), "brpop"),
        (("-psubscribe",), "psubscribe"),
        (("-lpush",), "lpush"),
        (("resetchannels",), "channel"),
        (("resetkeys", "~nothing:*"), "no permissions"),
        (("off",), "password"),
        ((">another",), None),
    ],
)
def test_missing_permission_on_redis(
    life: Lifecycle, servers: Mapping[str, Any], rules: tuple[str, ...], named: str | None
) -> None:
    """A command, a key or a channel that the ACL user may not use is named."""
    with made.on_redis(servers) as (app, client):
        client.execute_command("ACL", "SETUSER", app.name, *rules)
        if named is None:
            life.create(app.inputs())  # a second password locks nobody out
            return
        failed = proof_of(life, app)
        assert failed.code == REFUSED
        assert named in failed.sentence.lower()


@pytest.mark.parametrize(
    ("where", "named"), [("wrong_host", "for another host"), ("expired", "has expired")]
)
class TestBadCertificates:
    """A certificate for another host and an expired one are told apart, on each system."""

    def test_of_rabbitmq(
        self, life: Lifecycle, servers: Mapping[str, Any], where: str, named: str
    ) -> None:
        """As the broker."""
        with made.on_rabbitmq(servers, tls=True) as (app, rabbit):
            port, to = rabbit.server["amqps_port"], servers["tls"][where]["amqps_port"]
            url = app.broker_url.replace(str(port), str(to))
            failed = proof_of(life, app.changed(broker_url=url))
        assert "failed at its broker" in failed.sentence
        assert named in failed.sentence

    @pytest.mark.parametrize("part", ["broker", "result backend"])
    def test_of_redis(
        self, life: Lifecycle, servers: Mapping[str, Any], where: str, named: str, part: str
    ) -> None:
        """As either of the two."""
        with made.on_redis(servers, tls=True) as (app, _):
            port, to = servers["redis"]["tls_port"], servers["tls"][where]["redis_tls_port"]
            url = app.broker_url.replace(str(port), str(to))
            field = part.replace("broker", "broker_url").replace(" ", "_")
            failed = proof_of(life, app.changed(**{field: url}))
        assert f"failed at its {part}" in failed.sentence
        assert named in failed.sentence

    def test_of_postgresql(
        self, life: Lifecycle, servers: Mapping[str, Any], where: str, named: str
    ) -> None:
        """As the result backend; libpq says no more of an expired one than that it is not valid."""
        to = servers["tls"][where]["postgresql_port"]
        with (
            made.on_rabbitmq(servers, tls=True) as (app, _),
            made.with_database(servers, app, tls=True) as (both, database),
        ):
            url = database.url(tls=True, port=to)
            failed = proof_of(life, both.changed(result_backend=url))
        assert "failed at its result backend" in failed.sentence
        assert (named if where == "wrong_host" else "no longer valid") in failed.sentence


def test_no_tls_where_tls_is_spoken(life: Lifecycle, servers: Mapping[str, Any]) -> None:
    """A TLS client on a port without TLS is told so."""
    with made.on_rabbitmq(servers, tls=True) as (app, rabbit):
        plain, encrypted = rabbit.server["amqp_port"], rabbit.server["amqps_port"]
        url = app.broker_url.replace(str(encrypted), str(plain))
        failed = proof_of(life, app.changed(broker_url=url))
    assert "TLS" in failed.sentence


def test_a_task_that_is_lost(life: Lifecycle, servers: Mapping[str, Any]) -> None:
    """Somebody else's consumer on the proof's queue: the task does not arrive, and that is said."""
    with made.on_redis(servers) as (app, client):
        done = threading.Event()

        def thief() -> None:
            with client.client() as thieving:
                while not done.is_set():
                    thieving.brpop([f"{app.name}:{app.queue}"], timeout=1)

        thread = threading.Thread(target=thief)
        thread.start()
        try:
            failed = proof_of(life, app, timeout=6)
        finally:
            done.set()
            thread.join()
    assert failed.code == REFUSED
    assert "did not arrive within 6 s" in failed.sentence
