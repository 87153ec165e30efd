"""The proof over SQS: on a queue that somebody made, and what is said when it fails."""

from __future__ import annotations

import os
import re
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import grpc
import pytest
from tests.lifecycle import Failed, Lifecycle
from tests.provider.celery import made
from tests.provider.celery.made import MadeApp
from tests.provider.celery.made_on_sqs import count, on_sqs, task, url_of
from tests.provider.sqs.gate import KEY, SECRET, Gate, Refusal, opened

from celeriac_provider.celery import RoundTrip

DENIED = "User: arn:aws:iam::123456789012:user/app is not authorized to perform: sqs:{} on resource"


@pytest.fixture(scope="module")
def life() -> Iterator[Lifecycle]:
    """A provider with the proof."""
    found = Lifecycle(RoundTrip)
    yield found
    found.close()


@pytest.fixture
def gate(servers: Mapping[str, Any]) -> Iterator[Gate]:
    """Moto, as AWS."""
    with opened(servers["moto"]["url"]) as found:
        yield found


@pytest.fixture
def app(servers: Mapping[str, Any], gate: Gate) -> Iterator[MadeApp]:
    """An app on it, with results in Redis; what made it is forgotten."""
    with on_sqs(servers, "127.0.0.1", gate.port) as (found, _):
        gate.calls.clear()
        yield found
        gate.refusals.clear()


def proof_of(life: Lifecycle, app: MadeApp, **others: Any) -> Failed:
    """The failure of a proof; in time, and without a credential."""
    started = time.monotonic()
    with pytest.raises(Failed) as failed:
        life.create(app.inputs(**{"timeout": 8} | others))
    assert time.monotonic() - started < 40
    sentence = failed.value.sentence
    for form in (KEY, SECRET, made.quoted(SECRET), app.password):
        assert form not in sentence
    assert sentence.isprintable()
    assert "failed at its broker" in sentence
    return failed.value


@pytest.mark.parametrize("on", ["moto", "elasticmq"])
def test_a_round_trip_beside_the_apps_own_messages(
    life: Lifecycle, servers: Mapping[str, Any], on: str
) -> None:
    """On both servers; the app's messages are there afterwards, none of the proof's is."""
    parts = urlsplit(servers[on]["url"])
    with on_sqs(servers, str(parts.hostname), parts.port or 0) as (app, client):
        for queue in ("tasks", "bulk-mail"):
            for number in range(3):
                body = task(f"app.{number}")
                client.send_message(QueueUrl=url_of(app, f"{app.name}-{queue}"), MessageBody=body)
        proof = life.create(app.inputs(timeout=20))
        assert proof.state["celeryVersion"] == "5.7.0"
        assert proof.secret == {"brokerUrl", "resultBackend", "settings"}
        assert count(client, url_of(app, app.queue)) == 0
        assert [count(client, url_of(app, f"{app.name}-{q}")) for q in ("tasks", "bulk-mail")] == [
            3,
            3,
        ]


def test_its_calls_are_a_workers_and_on_its_own_queue(
    life: Lifecycle, app: MadeApp, gate: Gate
) -> None:
    """Nothing is made, deleted, listed or purged, and no other queue is touched."""
    life.create(app.inputs(timeout=20))
    allowed = {"GetQueueAttributes", "SendMessage", "ReceiveMessage", "DeleteMessage"}
    assert set(gate.actions()) - {"ChangeMessageVisibility"} == allowed
    assert {request["QueueUrl"] for _, request in gate.calls} == {url_of(app, app.queue)}


def test_what_a_killed_proof_left_is_cleared_away(
    life: Lifecycle, app: MadeApp, gate: Gate
) -> None:
    """More messages than one answer holds, of which none is a task's."""
    client = gate.client()
    for number in range(12):
        client.send_message(QueueUrl=url_of(app, app.queue), MessageBody=task(f"left.{number}"))
    life.create(app.inputs(timeout=20))
    assert count(client, url_of(app, app.queue)) == 0


def test_a_failed_proof_leaves_no_message(life: Lifecycle, app: MadeApp, gate: Gate) -> None:
    """The task was sent, and the answer said that it was not.

    The worker's last poll may have received it: then it is hidden, and the next proof clears it.
    """
    gate.refusals["SendMessage"] = Refusal("InternalError", "later", 500, executed=True)
    proof_of(life, app)
    assert "SendMessage" in gate.actions()
    url = url_of(app, app.queue)
    assert count(gate.client(), url, hidden=False) == 0


