"""What SQS answers, in sentences; answers that mean: wait."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from typing import Any

import pytest

from celeriac_provider.sqs import api, settled
from celeriac_provider.sqs.client import Sqs
from tests.lifecycle import Failed
from tests.provider.sqs.conftest import Start
from tests.provider.sqs.gate import KEY, SECRET, Gate, Refusal

DENIED = "User: arn:aws:iam::123456789012:user/x is not authorized to perform: sqs:{}"


def sentence(start: Start, gate: Gate, name: str, **changes: Any) -> str:
    """Of a create that fails, without a secret."""
    with pytest.raises(Failed) as failed:
        start(**({"timeout": 10} | changes)).create({"name": name})
    said = failed.value.sentence
    assert failed.value.code.name != "INTERNAL", said
    assert KEY not in said
    assert SECRET not in said
    assert said.isprintable()
    assert gate.url in said
    return said


@pytest.mark.parametrize(
    ("action", "refusal", "expected"),
    [
        ("*", Refusal("InvalidClientTokenId", f"The key {KEY} is invalid.", 403),
         "does not know the access key: look at the id in `username`"),
        ("*", Refusal("UnrecognizedClientException", "The token is invalid.", 403),
         "does not know the access key"),
        ("*", Refusal("SignatureDoesNotMatch", f"Canonical string … {KEY}", 403),
         "the secret does not belong to the access key: look at `username` and `password`"),
        ("*", Refusal("SignatureDoesNotMatch", "Signature expired: 2026 is now earlier", 403),
         "this machine's clock is wrong"),
        ("*", Refusal("ExpiredToken", "The security token is expired", 403),
         "the session token has expired: get new credentials"),
        ("*", Refusal("ExpiredTokenException", "expired", 403), "the session token has expired"),
        ("*", Refusal("MissingAuthenticationToken", "missing", 403), "wants credentials"),
        ("*", Refusal("OptInRequired", "no", 403), "look at `region` and at the account"),
        ("*", Refusal("InvalidSecurity", "use https"), "write `endpoint` with https://"),
        ("GetQueueUrl", Refusal("AccessDenied", DENIED.format("getqueueurl"), 403),
         "lacks the right sqs:GetQueueUrl"),
        ("CreateQueue", Refusal("AccessDenied", DENIED.format("createqueue"), 403),
         "lacks the right sqs:CreateQueue or sqs:TagQueue"),
        ("GetQueueAttributes", Refusal("AccessDeniedException", DENIED.format("x"), 403),
         "lacks the right sqs:GetQueueAttributes"),
        ("ListQueueTags", Refusal("AccessDenied", DENIED.format("listqueuetags"), 403),
         "lacks the right sqs:ListQueueTags"),
        ("CreateQueue", Refusal("KMS.NotFoundException", "no such key"), "look at `kmsKey`"),
        ("CreateQueue", Refusal("KmsAccessDenied", "no"), "look at `kmsKey`"),
        ("CreateQueue", Refusal("AccessDenied", "not authorized to perform: kms:Decrypt", 403),
         "look at `kmsKey`"),
        ("CreateQueue", Refusal("OverLimit", "too many", 403), "a limit of the account is reached"),
        ("CreateQueue", Refusal("InvalidAttributeValue", "Invalid value for DelaySeconds."),
         "refused to create the queue"),
        ("*", Refusal("ThrottlingException", "Rate exceeded"), "it is asked too much"),
        ("*", Refusal("RequestThrottled", "no", 403), "it is asked too much"),
        ("*", Refusal("InternalError", "oops", 500), "failed to look for the queue"),
        ("*", Refusal("ServiceUnavailable", "later", 503), "look whether it is up"),
    ],
)  # fmt: skip
def test_every_refusal_has_its_sentence(
    start: Start, gate: Gate, unique: str, action: str, refusal: Refusal, expected: str
) -> None:
    """And what was half made can be taken up when the refusal is over."""
    gate.refusals[action] = replace(refusal)
    assert expected in sentence(start, gate, unique)
    gate.refusals.clear()
    life = start()
    made = life.create({"name": unique})
    life.delete(made)


@pytest.mark.parametrize("code", ["ThrottlingException", "RequestThrottled", "InternalError"])
def test_throttling_is_waited_for(start: Start, gate: Gate, unique: str, code: str) -> None:
    """A few times; then it works."""
    status = 500 if code == "InternalError" else 400
    gate.refusals["*"] = Refusal(code, "Rate exceeded", status, times=4)
    life = start()
    life.delete(life.create({"name": unique}))


def test_the_name_of_a_deleted_queue_is_waited_for(start: Start, gate: Gate, unique: str) -> None:
    """SQS keeps it for 60 seconds (here 5): the user is told, and it is made then."""
    gate.name_kept = 5
    life = start(timeout=4)
    given = {"name": unique}
    life.delete(life.create(given))
    began = time.monotonic()
    made = life.create(given)
    assert 4 < time.monotonic() - began < 30
    assert any("was deleted less than 60 seconds ago" in said for said in life.warnings)
    life.delete(made)


def test_the_wait_for_a_name_is_bounded(
    start: Start, gate: Gate, unique: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And ends with Ctrl-C."""
    monkeypatch.setattr(api, "_NAME_KEPT", 1.5)
    gate.name_kept = 60
    life = start(timeout=4)
    life.delete(life.create({"name": unique}))
    began = time.monotonic()
    with pytest.raises(Failed, match="still keeps the name"):
        life.create({"name": unique})
    assert time.monotonic() - began < 20
    monkeypatch.setattr(api, "_NAME_KEPT", 60)
    threading.Timer(1, life.provider.cancelled.set).start()
    began = time.monotonic()
    with pytest.raises(Failed, match="cancelled"):
        life.create({"name": unique})
    assert time.monotonic() - began < 20


