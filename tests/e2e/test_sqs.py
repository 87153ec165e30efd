"""SQS on platform existing: the real engine, the stack file, a real Celery on two servers of SQS.

Moto is behind the gate that mends it (`tests/provider/sqs/gate.py`); ElasticMQ is as it is. The
tests of the class are steps on a stack and run in their order, each of them on both servers.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.aws import overlay
from tests.e2e.project import Project
from tests.e2e.stack_files import server_entries
from tests.provider.sqs.gate import KEY, REGION, SECRET, client_of, opened

pytestmark = pytest.mark.row("sqs")


@dataclass(frozen=True)
class Queues:
    """A project with one app on a server of SQS.

    Args:
        kind: the server's name.
        url: its endpoint.
        word: in all names.
        project: the project.
        config: the stack file.
    """

    kind: str
    url: str
    word: str
    project: Project
    config: dict[str, Any]

    @cached_property
    def sqs(self) -> Any:
        """A client of the administrator's."""
        return client_of(self.url)

    def there(self) -> dict[str, str]:
        """URLs of the app's queues, by name."""
        found = self.sqs.list_queues(QueueNamePrefix=self.word).get("QueueUrls", [])
        return {url.rpartition("/")[2]: url for url in found}

    def attributes(self, name: str) -> dict[str, str]:
        """A queue's."""
        url = self.there()[name]
        found: dict[str, str] = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])[
            "Attributes"
        ]
        return found


WITHOUT = {"moto": [], "elasticmq": ["redriveAllow", "foreignAccountsDenied"]}
"""ElasticMQ has no policies of queues."""


def stack_file(servers: dict[str, Any], kind: str, url: str, word: str) -> dict[str, Any]:
    """An app on SQS, its results in Redis."""
    return {
        "celeriac:servers": {
            "queues": {
                "without": WITHOUT[kind],
                "kind": "sqs",
                "platform": "existing",
                "region": REGION,
                "url": url,
                "username": KEY,
                "password": SECRET,
                "tls": "off",
            },
            "cache": server_entries(servers)["cache"],
        },
        "celeriac:apps": {
            word: {
                "broker": {
                    "server": "queues",
                    "queues": {
                        "mails": {"default": True, "maxReceiveCount": 3, "retention": "2d"},
                        "bulk.fifo": {},
                    },
                },
                "resultBackend": {"server": "cache", "expires": "1h"},
                "longestTask": "1h",
            }
        },
    }


@pytest.fixture(scope="module")
def both(
    servers: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Queues]]:
    """A project on each server, not up yet; whatever a test leaves is destroyed."""
    with opened(servers["moto"]["url"]) as gate:
        urls = {"moto": gate.url, "elasticmq": servers["elasticmq"]["url"]}
        found = {
            kind: on(kind, url, servers, tmp_path_factory.mktemp(kind))
            for kind, url in urls.items()
        }
        yield found
        for queues in found.values():
            if queues.project.resources():
                queues.project.write(queues.config | {"celeriac:forceDestroy": "true"})
                queues.project.up()
                queues.project.destroy()