def test_credentials_of_the_chain(
    life: Lifecycle, app: MadeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A URL without a key: AWS's own chain, in the environment of the provider, is the proof's."""
    url = app.broker_url.replace(f"{KEY}:{made.quoted(SECRET)}@", "")
    assert url != app.broker_url
    bare = app.changed(broker_url=url)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    failed = proof_of(life, bare)
    assert "AWS's own chain finds none" in failed.sentence
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    life.create(bare.inputs(timeout=20))


def test_an_endpoint_that_aws_tools_know(
    life: Lifecycle, app: MadeApp, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A URL without a host is AWS's, or where AWS_ENDPOINT_URL says; of the chain it gets nothing.

    A profile that is not there would fail it.
    """
    url = app.broker_url.rpartition("@")[0] + "@"
    monkeypatch.setenv("AWS_ENDPOINT_URL", gate.url)
    monkeypatch.setenv("AWS_PROFILE", "nobodys")
    life.create(app.changed(broker_url=url).inputs(timeout=20))
    assert "SendMessage" in gate.actions()
    gate.refusals["*"] = Refusal("ExpiredToken", "expired", 403)
    failed = proof_of(life, app.changed(broker_url=url))
    assert "failed at its broker: SQS in eu-west-1, declaring the queue" in failed.sentence


@pytest.mark.parametrize(
    ("action", "refusal", "expected"),
    [
        ("SendMessage", Refusal("AccessDenied", DENIED.format("sendmessage"), 403),
         r"sending a task.*sqs:sendmessage.*give the app's user this right"),
        ("ReceiveMessage", Refusal("AccessDenied", DENIED.format("receivemessage"), 403),
         r"emptying the queue.*sqs:receivemessage.*give the app's user this right"),
        ("ReceiveMessage", Refusal("AccessDenied", DENIED.format("receivemessage"), 403, after=1),
         r"in the worker.*sqs:receivemessage.*give the app's user this right"),
        ("DeleteMessage", Refusal("AccessDenied", DENIED.format("deletemessage"), 403),
         r"in the worker.*sqs:deletemessage.*give the app's user this right"),
        ("GetQueueAttributes", Refusal("AccessDenied", DENIED.format("getqueueattributes"), 403),
         r"declaring the queue.*sqs:getqueueattributes.*give the app's user this right"),
        ("*", Refusal("InvalidClientTokenId", "The security token is invalid.", 403),
         r"the access key is not known there"),
        ("*", Refusal("SignatureDoesNotMatch", "We calculated another one.", 403),
         r"has another secret"),
        ("*", Refusal("ExpiredToken", "The security token is expired", 403),
         r"its token has expired"),
        ("SendMessage", Refusal("KMS.AccessDeniedException", "no such key"),
         r"let the app's user use the KMS key \(kms:Decrypt"),
        ("*", Refusal("AWS.SimpleQueueService.NonExistentQueue", "It does not exist."),
         r"create the queue, or mend its URL"),
        ("SendMessage", Refusal("ThrottlingException", "Rate exceeded"),
         r"ask it less at a time"),
    ],
)  # fmt: skip
def test_what_sqs_refuses(
    life: Lifecycle, app: MadeApp, gate: Gate, action: str, refusal: Refusal, expected: str
) -> None:
    """A sentence that says what was refused and how to mend it."""
    gate.refusals[action] = replace(refusal)
    failed = proof_of(life, app)
    assert failed.code == grpc.StatusCode.FAILED_PRECONDITION
    assert re.search(expected, failed.sentence), failed.sentence


def test_a_queue_that_the_settings_do_not_name(life: Lifecycle, app: MadeApp) -> None:
    """It would be made by an app without predefined queues; here it is missing."""
    failed = proof_of(life, app, queue="another")
    assert "mend its URL in predefined_queues" in failed.sentence


def test_unreachable(life: Lifecycle, app: MadeApp, gate: Gate) -> None:
    """A closed port, and one that is silent: the ways are named."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        url = app.broker_url.replace(str(gate.port), str(port))
        closed = proof_of(life, app.changed(broker_url=url))
        silent.listen()
        mute = proof_of(life, app.changed(broker_url=url), timeout=6)
    for failed in (closed, mute):
        assert failed.code == grpc.StatusCode.UNAVAILABLE
        assert f"127.0.0.1:{port}, declaring the queue" in failed.sentence
        assert "`proof: off`" in failed.sentence


def test_tls_where_there_is_none(life: Lifecycle, app: MadeApp) -> None:
    """`is_secure` says https; what listens does not speak it."""
    options = app.settings["broker_transport_options"] | {"is_secure": True}
    secure = app.changed(settings=app.settings | {"broker_transport_options": options})
    failed = proof_of(life, secure)
    assert "it does not speak TLS on this port" in failed.sentence


def test_an_authority_of_ones_own(
    life: Lifecycle, app: MadeApp, servers: Mapping[str, Any]
) -> None:
    """No setting of kombu's can name it: the app would fail as the proof does, and it is said."""
    options = app.settings["broker_transport_options"] | {"is_secure": True}
    folder = Path(servers["ca"]).parent
    files = (str(folder / "server.pem"), str(folder / "server.key"))
    secure = Gate(servers["moto"]["url"], certificate=files)
    try:
        url = app.broker_url.rpartition("@")[0] + f"@localhost:{secure.port}/"
        changed = app.changed(
            broker_url=url,
            settings=app.settings | {"broker_transport_options": options},
            ca=made.ca_of(servers),
        )
        assert "with the authorities of certifi only" in proof_of(life, changed).sentence
    finally:
        secure.close()
