"""An SQS, beside the provider."""

from __future__ import annotations

import secrets
from typing import Any

from celeriac_provider.engine.resource import Resource
from tests.lifecycle import Lifecycle
from tests.provider.conformance import deaths
from tests.provider.sqs.conftest import configuration
from tests.provider.sqs.gate import Gate


class SqsWorld:
    """Moto behind its gate, and a name of this test's own.

    Args:
        gate: the gate.
    """

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.client = gate.client()
        self.name = f"t{secrets.token_hex(6)}"
        self._lives: list[Lifecycle] = []

    def life(self, resource: type[Resource], *, stack: str = "test", **config: Any) -> Lifecycle:
        """A provider, closed after the test."""
        life = Lifecycle(resource, configuration(self.gate.url, **config), stack=stack)
        self._lives.append(life)
        return life

    def watched(self, life: Lifecycle) -> Any:
        """Calls."""
        return deaths.of_sqs(life)

    def url(self, name: str) -> str | None:
        """A queue's, or None."""
        try:
            return str(self.client.get_queue_url(QueueName=name)["QueueUrl"])
        except self.client.exceptions.QueueDoesNotExist:
            return None

    def clean(self) -> None:
        """Nothing is left for the next test."""
        for life in self._lives:
            life.close()
        for url in self.client.list_queues(QueueNamePrefix=self.name).get("QueueUrls", []):
            self.client.delete_queue(QueueUrl=url)
        self.client.close()