def on(kind: str, url: str, servers: dict[str, Any], folder: Path) -> Queues:
    """A project with one app on a server."""
    word = f"q{uuid.uuid4().hex[:6]}"
    config = stack_file(servers, kind, url, word)
    project = Project(folder)
    # The proof runs as who deploys: the stack file names no key of the app's own.
    project.environment.update(
        {
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
    )
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
        project.environment.pop(name, None)
    project.write(config)
    return Queues(kind, url, word, project, config)


@pytest.fixture(params=["moto", "elasticmq"])
def queues(request: pytest.FixtureRequest, both: dict[str, Queues]) -> Queues:
    """Each of them in turn, at every step."""
    found: Queues = both[request.param]
    return found


@pytest.mark.steps
class TestSqs:
    """In the order of a stack's life."""

    def test_preview_touches_nothing(self, queues: Queues) -> None:
        """With queues whose URLs are not known yet."""
        assert queues.project.preview().changes["create"] > 10
        assert queues.there() == {}

    @pytest.mark.shows("provisioned")
    def test_up_makes_queues_and_proves_the_app(self, queues: Queues) -> None:
        """Mangled names, dead letters, one queue for the proof; and a real task ran."""
        queues.project.up()
        word = queues.word
        assert set(queues.there()) == {
            f"{word}-mails",
            f"{word}-mails-dead-letter",
            f"{word}-bulk.fifo",
            f"{word}-bulk-dead-letter.fifo",
            f"{word}-{word}-celeriac-proof",
        }
        (proof,) = [
            r for r in queues.project.resources() if r["type"] == "celeriac:celery:RoundTrip"
        ]
        assert proof["outputs"]["celeryVersion"]

    def test_queues_are_what_the_settings_say(self, queues: Queues) -> None:
        """Visibility timeout, retention and redrive policy, on the server and in the settings."""
        outputs = queues.project.outputs()["apps"][queues.word]
        settings = json.loads(outputs["settings"])
        found = queues.attributes(f"{queues.word}-mails")
        assert int(found["VisibilityTimeout"]) == settings["visibility_timeout"] > 3600
        # ElasticMQ keeps messages for ever.
        assert found.get("MessageRetentionPeriod", queues.kind) in ("172800", "elasticmq")
        policy = json.loads(found["RedrivePolicy"])
        assert policy["maxReceiveCount"] in (3, "3")
        assert policy["deadLetterTargetArn"].endswith(f":{queues.word}-mails-dead-letter")
        assert queues.attributes(f"{queues.word}-bulk.fifo")["FifoQueue"] == "true"
        urls = settings["broker_transport_options"]["predefined_queues"].values()
        live = {url for name, url in queues.there().items() if "dead-letter" not in name}
        assert {entry["url"].rpartition("/")[2] for entry in urls} == {
            url.rpartition("/")[2] for url in live
        }
        # The administrator's key is for the administrator.
        assert KEY not in outputs["broker_url"]
        assert SECRET not in json.dumps(outputs)

    @pytest.mark.shows("provisioned")
    def test_second_up_changes_nothing(self, queues: Queues) -> None:
        """Twice the same is once, and the state is true."""
        assert queues.project.up("--expect-no-changes").changed == {}
        assert queues.project.preview("--refresh", "--expect-no-changes").changed == {}

    def test_drift_is_seen_and_mended(self, queues: Queues) -> None:
        """Somebody changed an attribute by hand."""
        name = f"{queues.word}-mails"
        was = queues.attributes(name)
        queues.sqs.set_queue_attributes(
            QueueUrl=queues.there()[name], Attributes={"VisibilityTimeout": "7"}
        )
        done = queues.project.preview("--refresh")
        assert done.changed.get("update", 0) >= 1
        assert f"visibilityTimeout: 7 => {was['VisibilityTimeout']}" in done.output
        queues.project.up("--refresh")
        assert queues.attributes(name)["VisibilityTimeout"] == was["VisibilityTimeout"]
        assert queues.project.up("--expect-no-changes").changed == {}

    def test_a_change_is_made_in_place(self, queues: Queues) -> None:
        """A longer task: no queue is made anew."""
        path = f"celeriac:apps/{queues.word}/longestTask"
        queues.project.write(overlay(queues.config, {path: "2h"}))
        done = queues.project.up()
        assert set(done.changed) <= {"update", "replace", "create-replacement", "delete-replaced"}
        timeout = int(queues.attributes(f"{queues.word}-mails")["VisibilityTimeout"])
        assert timeout > 7200
        queues.project.write(queues.config)
        queues.project.up()

    def test_destroy_refuses_messages(self, queues: Queues) -> None:
        """With the number of messages, and how to do it anyway; the message stays."""
        name = f"{queues.word}-mails"
        queues.sqs.send_message(QueueUrl=queues.there()[name], MessageBody="precious")
        done = queues.project.destroy(check=False)
        assert done.code != 0
        assert "Traceback" not in done.output
        said = {line.strip() for line in done.output.splitlines() if "forceDestroy" in line}
        assert len({line.partition("error: ")[2] for line in said}) == 1
        assert all(name in line and "1 message" in line for line in said)
        assert queues.attributes(name)["ApproximateNumberOfMessages"] == "1"
        queues.project.up()
        assert queues.project.up("--expect-no-changes").changed == {}

    @pytest.mark.shows("provisioned")
    def test_force_destroy_leaves_nothing(self, queues: Queues) -> None:
        """It takes effect with the `up` that writes it into the state."""
        queues.project.write(queues.config | {"celeriac:forceDestroy": "true"})
        queues.project.up()
        queues.project.destroy()
        assert queues.project.resources() == []
        assert queues.there() == {}


_IMPORTING = """\
import pulumi
from celeriac.resources import Provider
from celeriac.resources.sqs import Queue

server = Provider(
    "queues", endpoint={url!r}, region={region!r}, username={key!r}, password={secret!r}
)
options = pulumi.ResourceOptions(provider=server{more})
Queue("jobs", name={name!r}, visibility_timeout={timeout}, opts=options)
"""


@pytest.mark.parametrize("kind", ["moto", "elasticmq"])
@pytest.mark.parametrize("by", ["name", "URL"])
def test_import(kind: str, by: str, servers: dict[str, Any], tmp_path: Path) -> None:
    """A queue made by hand is imported as it is, changed, and deleted with the stack."""
    name = f"q{uuid.uuid4().hex[:6]}"
    with ExitStack() as stack:
        url = servers[kind]["url"]
        if kind == "moto":
            url = stack.enter_context(opened(url)).url
        sqs = client_of(url)
        made = sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "77"})["QueueUrl"]
        where = {"url": url, "region": REGION, "key": KEY, "secret": SECRET, "name": name}
        id_ = name if by == "name" else made
        program = _IMPORTING.format(**where, timeout=77, more=f", import_={id_!r}")
        project = Project(tmp_path / "project", program=program)
        done = project.run("up", "--yes", "--skip-preview")
        if done.code != 0:
            # What is not as the program says is named; nothing was changed.
            assert sqs.get_queue_url(QueueName=name)["QueueUrl"] == made
        assert done.code == 0, done.output
        assert done.changed.get("import") == 1
        after = _IMPORTING.format(**where, timeout=99, more="")
        (project.folder / "__main__.py").write_text(after)
        assert project.up().changed == {"update": 1}
        found = sqs.get_queue_attributes(QueueUrl=made, AttributeNames=["VisibilityTimeout"])
        assert found["Attributes"]["VisibilityTimeout"] == "99"
        project.destroy()
        with pytest.raises(sqs.exceptions.QueueDoesNotExist):
            sqs.get_queue_url(QueueName=name)
