"""SQS: moto behind a gate that mends it, ElasticMQ, and names of a test's own."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from celeriac_provider.engine.resource import Resource
from celeriac_provider.sqs import Queue
from tests.lifecycle import Lifecycle
from tests.provider.sqs.gate import KEY, REGION, SECRET, Gate, client_of, opened

Start = Callable[..., Lifecycle]


@pytest.fixture(autouse=True)
def no_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this machine's own AWS, and no question to a cloud's metadata."""
    for name in os.environ:
        if name.startswith(("AWS_", "CELERIAC_SQS_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")


@pytest.fixture
def gate(servers: dict[str, Any]) -> Iterator[Gate]:
    """Moto, as AWS, and it misbehaves when told to."""
    with opened(servers["moto"]["url"]) as found:
        yield found


def configuration(endpoint: str, **changes: Any) -> dict[str, Any]:
    """The provider's."""
    given = {
        "endpoint": endpoint,
        "region": REGION,
        "username": KEY,
        "password": SECRET,
        "timeout": 10,
    } | changes
    return {key: value for key, value in given.items() if value is not None}


@pytest.fixture
def unique(gate: Gate, servers: dict[str, Any]) -> Iterator[str]:
    """A name of this test's own; whatever still carries it afterwards is removed."""
    name = f"t{uuid.uuid4().hex[:12]}"
    yield name
    gate.refusals.clear()
    for client in (gate.client(), elasticmq_client(servers)):
        for url in client.list_queues(QueueNamePrefix=name).get("QueueUrls", []):
            client.delete_queue(QueueUrl=url)


def elasticmq_client(servers: dict[str, Any]) -> Any:
    """boto3's, on ElasticMQ."""
    return client_of(servers["elasticmq"]["url"])


@pytest.fixture
def start(gate: Gate) -> Iterator[Start]:
    """Starts a provider of queues, behind the gate unless told otherwise."""
    started: list[Lifecycle] = []

    def make(resource: type[Resource] = Queue, *, stack: str = "test", **changes: Any) -> Lifecycle:
        life = Lifecycle(resource, configuration(**({"endpoint": gate.url} | changes)), stack=stack)
        started.append(life)
        return life

    yield make
    for life in started:
        life.close()