def test_a_queue_is_seen_late(start: Start, gate: Gate, unique: str) -> None:
    """Right after it was made it is not there yet: that is waited for."""
    gate.unseen = 3
    life = start()
    life.delete(life.create({"name": unique}, settled=False))


def test_a_change_is_seen_late(start: Start, gate: Gate, unique: str) -> None:
    """The old attributes for a few reads: the update waits until it is true."""
    life = start()
    made = life.create({"name": unique})
    gate.stale = 3
    made = life.update(made, {"name": unique, "delay": 7, "retention": 1000})
    life.delete(made)


def test_a_change_that_aws_shows_too_late_is_a_warning(
    start: Start, gate: Gate, unique: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AWS took it: it is not refused. Another server that answers so does not keep it."""
    life = start(timeout=4)
    made = life.create({"name": unique})
    gate.stale = 10_000
    with pytest.raises(Failed, match=r"took `delay` of the queue .* and does not keep it"):
        life.update(made, {"name": unique, "delay": 7}, settled=False)
    threading.Timer(0.5, life.provider.cancelled.set).start()
    with pytest.raises(Failed, match="cancelled while"):
        life.update(made, {"name": unique, "delay": 6}, settled=False)
    life.provider.cancelled.clear()
    monkeypatch.setattr(Sqs, "is_aws", True)
    monkeypatch.setattr(settled, "_AWS", 1.0)
    life.update(made, {"name": unique, "delay": 8}, settled=False)
    assert any("does not show delay after 1 s yet" in said for said in life.warnings)


def test_somebody_else_is_faster(
    start: Start, gate: Gate, unique: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between our look and our call a queue of this name was made: it is a stranger's."""
    create = api.Api.create

    def late(self: api.Api, *arguments: Any) -> str:
        gate.client().create_queue(QueueName=unique, Attributes={"DelaySeconds": "9"})
        return create(self, *arguments)

    monkeypatch.setattr(api.Api, "create", late)
    with pytest.raises(Failed, match="exists already and was not made by this stack"):
        start().create({"name": unique})


def test_the_same_queue_made_at_the_same_time(
    start: Start, gate: Gate, unique: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CreateQueue is content with what is there already: the mark tells whose it is."""
    other = start(stack="other")
    create, done = api.Api.create, threading.Event()

    def late(self: api.Api, name: str, *arguments: Any) -> str:
        if done.is_set():
            return create(self, name, *arguments)
        done.set()
        other.create({"name": name}, settled=False)
        return str(self.url(name))

    monkeypatch.setattr(api.Api, "create", late)
    with pytest.raises(Failed, match="exists already and was not made by this stack"):
        start().create({"name": unique})
    monkeypatch.undo()


def test_a_queue_that_goes_away_is_made_anew(
    start: Start, gate: Gate, unique: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deleted queue is still found for a moment: what was about to be changed is made then."""
    life = start()
    made = life.create({"name": unique})
    change, gone = api.Api.set_attributes, threading.Event()

    def too_late(self: api.Api, name: str, url: str, attributes: Any) -> None:
        if not gone.is_set():
            gone.set()
            gate.client().delete_queue(QueueUrl=url)
        change(self, name, url, attributes)

    monkeypatch.setattr(api.Api, "set_attributes", too_late)
    made = life.update(made, {"name": unique, "delay": 7})
    assert gone.is_set()
    life.delete(made)


def test_nothing_secret_is_in_a_representation(start: Start, gate: Gate, unique: str) -> None:
    """Neither the provider's parts nor the state hold the key."""
    life = start()
    made = life.create({"name": unique})
    client = life.provider._clients.get(Sqs)
    for text in (repr(client), repr(client._server), json.dumps(made.state)):
        assert SECRET not in text
        assert KEY not in text
    life.delete(made)
