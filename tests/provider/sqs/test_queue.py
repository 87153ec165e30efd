"""The life of queues, on moto as AWS and on ElasticMQ, which lacks some of SQS."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.conftest import CHECKOUT
from tests.lifecycle import CheckFailed, Failed, Life
from tests.provider.sqs.conftest import Start, elasticmq_client
from tests.provider.sqs.gate import Gate

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": ["sqs:SendMessage", "sqs:ReceiveMessage"],
            "Resource": "*",
            "Condition": {"Bool": {"aws:SecureTransport": False}},
        }
    ],
}
ACCOUNT = "arn:aws:sqs:eu-west-1:123456789012:"


def attributes(gate: Gate, name: str) -> dict[str, str]:
    """What SQS shows."""
    client = gate.client()
    url = client.get_queue_url(QueueName=name)["QueueUrl"]
    found = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    return dict(found["Attributes"])


def test_a_queue_with_all_of_it(start: Start, gate: Gate, unique: str) -> None:
    """Every property arrives; taking all of them away leaves a queue with our defaults."""
    life = start()
    dead = life.create({"name": f"{unique}-dead", "redriveAllow": [f"{ACCOUNT}{unique}"]})
    given = {
        "name": unique,
        "visibilityTimeout": 10_800,
        "delay": 5,
        "maxMessageSize": 262_144,
        "retention": 86_400,
        "waitTime": 10,
        "kmsKey": "alias/orders",
        "kmsReuse": 600,
        "deadLetterArn": dead.state["arn"],
        "maxReceiveCount": 4,
        "redriveAllow": [],
        "policy": json.dumps(POLICY),
        "tags": {"team": "orders"},
    }
    made = life.create(given, name="queue")
    assert made.state["url"].endswith(f"/123456789012/{unique}")
    assert made.state["arn"] == f"{ACCOUNT}{unique}"
    found = attributes(gate, unique)
    assert json.loads(found["RedrivePolicy"]) == {
        "deadLetterTargetArn": dead.state["arn"],
        "maxReceiveCount": 4,
    }
    assert json.loads(found["RedriveAllowPolicy"]) == {"redrivePermission": "denyAll"}
    assert (found["KmsMasterKeyId"], found["KmsDataKeyReusePeriodSeconds"]) == (
        "alias/orders",
        "600",
    )
    bare = life.update(made, {"name": unique})
    found = attributes(gate, unique)
    assert {"Policy", "RedrivePolicy", "RedriveAllowPolicy"} & {
        k for k, v in found.items() if v
    } == set()
    assert (found["VisibilityTimeout"], found["SqsManagedSseEnabled"]) == ("1800", "true")
    assert bare.state["tags"] == {}
    life.delete(bare)
    life.delete(dead)


def test_only_what_differs_is_written(start: Start, gate: Gate, unique: str) -> None:
    """One attribute changes: one is sent; nothing changes: nothing is."""
    life = start()
    made = life.create({"name": unique, "tags": {"a": "b"}})
    gate.calls.clear()
    made = life.update(made, {"name": unique, "tags": {"a": "b"}, "delay": 7}, settled=False)
    sent = [
        request["Attributes"] for action, request in gate.calls if action == "SetQueueAttributes"
    ]
    assert sent == [{"DelaySeconds": "7"}]
    assert not {"TagQueue", "UntagQueue"} & set(gate.actions())
    life.delete(made)


def test_the_rights_it_takes(start: Start, gate: Gate, unique: str) -> None:
    """A whole life makes the calls that docs/administrators.md names, and no other."""
    life = start()
    made = life.create({"name": unique, "tags": {"a": "b"}})
    made = life.update(made, {"name": unique, "tags": {"c": "d"}, "delay": 3})
    assert life.import_(unique) is not None
    life.delete(made)
    page = (CHECKOUT / "docs" / "administrators.md").read_text()
    row = next(line for line in page.splitlines() if line.startswith("| SQS |"))
    named = set(re.findall(r"`(?:sqs:)?([A-Z]\w+)`", row))
    assert set(gate.actions()) == named


def test_policies_are_compared_by_meaning(start: Start, gate: Gate, unique: str) -> None:
    """Other spellings of one policy are no difference, by the program or on the server."""
    life = start()
    made = life.create({"name": unique, "policy": json.dumps(POLICY, indent=2)})
    statement = POLICY["Statement"][0]
    other = {
        "Statement": {
            **statement,  # type: ignore[dict-item]
            "Action": ["SQS:ReceiveMessage", "sqs:SendMessage"],
            "Principal": {"AWS": ["*"]},
            "Condition": {"Bool": {"aws:SecureTransport": ["false"]}},
        },
        "Version": "2012-10-17",
    }
    assert life.diff(made, {"name": unique, "policy": json.dumps(other)}) == {}
    client = gate.client()
    client.set_queue_attributes(
        QueueUrl=made.state["url"], Attributes={"Policy": json.dumps(other)}
    )
    assert life.drift(made, {"name": unique, "policy": json.dumps(POLICY)}) == {}
    other["Version"] = "2008-10-17"
    client.set_queue_attributes(
        QueueUrl=made.state["url"], Attributes={"Policy": json.dumps(other)}
    )
    assert life.drift(made, {"name": unique, "policy": json.dumps(POLICY)}) == {"policy": "UPDATE"}
    life.delete(made)


def test_a_policy_goes_along_with_other_changes(
    start: Start, servers: dict[str, Any], unique: str
) -> None:
    """A server that takes its absence for none, as moto does without its gate, keeps it."""
    life = start(endpoint=servers["moto"]["url"])
    given = {"name": unique, "policy": json.dumps(POLICY)}
    made = life.create(given)
    made = life.update(made, given | {"delay": 4})
    life.delete(made)


def test_import_by_name_and_by_url(start: Start, unique: str) -> None:
    """Both lead to the same; a URL of another account is told."""
    life = start()
    given = {"name": unique, "tags": {"a": "b"}}
    made = life.create(given)
    url = made.state["url"]
    for id_ in (unique, url):
        found = life.import_(id_)
        assert found is not None
        assert (found.id, life.diff(found, given)) == (id_, {})
        assert found.state["url"] == url
        found = life.update(found, given | {"delay": 3})
        assert life.refresh(found) is not None
        life.update(found, given)
    with pytest.raises(Failed, match=r"look at the\s+provider's region, endpoint and account"):
        life.import_(url.replace("123456789012", "999999999999"))
    assert life.import_(f"{url}-none") is None
    assert life.import_("no queue's name!") is None
    life.delete(made)


@pytest.mark.parametrize("where", ["waiting", "in a worker's hands", "delayed"])
def test_messages_are_guarded(start: Start, gate: Gate, unique: str, where: str) -> None:
    """Visible, in flight and delayed ones; forceDestroy lets them go."""
    life, client = start(), gate.client()
    made = life.create({"name": unique})
    url = made.state["url"]
    for _ in range(2):
        client.send_message(
            QueueUrl=url, MessageBody="x", DelaySeconds=600 if where == "delayed" else 0
        )
    if where == "in a worker's hands":
        received = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        assert len(received["Messages"]) == 2
    with pytest.raises(Failed, match=rf"about 2 messages are in the queue .*2 {where}"):
        life.delete(made)
    life.delete(life.update(made, {"name": unique, "forceDestroy": True}))
    assert life.import_(unique) is None


@pytest.mark.parametrize(
    ("given", "key", "expected"),
    [
        ({"name": "a.b"}, "name", "is no queue's name"),
        ({"name": "a" * 76 + ".fifo"}, "name", "has 81 characters: 80 are the limit"),
        ({"name": ""}, "name", "is no queue's name"),
        ({"visibilityTimeout": 43_201}, "visibilityTimeout", "from 0 to 43,200 seconds"),
        ({"delay": 901}, "delay", "from 0 to 900 seconds"),
        ({"retention": 59}, "retention", "from 60 to 1,209,600 seconds"),
        ({"waitTime": 21}, "waitTime", "from 0 to 20 seconds"),
        ({"maxMessageSize": 1_048_577}, "maxMessageSize", "from 1,024 to 1,048,576 bytes"),
        ({"kmsReuse": 1}, "kmsReuse", "from 60 to 86,400 seconds"),
        ({"deadLetterArn": "orders"}, "deadLetterArn", "is not the ARN of a queue"),
        ({"deadLetterArn": f"{ACCOUNT}d"}, "maxReceiveCount", "maxReceiveCount of the Queue"),
        ({"maxReceiveCount": 3}, "deadLetterArn", "needs a queue to move messages to"),
        ({"deadLetterArn": f"{ACCOUNT}d.fifo", "maxReceiveCount": 3}, "deadLetterArn",
         "must be no FIFO queue as well"),
        ({"redriveAllow": ["*", f"{ACCOUNT}d"]}, "redriveAllow", "that is everybody"),
        ({"redriveAllow": ["orders"]}, "redriveAllow", "is not the ARN of a queue"),
        ({"redriveAllow": [f"{ACCOUNT}d{n}" for n in range(11)]}, "redriveAllow",
         "10 are the limit"),
        ({"policy": "{"}, "policy", "is not JSON"),
        ({"policy": "{}"}, "policy", "is no policy"),
        ({"contentBasedDeduplication": True}, "contentBasedDeduplication", "is for FIFO queues"),
        ({"kmsKey": "alias/x", "encrypted": False}, "kmsKey", "leave encrypted: false out"),
        ({"tags": {"aws:x": "y"}}, "tags", "AWS keeps what starts with aws:"),
        ({"tags": {"celeriac:mark": "y"}}, "tags", "the provider's own mark"),
        ({"tags": {f"t{n}": "x" for n in range(50)}}, "tags", "one is the provider's own mark"),
        ({"tags": {"": "x"}}, "tags", "1 to 128 characters"),
    ],
)  # fmt: skip
def test_bad_properties(start: Start, given: dict[str, Any], key: str, expected: str) -> None:
    """One sentence each, before anything is made."""
    with pytest.raises(CheckFailed) as failed:
        start().check({"name": "orders"} | given)
    assert list(failed.value.problems) == [key]
    assert expected in failed.value.problems[key]


def test_elasticmq(start: Start, servers: dict[str, Any], unique: str) -> None:
    """What it has works; what it lacks of limits and encryption is a warning, once it matters."""
    life = start(endpoint=servers["elasticmq"]["url"])
    dead = life.create({"name": f"{unique}-dead", "encrypted": False}, name="dead")
    assert len(life.warnings) == 1
    assert "does not keep `maxMessageSize` and `retention`" in life.warnings[0]
    given = {
        "name": unique,
        "visibilityTimeout": 60,
        "deadLetterArn": dead.state["arn"],
        "maxReceiveCount": 3,
        "tags": {"a": "b"},
    }
    life.warnings.clear()
    made = life.create(given, name="queue")
    assert any("says nothing of encryption at rest" in said for said in life.warnings)
    assert any("`encrypted: false`" in said for said in life.warnings)
    changed = given | {"delay": 5, "maxReceiveCount": 4, "tags": {"c": "d"}, "retention": 1000}
    made = life.update(made, changed)
    client = elasticmq_client(servers)
    client.set_queue_attributes(QueueUrl=made.state["url"], Attributes={"DelaySeconds": "9"})
    assert life.drift(made, changed) == {"delay": "UPDATE"}
    client.delete_queue(QueueUrl=made.state["url"])
    assert life.refresh(made) is None
    life.delete(made)
    life.delete(dead)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"policy": json.dumps(POLICY)}, r"took `policy` .*without: \[tlsOnly, foreignAcc"),
        ({"redriveAllow": []}, r"took `redriveAllow` .*without: \[redriveAllow\]"),
        ({"kmsKey": "alias/x"}, r"took `kmsKey` .*leave `kmsKey` out"),
    ],
)
def test_what_elasticmq_does_not_keep_is_refused(
    start: Start, servers: dict[str, Any], unique: str, more: dict[str, Any], expected: str
) -> None:
    """It takes it in silence; the queue is recorded, so that it can be deleted or mended."""
    life = start(endpoint=servers["elasticmq"]["url"])
    with pytest.raises(Failed, match=expected) as failed:
        life.create({"name": unique} | more)
    assert failed.value.partly is not None
    inputs = life.check({"name": unique} | more)
    partly = Life(life.urn(), unique, inputs, failed.value.partly)
    made = life.update(partly, {"name": unique})
    life.delete(made)
    assert life.import_(unique) is None


def test_what_elasticmq_cannot_change(start: Start, servers: dict[str, Any], unique: str) -> None:
    """The server's own words, with the attribute's name, and what to write where it lacks it."""
    life = start(endpoint=servers["elasticmq"]["url"])
    dead = life.create({"name": f"{unique}-dead"}, name="dead")
    given = {"name": unique, "deadLetterArn": dead.state["arn"], "maxReceiveCount": 3}
    made = life.create(given, name="queue")
    with pytest.raises(Failed, match="refused to change RedrivePolicy of the queue"):
        life.update(made, {"name": unique})
    with pytest.raises(Failed, match=r"RedriveAllowPolicy.*leave `redriveAllow` out .*without: \["):
        life.update(made, given | {"redriveAllow": []})
    fifo = life.create({"name": f"{unique}.fifo"}, name="fifo")
    with pytest.raises(Failed, match="refused to change ContentBasedDeduplication of the queue"):
        life.update(fifo, {"name": f"{unique}.fifo", "contentBasedDeduplication": True})
    for one in (fifo, made, dead):
        life.delete(one)
