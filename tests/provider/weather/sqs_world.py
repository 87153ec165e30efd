"""SQS in bad weather."""

from __future__ import annotations

from typing import Any

from celeriac_provider.sqs import Queue
from tests.provider.sqs.gate import KEY, REGION, SECRET, Gate
from tests.provider.weather.worlds import Case, World


class SqsWorld(World):
    """Moto behind its gate, which calls itself the same on whatever way it is reached."""

    system = "SQS"
    timeout = 3.0

    def __init__(self, moto: str) -> None:
        super().__init__({"username": KEY, "password": SECRET})
        self.gate = Gate(moto)

    @property
    def target(self) -> tuple[str, int]:
        """The gate."""
        return "127.0.0.1", self.gate.port

    def endpoint(self, port: int) -> str:
        """Plain HTTP."""
        return f"http://127.0.0.1:{port}"

    def configuration(self, **changes: Any) -> dict[str, Any]:
        """With a region."""
        return super().configuration(**{"region": REGION} | changes)

    def clean(self) -> None:
        """Queues; the gate goes as well."""
        client = self.gate.client()
        for url in client.list_queues(QueueNamePrefix=self.word).get("QueueUrls", []):
            client.delete_queue(QueueUrl=url)
        self.gate.close()


SQS = (
    Case(
        Queue,
        lambda _, name: {"name": name, "tags": {"a": "b"}},
        {"visibilityTimeout": 60, "tags": {"c": "d"}},
        # To make a client of boto3 is work for the processor.
        at_once=8,
        timeout=6,
    ),
)
