"""An app whose broker is on SQS in AWS, for the tests of what it registers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pulumi
from tests.unit.components.aws_world import ACCOUNT, REGION, AwsWorld
from tests.unit.components.world import run_in

from celeriac import CeleryApp, PostgreSQLResults, PostgreSQLServer, Queue
from celeriac.brokers.sqs import SQSBroker
from celeriac.servers.aws.sqs import SQSServer

QUEUES = [
    Queue(name="mails", default=True),
    Queue(name="bulk.news", max_receive_count=2, retention=3600),
    Queue(name="steps.fifo"),
    Queue(name="quick", dead_letter=False),
]
NAMES = ["mails-mails", "mails-bulk-news", "mails-steps.fifo", "mails-quick"]
PROOF = "mails-mails-celeriac-proof"
DEAD = ["mails-mails-dead-letter", "mails-bulk-news-dead-letter", "mails-steps-dead-letter.fifo"]
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0f5f1b0e-0000-4000-8000-000000000000"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:on-call"
QUEUE = "sqs/queue:Queue"


def arn(name: str) -> str:
    """The ARN of a queue."""
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def url(name: str) -> str:
    """The URL of a queue."""
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"


def on_aws(
    *,
    server: Mapping[str, Any] | None = None,
    broker: Mapping[str, Any] | None = None,
    app: Mapping[str, Any] | None = None,
    world: AwsWorld | None = None,
) -> tuple[AwsWorld, dict[str, Any]]:
    """An app with its broker on SQS in AWS and its results in a PostgreSQL."""

    def program() -> dict[str, pulumi.Output[Any]]:
        queues = SQSServer("queues", region=REGION, **(server or {}))
        settings: dict[str, Any] = {"queues": QUEUES, "longest_task": 600, "longest_delay": 0}
        return app_on(
            SQSBroker("mails", server=queues, **settings | dict(broker or {})), **(app or {})
        )

    return run_in(world or AwsWorld(), program)


def app_on(broker: SQSBroker, **more: Any) -> dict[str, Any]:
    """The outputs of an app on it."""
    results = PostgreSQLServer("results", host="db.example.com", username="deployer")
    made = CeleryApp(
        "mails", broker=broker, result_backend=PostgreSQLResults("mails", server=results), **more
    )
    return made.outputs()


def parent_of(world: AwsWorld, key: str) -> str:
    """The type of a resource's parent."""
    parent: str = world.options[key].parent
    return parent.split("::")[2].rpartition("$")[2]


def statements(document: str) -> list[dict[str, Any]]:
    """The statements of a policy, whose version must allow variables."""
    found = json.loads(document)
    assert found["Version"] == "2012-10-17"
    assert found.keys() == {"Version", "Statement"}
    return list(found["Statement"])
